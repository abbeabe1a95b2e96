// The style layer (`--strict`): what is missing, unused or dead although nothing is wrong with it. Warnings only.
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { fixedValue } from '../expression/fixed-value.ts';
import { parseExpression } from '../expression/parse.ts';
import { templateParts } from '../expression/template-parts.ts';
import { underscored } from '../model/names.ts';
import { usedNames } from './expression-names.ts';
import { objectOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';

interface Source {
  readonly file: JsonObject;
  readonly steps: readonly SourceStep[];
}

/** Reports it. */
export function checkStyle({ file, steps }: Source, report: Report): void {
  const warn: Report = (found) => report({ severity: 'warning', ...found });
  checkMissing({ file, steps }, warn);
  const used = namesIn(file);
  for (const [root, kind, code] of [
    ['variables', 'variable', 'style/unused-variable'],
    ['inputs', 'input', 'style/unused-input'],
  ] as const)
    for (const name of Object.keys(objectOf(file[root])))
      if (!used.has(root) && !used.has(`${root}.${name}`))
        warn({
          code,
          path: `${root}.${name}`,
          on: 'key',
          message: `Nothing reads the ${kind} \`${name}\``,
          hint: `Read it as \`${root}.${name}\`, or take it away.`,
        });
  for (const step of steps) {
    checkOutputs(step, used, warn);
    checkDead(step, warn);
  }
}

function checkMissing({ file, steps }: Source, warn: Report): void {
  if (typeof file['description'] !== 'string' || file['description'].trim() === '')
    warn({
      code: 'style/no-description',
      path: '',
      message: 'The workflow has no `description`',
      hint: 'Say in a sentence what it is for: lists of workflows and the label show it.',
    });
  for (const [name, spec] of Object.entries(objectOf(file['inputs'])))
    if (!Object.hasOwn(objectOf(spec), 'description'))
      warn({
        code: 'style/no-description',
        path: `inputs.${name}`,
        on: 'key',
        message: `The input \`${name}\` has no \`description\``,
        hint: 'Say what it is: whoever starts the workflow reads it.',
      });
  if (Object.hasOwn(objectOf(file['defaults']), 'timeout')) return;
  for (const step of steps)
    if (step.kind?.asksPersona === true && !Object.hasOwn(step.step, 'timeout'))
      warn({
        code: 'style/no-timeout',
        path: `${step.path}.id`,
        message: `\`${step.id}\` has no \`timeout\``,
        hint: 'Write `timeout: 30m` on it, or under `defaults:` for all steps.',
      });
}

function checkOutputs(step: SourceStep, used: ReadonlySet<string>, warn: Report): void {
  const id = underscored(step.id);
  const isRead = (name: string): boolean =>
    [
      'steps',
      `steps.${id}`,
      `steps.${id}.outputs`,
      `steps.${id}.outputs.${name}`,
      `state.${name}`,
      `state.${id}_result`,
    ].some((one) => used.has(one));
  for (const name of Object.keys(objectOf(step.step['outputs'])))
    if (!isRead(name))
      warn({
        code: 'style/unused-output',
        path: `${step.path}.outputs.${name}`,
        on: 'key',
        message: `Nothing reads the output \`${name}\` of \`${step.id}\``,
        hint: `Read it as \`steps.${id}.outputs.${name}\`, or take it away.`,
      });
}

function checkDead(step: SourceStep, warn: Report): void {
  const condition = step.step['condition'];
  if (typeof condition !== 'string') return;
  const parsed = parseExpression(condition);
  const value = parsed.ok ? fixedValue(parsed.node) : undefined;
  if (value === undefined) return;
  const isChoice = step.kind?.children?.isChoice === true;
  const dead = isChoice ? (value ? '`else_steps` never run' : '`then_steps` never run') : undefined;
  warn({
    code: 'style/dead-branch',
    path: `${step.path}.condition`,
    message:
      dead ?? (value ? 'The condition is always true' : `\`${step.id}\` never runs: its condition is always false`),
    hint: 'Read something that differs from run to run, or take it away.',
  });
}

/** Everything that the file reads: `variables.x`, `steps.qa.outputs.risk`, `state.qa_status`; a root alone where all of it may be read. */
function namesIn(file: JsonObject): ReadonlySet<string> {
  const used = new Set<string>();
  function readSource(source: string): void {
    const parsed = parseExpression(source);
    if (!parsed.ok) return;
    const { names, states } = usedNames(parsed.node);
    for (const { root, path } of names) {
      const top = root === 'vars' ? 'variables' : root;
      const [first, ...rest] = path;
      const own = top === 'steps' && first !== undefined ? [underscored(first), ...rest] : path;
      used.add([top, ...own.slice(0, top === 'steps' ? 3 : 1)].join('.'));
    }
    for (const { key } of states) used.add(`state.${underscored(key)}`).add(`state.${key}`);
  }
  function read(value: Json, key: string): void {
    if (typeof value === 'string') {
      if (key === 'condition') readSource(value);
      for (const part of templateParts(value, { dollar: true }))
        if (part.kind === 'expression') readSource(part.source);
    } else if (Array.isArray(value)) for (const item of value) read(item, key);
    else if (isObject(value)) for (const [name, item] of Object.entries(value as JsonObject)) read(item, name); // what comes out of a YAML file is JSON
  }
  read(file, '');
  return used;
}
