// Git operations whose keys stand under `params:`, and spellings of the original design, brought to the one form that is checked.
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { gitStepSchema } from '../schemas/step-schemas.ts';
import { laterStepKeys } from '../schemas/words.ts';
import { didYouMean } from '../suggest.ts';
import { gitConfigKeys, gitOperations, isGitOperation } from './git-operations.ts';
import { meantType } from './guess-type.ts';
import { mapSteps } from './map-steps.ts';
import type { Found } from './report.ts';

/** A file in the checked form, where each of its paths stands in the file, and what could not be brought there. */
export interface LiftedFile {
  readonly file: JsonObject;
  readonly problems: readonly Found[];
  /** `steps[0].params.message` of `steps[0].message`. */
  pathOf(path: string): string;
}

interface Lifting {
  readonly step: Map<string, Json>;
  readonly path: string;
  readonly moved: Map<string, string>;
  readonly problems: Found[];
}

/** The file with the keys of its git operations beside `operation`. */
export function liftGitParams(file: JsonObject): LiftedFile {
  const moved = new Map<string, string>();
  const problems: Found[] = [];
  const lifted = mapSteps(file, (step, path) => {
    if (meantType(step) !== 'git-operation') return step;
    const lifting: Lifting = { step: new Map(Object.entries(step)), path, moved, problems };
    lift(lifting);
    spell(lifting);
    return Object.fromEntries(lifting.step);
  });
  return { file: lifted, problems, pathOf: (path) => original(path, moved) };
}

function original(path: string, moved: ReadonlyMap<string, string>): string {
  for (const [ours, theirs] of moved)
    if (path === ours || path.startsWith(`${ours}.`) || path.startsWith(`${ours}[`))
      return `${theirs}${path.slice(ours.length)}`;
  return path;
}

function lift({ step, path, moved, problems }: Lifting): void {
  const params = step.get('params');
  if (!isObject(params)) return;
  step.delete('params');
  const known = Object.keys(gitStepSchema.properties).filter((key) => key !== 'params');
  for (const [key, value] of Object.entries(params as JsonObject)) {
    const from = `${path}.params.${key}`;
    const isLater = Object.hasOwn(laterStepKeys, key);
    // what asks for nothing is as good as not there
    if (isLater && value === false) continue;
    if (!known.includes(key) && !isLater)
      problems.push({
        code: 'schema/unknown-key',
        path: from,
        on: 'key',
        message: `\`${key}\` is not a key of a \`git-operation\``,
        hint: hintFor(key, new Set([...step.keys(), ...Object.keys(params)])),
      });
    else if (step.has(key))
      problems.push({
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
function hintFor(key: string, there: ReadonlySet<string>): string {
  const free = ['operation', ...gitConfigKeys].filter((one) => !there.has(one));
  const start = free.find((one) => key.startsWith(`${one}_`));
  return start === undefined ? didYouMean(key, free, 'key') : `Did you mean \`${start}\`?`;
}

/** `merge_commit` is `merge`; `target_branch` is the `base`, where the operation has one. */
function spell({ step, path, moved, problems }: Lifting): void {
  if (step.get('merge_strategy') === 'merge_commit') step.set('merge_strategy', 'merge');
  const target = step.get('target_branch');
  if (target === undefined) return;
  step.delete('target_branch');
  const from = moved.get(`${path}.target_branch`) ?? `${path}.target_branch`;
  const operation = step.get('operation');
  const name = typeof operation === 'string' && isGitOperation(operation) ? operation : undefined;
  const keys = name === undefined ? undefined : gitOperations[name].keys;
  if (keys?.includes('base') === false)
    problems.push({
      code: 'schema/no-effect',
      path: from,
      on: 'key',
      message: `\`target_branch\` has no effect on \`${name ?? ''}\``,
      hint: keys.length === 0 ? 'Take it away.' : `Keys of \`${name ?? ''}\`: ${keys.join(', ')}.`,
    });
  else if (step.has('base'))
    problems.push({
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
