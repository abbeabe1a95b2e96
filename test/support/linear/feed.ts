// How an exported function of src is given a text: in each of its parameters that hold text, and in what it gives back. Measures nothing.
import type { Work } from './growth.ts';
import { hasText, makeValue } from './make-value.ts';
import { firstOf } from './shape.ts';
import type { Shape } from './shape.ts';
import type { TextFunction } from './text-functions.ts';

/** One way into a function. */
export interface Way {
  /** `parameter 1`, `what it gives`, `text of what it gives`. */
  readonly place: string;
  readonly work: Work;
}

/** A function of a module. */
export type Callable = (...values: readonly unknown[]) => unknown;

/** What stands wherever the text does not. */
const word = 'word';

/** The ways into a function. `given` makes its values where their types do not tell them. */
export function waysInto({ parameters, places, gives }: TextFunction, call: Callable): readonly Way[] {
  const direct = places.map((place) => ({
    place: `parameter ${place + 1}`,
    work: (text: string) => {
      const values = parameters.map((shape, at) => makeValue(shape, at === place ? text : word));
      return () => exhausted(call(...values));
    },
  }));
  return [...direct, ...waysBehind(gives, () => call(...parameters.map((shape) => makeValue(shape, word))))];
}

function waysBehind(gives: Shape, given: () => unknown): readonly Way[] {
  const first = firstOf(gives);
  const members = first.is === 'object' ? [...first.fields()] : [];
  return [['', first] as const, ...members.map(([name, field]) => [name, firstOf(field.shape())] as const)].flatMap(
    ([name, shape]) => {
      if (shape.is !== 'function' || firstOf(shape.gives()).is === 'promise') return [];
      const { takes } = shape;
      return takes.flatMap((taken, place) =>
        hasText(taken)
          ? [
              {
                place: `parameter ${place + 1} of ${name === '' ? 'what it gives' : `${name} of what it gives`}`,
                work: (text: string) => {
                  const made = given();
                  // whatever it is, it may have members
                  const member = name === '' ? made : (made as Readonly<Record<string, unknown>> | undefined)?.[name];
                  const values = takes.map((one, at) => makeValue(one, at === place ? text : word));
                  // what need not be there is not
                  return () => (typeof member === 'function' ? exhausted(member.apply(made, values)) : undefined);
                },
              },
            ]
          : [],
      );
    },
  );
}

/** What comes piece by piece is taken to its end. */
function exhausted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('next' in value) || !(Symbol.iterator in value)) return value;
  // what has both is an iterator
  for (const _ of value as Iterable<unknown>);
  return undefined;
}
