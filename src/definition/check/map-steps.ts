// Rewrites the steps of a file as it stands, wherever they are listed, valid or not. Judges nothing.
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { listKeys } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { childPath } from '../../yaml/index.ts';

/** Makes another step of a step; `path` is where it stands. */
export type StepChange = (step: JsonObject, path: string) => JsonObject;

const deepest = 40;

/** The file with every step changed, inner ones first. */
export function mapSteps(file: JsonObject, kinds: StepKinds, change: StepChange): JsonObject {
  const inner = [...listKeys(kinds).keys()];
  return withLists(file, ['steps', 'on_failure', 'finally'], { path: '', depth: 0, inner, change });
}

interface At {
  readonly path: string;
  readonly depth: number;
  /** Keys of steps that hold steps. */
  readonly inner: readonly string[];
  readonly change: StepChange;
}

function withLists(holder: JsonObject, keys: readonly string[], at: At): JsonObject {
  const changed = keys.flatMap((key): [string, Json][] => {
    const list = Object.hasOwn(holder, key) ? holder[key] : undefined;
    return Array.isArray(list) ? [[key, mapList(list, { ...at, path: childPath(at.path, key) })]] : [];
  });
  return changed.length === 0 ? holder : { ...holder, ...Object.fromEntries(changed) };
}

function mapList(list: readonly Json[], at: At): readonly Json[] {
  if (at.depth > deepest) return list;
  return list.map((item, index) => {
    if (!isObject(item)) return item;
    const path = childPath(at.path, index);
    const below = { ...at, path, depth: at.depth + 1 };
    const step = withLists(item as JsonObject, at.inner, below); // what comes out of a YAML file is JSON
    const onError = step['on_error'];
    if (!isObject(onError)) return at.change(step, path);
    const handler = withLists(onError as JsonObject, ['steps'], { ...below, path: `${path}.on_error` }); // as above
    return at.change({ ...step, on_error: handler }, path);
  });
}
