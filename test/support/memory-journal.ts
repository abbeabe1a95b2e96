// The engine's Journal in memory, for tests of the engine alone: epochs, parking, locks and posts as the real ones have them.
import { ClaimLost, isRunOver } from '../../src/engine/index.ts';
import type {
  Claim,
  ExternalEvent,
  Journal,
  NewEvent,
  RunEvent,
  RunSpec,
  RunStatus,
  RunSummary,
  Serving,
  SummaryPatch,
} from '../../src/engine/index.ts';
import type { Clock, RunId } from '../../src/support/index.ts';

interface Row {
  readonly spec: RunSpec;
  readonly events: RunEvent[];
  epoch: number;
  driver: HeldClaim | undefined;
  wakeAt: number | null;
  isRunnable: boolean;
  summary: RunSummary;
}
interface HeldClaim {
  readonly claim: Claim;
  readonly lost: AbortController;
  readonly listeners: Set<(events: readonly RunEvent[]) => void>;
}

/** A journal that tests can look into and break. */
export interface MemoryJournal extends Journal {
  /** Takes a claim by hand. The claim before it, if any, is fenced. */
  claim(run: RunId): Claim;
  /** When the parked run wakes; undefined while it is driven or over. */
  wakeAt(run: RunId): number | null | undefined;
  /** All events, at once. */
  journalOf(run: RunId): readonly RunEvent[];
  /** Writes so far: appends, parks, finishes. */
  writes(): number;
  /** Takes every claim away as the death of the process would: nobody is told, nothing more is accepted. */
  crash(): void;
}

/** What a test may change. */
export interface MemoryJournalOptions {
  readonly clock: Clock;
  /** Called before each write with its number, from 1; a throw is the death of the process before that write. */
  readonly beforeWrite?: (n: number) => void;
}

/** An empty journal. */
export function createMemoryJournal(options: MemoryJournalOptions): MemoryJournal {
  const { clock } = options;
  const rows = new Map<RunId, Row>();
  const locks = new Map<string, RunId>();
  const waiters = new Set<() => void>();
  let writes = 0;

  function rowOf(run: RunId): Row {
    const row = rows.get(run);
    if (row === undefined) throw new Error(`no run ${run}`);
    return row;
  }
  function changed(): void {
    for (const wake of waiters) wake();
  }
  function write(row: Row, events: readonly NewEvent[]): RunEvent[] {
    const written = events.map((event, index): RunEvent => {
      const copy = structuredClone(event);
      return { ...copy, run: row.spec.id, seq: row.events.length + 1 + index, at: clock.now() };
    });
    row.events.push(...written);
    return written;
  }
  function patch(row: Row, summary: SummaryPatch): void {
    row.summary = { ...row.summary, ...summary };
  }

  function claim(run: RunId): Claim {
    const row = rowOf(run);
    const { spec } = row;
    row.driver?.lost.abort(new ClaimLost(run));
    row.epoch += 1;
    const epoch = row.epoch;
    const lost = new AbortController();
    const listeners = new Set<(events: readonly RunEvent[]) => void>();
    let described: SummaryPatch = {};
    function check(): void {
      if (row.epoch !== epoch) throw new ClaimLost(run);
    }
    async function begin(): Promise<void> {
      // Durable writes take a turn of the loop.
      await Promise.resolve();
      check();
      writes += 1;
      options.beforeWrite?.(writes);
      check();
    }
    const held: HeldClaim = {
      lost,
      listeners,
      claim: {
        run,
        spec,
        epoch,
        lost: lost.signal,
        load: async (afterSeq = 0) => structuredClone(row.events.filter((event) => event.seq > afterSeq)),
        async append(events) {
          if (events.length === 0) {
            check();
            return [];
          }
          await begin();
          patch(row, described);
          described = {};
          const written = write(row, events);
          changed();
          return structuredClone(written);
        },
        onExternal(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        async lock(key) {
          check();
          const owner = locks.get(key);
          if (owner !== undefined && owner !== run) return false;
          locks.set(key, run);
          return true;
        },
        async park(seenSeq, wakeAt, summary) {
          await begin();
          if (row.events.length !== seenSeq) return false;
          patch(row, summary);
          row.driver = undefined;
          row.epoch += 1;
          row.wakeAt = wakeAt;
          row.isRunnable = false;
          changed();
          return true;
        },
        async finish(status, event, summary) {
          await begin();
          const [written] = write(row, [event]);
          patch(row, { ...summary, status });
          row.driver = undefined;
          row.epoch += 1;
          row.isRunnable = false;
          for (const [key, owner] of locks) if (owner === run) locks.delete(key);
          for (const other of rows.values()) if (!isOver(other) && other.driver === undefined) other.isRunnable = true;
          changed();
          if (written === undefined) throw new Error('finish writes one event');
          return structuredClone(written);
        },
        describe(summary) {
          described = { ...described, ...summary };
        },
      },
    };
    row.driver = held;
    row.wakeAt = null;
    row.isRunnable = false;
    return held.claim;
  }

  function isOver(row: Row): boolean {
    return row.events.at(-1)?.type === 'run.finished' || row.events.some((event) => event.type === 'run.finished');
  }

  return {
    claim,
    wakeAt(run) {
      const row = rowOf(run);
      return row.driver !== undefined || isOver(row) ? undefined : row.wakeAt;
    },
    journalOf: (run) => rowOf(run).events,
    writes: () => writes,
    crash() {
      for (const row of rows.values()) {
        row.epoch += 1;
        row.driver = undefined;
        row.isRunnable = !isOver(row);
      }
    },
    async start(spec) {
      if (rows.has(spec.id)) return { created: false };
      const row: Row = {
        spec,
        events: [],
        epoch: 0,
        driver: undefined,
        wakeAt: null,
        isRunnable: true,
        summary: {
          id: spec.id,
          status: 'queued',
          workflow: spec.workflow.id,
          workflowName: spec.workflow.name,
          taskTitle: spec.task.title,
          createdAt: clock.now(),
          currentSteps: [],
        },
      };
      write(row, [{ type: 'run.created', data: { spec } }]);
      rows.set(spec.id, row);
      changed();
      return { created: true };
    },
    async post(run, event: ExternalEvent) {
      const row = rowOf(run);
      if (isOver(row)) return { accepted: false, seq: row.events.length };
      const written = write(row, [event]);
      row.isRunnable = row.driver === undefined;
      row.wakeAt = null;
      for (const listener of row.driver?.listeners ?? []) listener(structuredClone(written));
      changed();
      return { accepted: true, seq: row.events.length };
    },
    async serve(drive, { concurrency }): Promise<Serving> {
      const active = new Set<Promise<void>>();
      const timers = new Map<RunId, () => void>();
      let isStopping = false;
      function look(): void {
        for (const [run, row] of rows) {
          if (isStopping || active.size >= concurrency) return;
          if (row.driver !== undefined || isOver(row)) continue;
          const isDue = row.isRunnable || (row.wakeAt !== null && row.wakeAt <= clock.now());
          if (!isDue) {
            if (row.wakeAt !== null && !timers.has(run))
              timers.set(
                run,
                clock.after(row.wakeAt - clock.now(), () => {
                  timers.delete(run);
                  look();
                }),
              );
            continue;
          }
          const driven: Promise<void> = drive(claim(run)).finally(() => {
            active.delete(driven);
            look();
          });
          active.add(driven);
        }
      }
      waiters.add(look);
      look();
      return {
        async stop(graceMs) {
          isStopping = true;
          waiters.delete(look);
          for (const cancel of timers.values()) cancel();
          for (const row of rows.values())
            if (graceMs > 0) row.driver?.lost.abort(new Error('the host stops'));
            else row.driver?.lost.abort(new ClaimLost(row.spec.id));
          await Promise.all(active);
        },
      };
    },
    async *events(run, afterSeq = 0, until) {
      let seq = afterSeq;
      while (until?.aborted !== true) {
        const next = rowOf(run).events.filter((event) => event.seq > seq);
        for (const event of next) {
          seq = event.seq;
          yield structuredClone(event);
        }
        // While these were taken more may have come.
        if (next.length > 0) continue;
        if (isOver(rowOf(run))) return;
        await new Promise<void>((resolve) => {
          const done = (): void => {
            waiters.delete(done);
            resolve();
          };
          waiters.add(done);
          until?.addEventListener('abort', done, { once: true });
        });
      }
    },
    read: async (run, afterSeq = 0) => structuredClone(rowOf(run).events.filter((event) => event.seq > afterSeq)),
    spec: async (run) => rows.get(run)?.spec,
    summary: async (run) => rows.get(run)?.summary,
    async list(query) {
      const wanted = (status: RunStatus): boolean => query.status === undefined || query.status.includes(status);
      const items = [...rows.values()].map((row) => row.summary).filter((summary) => wanted(summary.status));
      return { items: items.slice(0, query.limit ?? items.length) };
    },
    async costSince(at) {
      const summaries = [...rows.values()].map((row) => row.summary);
      const since = summaries.filter(({ startedAt, createdAt }) => (startedAt ?? createdAt) >= at);
      return since.reduce((usd, { costUsd }) => usd + Number(costUsd ?? 0), 0);
    },
    async close() {
      for (const row of rows.values()) if (isRunOver(row.summary.status)) row.driver = undefined;
    },
  };
}
