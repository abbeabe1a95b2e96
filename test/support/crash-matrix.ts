// The crash matrix: a story once undisturbed, then once per chosen point with a death there. Both must end alike.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defined } from '../../src/support/index.ts';
import type { Ending } from './crash-ending.ts';
import type { PlotName } from './crash-plots.ts';
import { bundledBot } from './crash-process.ts';
import { atTheEnd } from './crash-world.ts';
import type { CrashStory, Death, ToPlay } from './crash-world.ts';
import { askedAgain } from './handing-in.ts';

/** What it answers. */
export type Played = { readonly story: CrashStory } | { readonly failure: string };

/** Which points are tried of `count`: numbers from 1. */
export type Choose = (count: number) => readonly (readonly number[])[];
/** The same where deaths come by time, too: `tookMs` is what the undisturbed story took. */
export type ChooseDeaths = (count: number, tookMs: number) => readonly (readonly Death[])[];

/** A matrix. */
export interface CrashMatrix {
  readonly plot: PlotName;
  readonly choose: ChooseDeaths;
  /** Absent: scripts of answers. */
  readonly personas?: 'programs';
  /** Stories that run beside each other: one per core of a small machine where nothing else runs. */
  readonly atOnce: number;
  readonly say: (line: string) => void;
}

/** Plays the matrix and gives everything that differs from the undisturbed story, a line each. */
export async function crashMatrix({ plot, choose, personas, atOnce, say }: CrashMatrix): Promise<readonly string[]> {
  const program = await bundledBot();
  const story = { program, plot, ...defined({ personas }) };
  const counts = { asked: 0, 'handed in': 0 };
  const players = Array.from({ length: atOnce }, startPlayer);
  try {
    const [first] = players;
    const undisturbed = await first?.play({ ...story, deaths: [atTheEnd] });
    if (undisturbed === undefined || 'failure' in undisturbed) return [`undisturbed: ${undisturbed?.failure}`];
    const { ending, points, tookMs } = undisturbed.story;
    const found = ending.wrong.map((wrong) => `undisturbed: ${wrong}`);
    const chosen = choose(points.length, tookMs);
    const queue = [...chosen];
    say(
      `${plot}: N = ${points.length} points; killed at ${chosen.map((deaths) => deaths.map(wordsOf).join(' then ')).join(', ')}`,
    );
    const startedAt = Date.now();
    let reached = 0;
    await Promise.all(
      players.map(async (player) => {
        for (let deaths = queue.shift(); deaths !== undefined; deaths = queue.shift()) {
          const told = await tell(player, { ...story, deaths }, say);
          if ('story' in told) for (const { what } of told.story.noted) counts[what] += 1;
          if ('story' in told && told.story.diedAt.every((point) => point !== null)) reached += 1;
          for (const flaw of flawsOf(deaths, told, ending)) {
            say(flaw);
            found.push(flaw);
          }
        }
      }),
    );
    say(
      `crash matrix of ${plot}: N = ${points.length} points; ${chosen.length} stories with deaths, ${reached} of them died at every point meant, ` +
        `${personas === undefined ? '' : `personas asked ${counts.asked} times, ${counts['handed in']} answers handed in, `}` +
        `${found.length} flaws, ${Math.round((Date.now() - startedAt) / 1000)} s`,
    );
    return found;
  } finally {
    for (const player of players) player.stop();
  }
}

interface Player {
  play(wish: ToPlay): Promise<Played>;
  stop(): void;
}

function startPlayer(): Player {
  const child = fork(resolve(import.meta.dirname, '../faults/crash-player-process.ts'), { execArgv: [] });
  const gone = once(child, 'exit').then(() => ({ failure: 'the player is gone' }));
  return {
    async play(wish) {
      child.send(wish);
      // what a player sends is what it says it sends
      const answer = once(child, 'message').then(([played]) => played as Played);
      return Promise.race([answer, gone]);
    },
    stop: () => child.disconnect(),
  };
}

/** A story that came to no end in time is played once more and said so: a machine may be too busy. A wrong end is a flaw at once. */
async function tell(player: Player, wish: ToPlay, say: (line: string) => void): Promise<Played> {
  const played = await player.play(wish);
  if ('story' in played) return played;
  say(`killed at ${wish.deaths.map(wordsOf).join(', then ')}: ${played.failure}; played once more`);
  return player.play(wish);
}

function flawsOf(deaths: readonly Death[], played: Played, wanted: Ending): readonly string[] {
  if ('failure' in played) return [`killed at ${deaths.map(wordsOf).join(', then ')}: ${played.failure}`];
  const { diedAt, ending } = played.story;
  const where = `killed at ${deaths.map((death, index) => `${wordsOf(death)} (${diedAt[index] ?? 'not reached'})`).join(', then ')}`;
  const left = played.story.secretsLeft.map((file) => `a secret is left in ${file}`);
  return [...differences(wanted, ending), ...left, ...askedAgain(played.story.noted)].map(
    (line) => `${where}: ${line}`,
  );
}

function wordsOf(death: Death): string {
  return typeof death === 'number' ? String(death) : `${death.afterMs} ms`;
}

function differences(wanted: Ending, got: Ending): string[] {
  const keys = Object.keys(wanted) as (keyof Ending)[]; // the object was made with these keys
  return keys
    .filter((key) => !isDeepStrictEqual(wanted[key], got[key]))
    .map((key) => `${key} differ ${apart(JSON.stringify(wanted[key]), JSON.stringify(got[key]))}`);
}

/** Where two texts begin to differ, with a little around it. */
function apart(wanted: string, got: string): string {
  const length = Math.max(wanted.length, got.length);
  const at = Array.from({ length }, (_, index) => index).findIndex((index) => wanted[index] !== got[index]);
  const from = Math.max(0, at - 60);
  return `at ${at}: wanted …${wanted.slice(from, at + 240)}…, got …${got.slice(from, at + 240)}…`;
}
