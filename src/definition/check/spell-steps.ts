// Other spellings of a step's keys, brought to the one form that is checked: each kind knows its own. Judges nothing else.
import type { Json, JsonObject } from '../../support/index.ts';
import { kindOf } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { meantType } from '../source/guess-type.ts';
import { mapSteps } from './map-steps.ts';
import type { Found } from '../source/report.ts';

/** A file in the checked form, where each of its paths stands in the file, and what could not be brought there. */
export interface SpelledFile {
  readonly file: JsonObject;
  readonly problems: readonly Found[];
  /** `steps[0].params.message` of `steps[0].message`. */
  pathOf(path: string): string;
}

/** The file with the keys of its steps where they are checked. */
export function spellSteps(file: JsonObject, kinds: StepKinds): SpelledFile {
  const moved = new Map<string, string>();
  const problems: Found[] = [];
  const spelled = mapSteps(file, kinds, (step, path) => {
    const kind = kindOf(kinds, meantType(step, kinds));
    if (kind?.spell === undefined) return step;
    const keys = new Map<string, Json>(Object.entries(step));
    kind.spell({ step: keys, path, moved, report: (found) => problems.push(found) });
    return Object.fromEntries(keys);
  });
  return { file: spelled, problems, pathOf: (path) => original(path, moved) };
}

function original(path: string, moved: ReadonlyMap<string, string>): string {
  for (const [ours, theirs] of moved)
    if (path === ours || path.startsWith(`${ours}.`) || path.startsWith(`${ours}[`))
      return `${theirs}${path.slice(ours.length)}`;
  return path;
}
