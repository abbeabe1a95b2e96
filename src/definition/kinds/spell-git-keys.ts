// Git operations whose keys stand under `params:`, and spellings of the original design, brought to the one form that is checked.
import { isObject } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { operationOf } from '../git-operations/operation-kind.ts';
import type { GitOperationKinds } from '../git-operations/operation-kind.ts';
import { didYouMean } from '../model/suggest.ts';
import type { Spelling } from '../source/step-kind.ts';

interface GitKeys {
  readonly operations: GitOperationKinds;
  /** Keys that mean something to an operation. */
  readonly keys: readonly string[];
  /** Every key of the step. */
  readonly known: readonly string[];
}

/** Brings the keys of a git operation beside `operation`. */
export function spellGitKeys(spelling: Spelling, git: GitKeys): void {
  lift(spelling, git);
  spell(spelling, git);
}

function lift({ step, path, moved, report }: Spelling, { keys, known }: GitKeys): void {
  const params = step.get('params');
  if (!isObject(params)) return;
  step.delete('params');
  for (const [key, value] of Object.entries(params as JsonObject)) {
    const from = `${path}.params.${key}`;
    if (!known.includes(key) || key === 'params')
      report({
        code: 'schema/unknown-key',
        path: from,
        on: 'key',
        message: `\`${key}\` is not a key of a \`git-operation\``,
        hint: hintFor(key, new Set([...step.keys(), ...Object.keys(params)]), keys),
      });
    else if (step.has(key))
      report({
        code: 'structure/key-twice',
        path: from,
        on: 'key',
        message: `\`${key}\` stands under \`params\` and beside it`,
        hint: 'Keep one of the two.',
      });
    else {
      step.set(key, value);
      moved.set(`${path}.${key}`, from);
    }
  }
}

/** `base_branch` means `base`; a key that is there already is not to be written once more. */
function hintFor(key: string, there: ReadonlySet<string>, keys: readonly string[]): string {
  const free = ['operation', ...keys].filter((one) => !there.has(one));
  const start = free.find((one) => key.startsWith(`${one}_`));
  return start === undefined ? didYouMean(key, free, 'key') : `Did you mean \`${start}\`?`;
}

/** `merge_commit` is `merge`; `target_branch` is the `base`, where the operation has one. */
function spell({ step, path, moved, report }: Spelling, { operations }: GitKeys): void {
  if (step.get('merge_strategy') === 'merge_commit') step.set('merge_strategy', 'merge');
  const target = step.get('target_branch');
  if (target === undefined) return;
  step.delete('target_branch');
  const from = moved.get(`${path}.target_branch`) ?? `${path}.target_branch`;
  const operation = operationOf(operations, step.get('operation'));
  const keys = operation === undefined ? undefined : Object.keys(operation.keys);
  if (operation !== undefined && keys?.includes('base') === false)
    report({
      code: 'schema/no-effect',
      path: from,
      on: 'key',
      message: `\`target_branch\` has no effect on \`${operation.name}\``,
      hint: keys.length === 0 ? 'Take it away.' : `Keys of \`${operation.name}\`: ${keys.join(', ')}.`,
    });
  else if (step.has('base'))
    report({
      code: 'structure/key-twice',
      path: from,
      on: 'key',
      message: '`target_branch` and `base` mean the same, and both are there',
      hint: 'Keep `base`.',
    });
  else {
    step.set('base', target);
    moved.set(`${path}.base`, from);
  }
}
