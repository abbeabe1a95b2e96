// Plays project-loop with every request to GitHub's API written down: who asked what, by method and route. Git over HTTP is not counted.
import { isRunOver } from '../../src/engine/index.ts';
import type { RunState } from '../../src/engine/index.ts';
import type { Clock } from '../../src/support/index.ts';
import { createHurriedClock } from './hurried-clock.ts';
import { idle } from './idle.ts';
import { goodAnswers, startStory } from './story.ts';
import type { StoryOptions } from './story.ts';

/** What one run asked of GitHub. */
export interface CountedRun {
  readonly state: RunState;
  /** Of the run: reads, writes, and by route. */
  readonly reads: number;
  readonly writes: number;
  readonly byRoute: ReadonlyMap<string, number>;
  /** A line per route, most first. */
  readonly table: string;
  /** How long it took by the bot's clock. */
  readonly ms: number;
}

/** One run from label to pull request. `personaMs`: how long each persona takes by the bot's clock; absent: no time. */
export async function countRequests(options: { readonly personaMs?: number } = {}): Promise<CountedRun> {
  const slow = options.personaMs === undefined ? undefined : slowly(options.personaMs);
  const story = await startStory({ answers: slow?.answers ?? {}, bot: slow?.bot ?? {} });
  try {
    // what a bot asks once, at its start and of a repository that it sees for the first time, is not the run's
    await story.label();
    await story.ended();
    const person = story.github.as('writer');
    const issue = await person.openIssue(story.fullName, { title: 'Mugs are free', body: 'All but one of each.' });
    await idle(story);
    const before = story.github.requests.length;
    await person.label(story.fullName, issue, 'troupe:project-loop');
    const run = await story.github.until('the end of the second run', async () => {
      const second = (await story.runs()).find(({ taskNumber }) => taskNumber === issue);
      return second !== undefined && isRunOver(second.status) ? second : undefined;
    });
    await story.bot().views.flush(run.id);
    await story.github.settled();
    const state = await story.state(run.id);
    return { ...counted(story.github.requests.slice(before)), state, ms: (state.finishedAt ?? 0) - state.createdAt };
  } finally {
    slow?.clock.stop();
    await story.close();
  }
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly route?: string | undefined;
}

/** Deliveries, installations and tokens are the App's own, whether runs are at work or not. */
function isOfRun({ path }: Asked): boolean {
  return !path.includes('.git/') && !/\/app(?:\/|$|\?)/.test(path) && !path.includes('/installation/');
}

function counted(all: readonly Asked[]): Pick<CountedRun, 'reads' | 'writes' | 'byRoute' | 'table'> {
  const byRoute = new Map<string, number>();
  for (const { method, path, route } of all.filter(isOfRun)) {
    const name = route ?? `${method} ${path}`;
    byRoute.set(name, (byRoute.get(name) ?? 0) + 1);
  }
  const rows = [...byRoute].toSorted((a, b) => b[1] - a[1]);
  const sum = (some: typeof rows): number => some.reduce((total, [, count]) => total + count, 0);
  const reads = sum(rows.filter(([route]) => route.startsWith('GET ')));
  return {
    reads,
    writes: sum(rows) - reads,
    byRoute,
    table: rows.map(([route, count]) => `${String(count).padStart(3)}  ${route}`).join('\n'),
  };
}

/** Personas that take their time, on a clock that jumps while all that goes on is waiting for them, and only then. */
function slowly(personaMs: number) {
  const hurried = createHurriedClock({ idleMs: 150 });
  let asked = 0;
  hurried.hold();
  const clock: Clock = {
    ...hurried,
    after(ms, callback) {
      if (ms !== personaMs) return hurried.after(ms, callback);
      asked += 1;
      hurried.resume();
      function answered(): void {
        asked -= 1;
        if (asked === 0) hurried.hold();
      }
      const stop = hurried.after(ms, () => {
        answered();
        callback();
      });
      return () => {
        stop();
      };
    },
  };
  const answers = Object.fromEntries(
    Object.entries(goodAnswers).map(([persona, answer]) => [persona, { ...answer, delay: `${personaMs / 1_000}s` }]),
  );
  const bot: NonNullable<StoryOptions['bot']> = {
    clock,
    observers: [{ name: 'clock', changed: () => hurried.touch() }],
    requestLog: () => hurried.touch(),
  };
  return { clock: hurried, answers, bot };
}
