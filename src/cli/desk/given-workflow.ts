// A workflow that is in no folder of workflows: a file that a command names, or one step that is tried alone.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import type { GivenWorkflow } from '../../coordinator/index.ts';
import type { Finding } from '../../definition/index.ts';
import { messageOf, TroupeError } from '../../support/index.ts';
import { deskMessages } from '../messages-desk.ts';
import { cliMessages } from '../messages.ts';

/** The workflow of a file; undefined where the name is an id. Throws `cli/no-file`. */
export function workflowInFile(name: string, cwd: string): GivenWorkflow | undefined {
  if (!/\.ya?ml$/.test(name)) return undefined;
  const path = resolve(cwd, name);
  if (!existsSync(path) || !statSync(path).isFile())
    throw new TroupeError('cli/no-file', cliMessages.notThere(path), { class: 'config' });
  const id = basename(path).replace(/\.ya?ml$/, '');
  return { id, path: relative(cwd, path) || path, text: readFileSync(path, 'utf8') };
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
    const value: unknown = parse(text.slice(at + 1));
    return [text.slice(0, at), value];
  } catch (error) {
    throw new TroupeError('cli/bad-inputs', deskMessages.withValue(text, messageOf(error)), { class: 'config' });
  }
}
