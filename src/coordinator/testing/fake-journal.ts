// The journal of the coordinator's tests: the real one in memory, and what a driver would have written. Drives nothing.
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMemoryJournal } from '../../../test/support/memory-journal.ts';
import type { MemoryJournal } from '../../../test/support/memory-journal.ts';
import type {
  ExternalEvent,
  Journal,
  NewEvent,
  Page,
  RunSpec,
  RunStatus,
  RunSummary,
  SummaryPatch,
} from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';

/** What a test sees and changes. */
export interface FakeJournal {
  readonly journal: Journal;
  readonly specs: Map<RunId, RunSpec>;
  readonly posted: { readonly run: RunId; readonly event: ExternalEvent }[];
  /** What the listing shows, as the engine would have described it. */
  set(run: RunId, change: SummaryPatch & { readonly status: RunStatus }): void;
  /** What the engine would append. */
  append(run: RunId, ...news: readonly NewEvent[]): void;
  list(repositoryId: number, issue: number): Promise<Page<RunSummary>>;
}

/** A journal without runs. */
export function fakeJournal(): FakeJournal {
  const clock = createManualClock(0);
  const opening = createMemoryJournal({ clock });
  let opened: MemoryJournal | undefined;
  const specs = new Map<RunId, RunSpec>();
  const posted: FakeJournal['posted'] = [];

  async function real(): Promise<MemoryJournal> {
    return (opened ??= await opening);
  }
  /** Tests look and write once a run is there. */
  function now(): MemoryJournal {
    if (opened === undefined) throw new Error('no run was started');
    return opened;
  }
  return {
    specs,
    posted,
    set: (run, change) => now().describe(run, change),
    append: (run, ...news) => now().write(run, news),
    list: async (repositoryId, issue) => (await real()).list({ repositoryId, taskNumber: issue }),
    journal: {
      async start(spec) {
        // one after the other, so that the newest is known
        clock.advance(1);
        const started = await (await real()).start(spec);
        if (started.created) specs.set(spec.id, spec);
        return started;
      },
      async post(run, event) {
        const answer = await (await real()).post(run, event);
        if (!answer.accepted) return answer;
        posted.push({ run, event });
        // nobody drives: what a driver would describe
        now().write(run, []);
        return answer;
      },
      read: async (run, after) => (await real()).read(run, after),
      list: async (query) => (await real()).list(query),
      spent: async (query) => (await real()).spent(query),
      startedAt: async (query) => (await real()).startedAt(query),
      costSince: async (at) => (await real()).costSince(at),
      unpricedSince: async (at) => (await real()).unpricedSince(at),
      spec: async (run) => (await real()).spec(run),
      summary: async (run) => (await real()).summary(run),
      async *events(run, after, until) {
        yield* (await real()).events(run, after, until);
      },
      serve: async (drive, options) => (await real()).serve(drive, options),
      close: async () => (await real()).close(),
    },
  };
}
