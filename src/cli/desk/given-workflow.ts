// A workflow that is in no folder of workflows: a file that a command names, or one step that is tried alone.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { GivenWorkflow } from '../../coordinator/index.ts';
import type { Finding } from '../../definition/index.ts';
import { decodeText, messageOf, TroupeError } from '../../support/index.ts';
import { keptDigits } from '../../definition/index.ts';
import { readYaml } from '../../yaml/index.ts';
import { deskMessages } from './messages-desk.ts';
import { cliMessages } from '../common/messages.ts';

/** The workflow of a file; undefined where the name is an id. Throws `cli/no-file`. */
export function workflowInFile(name: string, cwd: string): GivenWorkflow | undefined {
  if (!/\.ya?ml$/.test(name)) return undefined;
  const path = resolve(cwd, name);
  if (!existsSync(path) || !statSync(path).isFile())
    throw new TroupeError('cli/no-file', cliMessages.notThere(path), { class: 'config' });
  const id = basename(path).replace(/\.ya?ml$/, '');
  return { id, path: relative(cwd, path) || path, text: decodeText(readFileSync(path)) };
}

/** What stands for the file of a step that is in none. */
const stepPath = '--with';

/** The mistakes of a workflow of one step, a line or two each; undefined where it is another. Lines and columns say nothing there. */
export function stepMistakes(path: string, findings: readonly Finding[]): string | undefined {
  if (path !== stepPath) return undefined;
  const lines = findings.flatMap((finding) => [
    `${finding.path.replace(/^steps\[0\]\.?/, '--with ').trim()}: ${finding.message} [${finding.code}]`,
    ...(finding.hint === undefined ? [] : [`    → ${finding.hint}`]),
  ]);
  return [deskMessages.stepMistakes, ...lines].join('\n');
}

/** A workflow of one step. `keys`: `name=value` with values as a workflow file has them. Throws `cli/bad-inputs`. */
export function workflowOfStep(type: string, keys: readonly string[]): GivenWorkflow {
  const step = { id: 'step', type, ...Object.fromEntries(keys.map((text) => keyOf(text))) };
  return { id: 'step', path: stepPath, text: stringify({ name: `One step: ${type}`, steps: [step] }) };
}

function keyOf(text: string): readonly [string, unknown] {
  const at = text.indexOf('=');
  if (at <= 0) throw new TroupeError('cli/bad-inputs', deskMessages.withShape(text), { class: 'config' });
  try {
    return [text.slice(0, at), valueOf(text.slice(at + 1))];
  } catch (error) {
    throw new TroupeError('cli/bad-inputs', deskMessages.withValue(text, messageOf(error)), { class: 'config' });
  }
}

/** The value as a workflow file has it: a number that would lose digits (`1.10`, `007`) stays a text. */
function valueOf(text: string): unknown {
  const document = readYaml(text);
  const [problem] = document.problems.filter(({ code }) => code !== 'syntax/empty');
  if (problem !== undefined) throw new Error(problem.message);
  return keptDigits(document.value ?? null, { path: '', written: document.written, report: () => undefined });
}
