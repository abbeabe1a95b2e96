// The steps of a file as they stand in it, whatever else is wrong with the file. Reads only; judges nothing.
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject, defined } from '../../support/index.ts';
import { kindOf, listKeys } from './step-kind.ts';
import type { StepKind, StepKinds } from './step-kind.ts';
import { childPath } from '../../yaml/index.ts';
import { meantType } from './guess-type.ts';

/** A step in the file. */
export interface SourceStep {
  /** '' when the step has none. */
  readonly id: string;
  /** Where the file names none that is known: what it most likely means. */
  readonly type: string;
  /** Undefined where nobody can tell. */
  readonly kind?: StepKind;
  readonly step: JsonObject;
  /** `steps[2].then_steps[0]` */
  readonly path: string;
  readonly list: SourceList;
}

/** A list of steps in the file. */
export interface SourceList {
  readonly path: string;
  readonly kind: 'steps' | 'on_failure' | 'finally' | 'on_error' | 'inner';
  /** Which of its owner's lists. */
  readonly branch?: string;
  /** The step whose list it is. */
  readonly owner?: SourceStep;
  readonly depth: number;
  readonly steps: SourceStep[];
}

/** Every list of the file, outer ones first, in file order. */
export function sourceLists(file: JsonObject, kinds: StepKinds): readonly SourceList[] {
  const lists: SourceList[] = [];
  const collector = { lists, kinds, inner: listKeys(kinds) };
  for (const kind of ['steps', 'on_failure', 'finally'] as const)
    collect(file[kind], { path: kind, kind, depth: 1 }, collector);
  return lists;
}

/** Every step of the file, in file order. */
export function sourceSteps(lists: readonly SourceList[]): readonly SourceStep[] {
  return lists.flatMap((list) => list.steps);
}

/** The names a step depends on. */
export function dependenciesOf(step: SourceStep): readonly string[] {
  return stringsOf(step.step['dependencies']);
}

/** What a step waits for in its list: its dependencies, and what its kind adds to them. */
export function waitsFor(step: SourceStep): readonly string[] {
  const named = dependenciesOf(step);
  return [...named, ...(step.kind?.waitsFor?.(step.step) ?? [])];
}

/** The texts of a list; whatever else is in it, the schema reports. */
export function stringsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The value as an object, or an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? (value as JsonObject) : {}; // what comes out of a YAML file is JSON
}

interface Collector {
  readonly lists: SourceList[];
  readonly kinds: StepKinds;
  /** Keys that hold steps, with their branch: looked into whatever the type of the step. */
  readonly inner: ReadonlyMap<string, string>;
}

function collect(value: Json | undefined, about: Omit<SourceList, 'steps'>, collector: Collector): void {
  if (!Array.isArray(value)) return;
  const list: SourceList = { ...about, steps: [] };
  collector.lists.push(list);
  if (about.depth > 40) return;
  for (const [index, item] of value.entries()) {
    if (!isObject(item)) continue;
    const step = item as JsonObject; // what comes out of a YAML file is JSON
    const path = childPath(about.path, index);
    const type = meantType(step, collector.kinds);
    const kind = kindOf(collector.kinds, type);
    const source: SourceStep = {
      id: typeof step['id'] === 'string' ? step['id'] : '',
      type,
      ...defined({ kind }),
      step,
      path,
      list,
    };
    list.steps.push(source);
    collectNested(source, collector);
  }
}

function collectNested(source: SourceStep, collector: Collector): void {
  const { step, path } = source;
  const about = { owner: source, depth: source.list.depth + 1 };
  for (const [key, branch] of collector.inner)
    collect(step[key], { ...about, path: `${path}.${key}`, kind: 'inner', branch }, collector);
  const onError = step['on_error'];
  if (isObject(onError)) {
    const steps = onError['steps'] as Json | undefined; // what comes out of a YAML file is JSON
    collect(steps, { ...about, path: `${path}.on_error.steps`, kind: 'on_error' }, collector);
  }
}
