// Plays project-loop with every request to GitHub's API written down: who asked what, by method and route. Git over HTTP is not counted.
import { isRunOver } from '../../src/engine/index.ts';
import type { RunState } from '../../src/engine/index.ts';
import type { Clock } from '../../src/support/index.ts';
import { idle } from './idle.ts';
import { createManualClock } from './manual-clock.ts';
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

/** How a server may differ from GitHub as it is now. */
export interface Server {
  /** Its GraphQL has no checks: each is made by itself. */
  readonly withoutBatches?: boolean;
}

/** One run from label to pull request. `personaMs`: how long each persona takes by the bot's clock. */
export async function countRequests(personaMs: number, { withoutBatches = false }: Server = {}): Promise<CountedRun> {
  const { answers, bot, stop } = pacedBy(personaMs);
  const story = await startStory({ answers, bot });
  if (withoutBatches)
    story.github.faults.answer({
      route: 'POST /graphql',
      containing: 'createCheckRun',
      times: Number.MAX_SAFE_INTEGER,
      when: 'before',
      answer: { status: 404, message: 'Not Found' },
    });
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
    await story.close();
    stop();
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

const idleMs = 150;
/** Only so that nothing hangs for ever: the bot waits for its clock where nothing here expects it. */
const strandedMs = 10_000;

/**
 * Personas that take their time, on a clock that stands still while anybody works: it moves from timer to timer while all
 * that goes on is waiting for personas. So a slow machine makes no difference.
 */
function pacedBy(personaMs: number) {
  const manual = createManualClock(Date.now());
  let asked = 0;
  let working = 0;
  let touchedAt = Date.now();
  const touch = (): void => void (touchedAt = Date.now());
  const clock: Clock = {
    ...manual,
    after(ms, callback) {
      if (ms !== personaMs) return manual.after(ms, callback);
      let isOpen = true;
      asked += 1;
      const close = (): void => {
        if (isOpen) asked -= 1;
        isOpen = false;
      };
      const stop = manual.after(ms, () => {
        close();
        callback();
      });
      return () => {
        close();
        stop();
      };
    },
  };
  const ticking = setInterval(() => {
    const next = manual.nextAt();
    const isFree = asked > 0 && asked >= working;
    if (next === undefined || Date.now() - touchedAt < (isFree ? idleMs : strandedMs)) return;
    touch();
    manual.moveTo(next);
  }, 10);
  const answers = Object.fromEntries(
    Object.entries(goodAnswers).map(([persona, answer]) => [persona, { ...answer, delay: `${personaMs / 1_000}s` }]),
  );
  const bot: NonNullable<StoryOptions['bot']> = {
    clock,
    observers: [
      {
        name: 'clock',
        changed(state) {
          touch();
          const running = [...state.steps.values()].filter(({ status }) => status === 'running');
          const containers = new Set(running.map(({ parent }) => parent));
          working = running.filter(({ path }) => !containers.has(path)).length;
        },
      },
    ],
    requestLog: touch,
  };
  return { answers, bot, stop: () => clearInterval(ticking) };
}
