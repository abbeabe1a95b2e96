// Feeds the text functions of src in a process of its own, and hears what it saw. Ends it when nothing comes for long.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What is fed, and how much of it. */
export interface Meal {
  /** The modules below it: `src`. */
  readonly folder: string;
  readonly seed: string;
  /** An expression: which functions come first, and are given more. */
  readonly first: string;
  /** How many texts the first ones are given, each in its turn. */
  readonly most: Portion;
  /** How many the others are given. */
  readonly each: Portion;
  /** When it has used the processor so long it begins with no other function. */
  readonly cpuSeconds: number;
  /** Functions that are not fed. */
  readonly closed: readonly string[];
}

interface Portion {
  readonly runs: number;
  readonly pairs: number;
}

interface Spot {
  /** `src/support/text.ts fit`. */
  readonly key: string;
  /** `parameter 1`. */
  readonly place: string;
}

/** A line that the process tells. */
export type Told =
  | { readonly is: 'found'; readonly functions: readonly string[] }
  | ({ readonly is: 'at'; readonly text: string } & Spot)
  | ({ readonly is: 'closed'; readonly why: string } & Spot)
  | ({
      readonly is: 'grows';
      readonly text: string;
      readonly kb: number;
      readonly ms: number;
      readonly quarterMs: number;
    } & Spot)
  | {
      readonly is: 'done';
      readonly fed: number;
      readonly left: number;
      readonly texts: number;
      readonly cpuSeconds: number;
    };

/** What became of it. */
export interface Fed {
  readonly found: readonly string[];
  /** `src/a.ts f, parameter 1: why`. */
  readonly closed: readonly { readonly key: string; readonly words: string }[];
  /** `src/a.ts f, parameter 1: 256 KB of "[" take 900 ms, a quarter of it 60 ms`. */
  readonly grows: readonly string[];
  /** In words: how much was fed. */
  readonly amount: string;
}

/** So long takes no text that is read in proportion, however busy the machine is. */
const silenceMs = 120_000;

/** Feeds, and gives what was seen. */
export async function feedFunctions(meal: Meal): Promise<Fed> {
  const program = join(import.meta.dirname, 'feeding-process.ts');
  // it may read its own modules, and nothing else reaches it
  const rights = ['--permission', '--allow-fs-read=*', '--allow-addons', '--disable-warning=PERM0001'];
  // young garbage is copied as the memory for it fills, which is no matter of the text
  const memory = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];
  const child = spawn(process.execPath, [...rights, ...memory, program, JSON.stringify(meal)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  let errors = '';
  child.stderr.on('data', (words: Buffer) => (errors = `${errors}${words.toString()}`.slice(-4_000)));
  const told: Told[] = [];
  let last: Extract<Told, { is: 'at' }> | undefined;
  const patience = setTimeout(() => child.kill('SIGKILL'), silenceMs);
  for await (const line of createInterface(child.stdout)) {
    patience.refresh();
    const one = JSON.parse(line) as Told; // `feeding-process.ts` wrote it
    if (one.is === 'at') last = one;
    else told.push(one);
  }
  clearTimeout(patience);
  return summary(told, last, errors);
}

function summary(told: readonly Told[], last: Extract<Told, { is: 'at' }> | undefined, errors: string): Fed {
  const done = told.find((one) => one.is === 'done');
  const grows = told.flatMap((one) =>
    one.is === 'grows'
      ? [`${spotOf(one)}: ${one.kb} KB of ${one.text} take ${ms(one.ms)}, a quarter of it ${ms(one.quarterMs)}`]
      : [],
  );
  const unfinished =
    done === undefined
      ? [`${last === undefined ? 'nothing was fed' : `${spotOf(last)}: ${last.text} has no end`} ${errors}`.trim()]
      : [];
  return {
    found: told.flatMap((one) => (one.is === 'found' ? one.functions : [])),
    closed: told.flatMap((one) => (one.is === 'closed' ? [{ key: one.key, words: `${spotOf(one)}: ${one.why}` }] : [])),
    grows: [...grows, ...unfinished],
    amount:
      done === undefined
        ? 'it did not end'
        : `${done.texts} texts into ${done.fed} places, ${done.left} left, ${done.cpuSeconds.toFixed(1)} s`,
  };
}

function spotOf({ key, place }: Spot): string {
  return `${key}, ${place}`;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
