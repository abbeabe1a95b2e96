// The names under which `context.state.get` finds what a step left behind. Pure.
import type { Step } from '../../definition/index.ts';
import type { Json } from '../../support/index.ts';
import type { StepResult } from './types.ts';

type Keys = Readonly<Record<string, Json>>;

/** A name, and what it stands for: the result, its verdict, or a declared output. */
interface Name {
  readonly name: string;
  readonly of: 'result' | 'status' | { readonly output: string };
}

// A step never changes: its names are put together once.
const names = new WeakMap<Step, readonly Name[]>();

/** The keys with those of a step's result: `<x>_result`, `<x>_status` and declared outputs, under both spellings. */
export function withStateKeys(before: Keys, step: Step, result: StepResult): Keys {
  const keys: Record<string, Json> = { ...before };
  for (const { name, of } of namesOf(step)) {
    const value = valueOf(result, of);
    if (value === undefined) continue;
    // an own property, whatever the name is
    if (name === '__proto__') Object.defineProperty(keys, name, { value, enumerable: true, configurable: true });
    else keys[name] = value;
  }
  return keys;
}

function valueOf({ outputs, summary, verdict }: StepResult, of: Name['of']): Json | undefined {
  if (of === 'result') return summary === undefined ? { ...outputs } : { ...outputs, summary };
  if (of === 'status') return verdict;
  return Object.hasOwn(outputs, of.output) ? outputs[of.output] : undefined;
}

function namesOf(step: Step): readonly Name[] {
  const known = names.get(step);
  if (known !== undefined) return known;
  const { id, outputs } = step;
  const declared = Object.keys(outputs).map((output): Name => ({ name: output, of: { output } }));
  const first: Name[] = [{ name: `${id}_result`, of: 'result' }, { name: `${id}_status`, of: 'status' }, ...declared];
  const aliases = first.flatMap(({ name, of }) =>
    name.includes('-') ? [{ name: name.replaceAll('-', '_'), of }] : [],
  );
  const all = [...first, ...aliases];
  names.set(step, all);
  return all;
}
