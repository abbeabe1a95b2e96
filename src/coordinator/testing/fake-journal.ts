// A journal in memory for the coordinator's tests: starts, posts and summaries only. Drives nothing.
import { foldRun, isRunOver } from '../../engine/index.ts';
import type {
  ExternalEvent,
  Journal,
  NewEvent,
  Page,
  RunEvent,
  RunSpec,
  RunStatus,
  RunSummary,
} from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import { summaryOfStart } from '../queue.ts';

/** What a test sees and changes. */
export interface FakeJournal {
  readonly journal: Journal;
  readonly specs: Map<RunId, RunSpec>;
  readonly posted: { readonly run: RunId; readonly event: ExternalEvent }[];
  readonly summaries: Map<RunId, RunSummary>;
  set(run: RunId, change: Partial<RunSummary> & { readonly status: RunStatus }): void;
  /** What the engine would append. */
  append(run: RunId, ...news: readonly NewEvent[]): void;
  list(repositoryId: number, issue: number): Promise<Page<RunSummary>>;
}

/** A journal without runs. */
export function fakeJournal(): FakeJournal {
  const specs = new Map<RunId, RunSpec>();
  const summaries = new Map<RunId, RunSummary>();
  const posted: FakeJournal['posted'] = [];
  const events = new Map<RunId, RunEvent[]>();
  function read(run: RunId): RunEvent[] {
    return events.get(run) ?? [];
  }
  function append(run: RunId, ...news: readonly NewEvent[]): void {
    const list = read(run);
    for (const event of news) list.push({ ...event, run, seq: list.length + 1, at: 1_000 + list.length });
    events.set(run, list);
    if (list[0]?.type !== 'run.created') return;
    const { status } = foldRun(list);
    const summary = summaries.get(run);
    if (summary !== undefined) summaries.set(run, { ...summary, status });
  }
  const used: Partial<Journal> = {
    async start(spec) {
      if (specs.has(spec.id)) return { created: false };
      specs.set(spec.id, spec);
      append(spec.id, { type: 'run.created', data: { spec } });
      summaries.set(spec.id, summaryOfStart(spec, specs.size));
      return { created: true };
    },
    async post(run, event) {
      const status = summaries.get(run)?.status;
      if (status !== undefined && isRunOver(status)) return { accepted: false, seq: 0 };
      posted.push({ run, event });
      append(run, event);
      return { accepted: true, seq: posted.length };
    },
    async read(run) {
      return read(run);
    },
    async list(query) {
      const items = [...summaries.values()].filter(
        ({ id, status }) =>
          (query.status?.includes(status) ?? true) &&
          (query.repositoryId === undefined || specs.get(id)?.repository?.id === query.repositoryId),
      );
      return { items };
    },
    async costSince() {
      return [...summaries.values()].reduce((usd, { costUsd }) => usd + Number(costUsd ?? 0), 0);
    },
    async unpricedSince() {
      return [...summaries.values()].filter(({ costComplete }) => costComplete === false).length;
    },
    async spec(run) {
      return specs.get(run);
    },
    async summary(run) {
      return summaries.get(run);
    },
  };
  return {
    // only what the coordinator uses is there: anything else it called would fail the test
    journal: used as unknown as Journal,
    specs,
    posted,
    summaries,
    append,
    set(run, change) {
      const old = summaries.get(run);
      if (old !== undefined) summaries.set(run, { ...old, ...change });
    },
    async list(repositoryId, issue) {
      const items = [...summaries.values()].filter((summary) => {
        const spec = specs.get(summary.id);
        return spec?.repository?.id === repositoryId && spec.task.number === issue;
      });
      return { items };
    },
  };
}
