// Builders for the view's tests: a run of six steps in any state, rows in memory.
import type { RunSpec, RunState, Step, StepState, SurfaceRow, Surfaces, Workflow } from '../engine/index.ts';
import type { RunId, Sha, StepPath } from '../support/index.ts';

export const headA = 'a'.repeat(40) as Sha; // has the shape
export const headB = 'b'.repeat(40) as Sha; // has the shape
export const headC = 'c'.repeat(40) as Sha; // has the shape
export const runId = 'rabcdefghijklmno' as RunId; // has the shape
export const startedAt = Date.UTC(2026, 10, 20, 12, 0, 0);

/** A step definition with everything at its default. */
function stepOf(id: string, name: string, more: Partial<Step> = {}): Step {
  // A persona step unless the test says otherwise; the parts of other types come in with `more`.
  return {
    id,
    name,
    description: '',
    ...(more.type === undefined
      ? { type: 'persona-request', persona: id, providers: [], skills: [], commit: 'auto' }
      : {}),
    dependencies: [],
    onSkippedDependency: 'skip',
    retry: { limit: 0, transientLimit: 2, initialMs: 1, factor: 2, maxMs: 1, jitter: false, on: [] },
    onFailure: 'stop',
    rollback: false,
    advisory: false,
    unjudged: [],
    expect: [],
    params: {},
    outputs: {},
    implicit: false,
    ...more,
  } as Step;
}

/** plan → implement → qa → {review ∥ security} → finish, with `prepare` before. */
const steps: readonly Step[] = [
  stepOf('prepare', 'Prepare', { type: 'prepare', implicit: true } as Partial<Step>),
  stepOf('plan', 'Plan', { dependencies: ['prepare'] }),
  stepOf('implement', 'Implement', { dependencies: ['plan'] }),
  stepOf('qa', 'QA', { dependencies: ['implement'] }),
  stepOf('reviews', 'Reviews', {
    type: 'parallel',
    waitFor: 'all',
    dependencies: ['qa'],
    steps: [stepOf('review', 'Code review'), stepOf('security', 'Security review')],
  } as Partial<Step>),
  stepOf('finish', 'Finish', {
    type: 'git-operation',
    operation: 'open-pull-request',
    dependencies: ['reviews'],
  } as Partial<Step>),
];

const paths = ['prepare', 'plan', 'implement', 'qa', 'reviews', 'review', 'security', 'finish'] as const;
type Path = (typeof paths)[number];

/** A run in a state; steps that are not named are pending. */
export function runOf(
  status: RunState['status'],
  states: Partial<Record<Path, Partial<StepState>>>,
  more: Partial<RunState> & { readonly spec?: RunSpec } = {},
): RunState {
  const all = paths.map((path): [StepPath, StepState] => [
    path as StepPath, // ids are paths outside loops
    {
      path: path as StepPath, // ids are paths outside loops
      list: 'steps',
      status: 'pending',
      attempts: states[path] === undefined ? 0 : 1,
      effects: {},
      ...(path === 'review' || path === 'security' ? { parent: 'reviews' as StepPath } : {}), // an id again
      ...states[path],
    },
  ]);
  return {
    id: runId,
    spec: specOf(),
    status,
    seq: 1,
    createdAt: startedAt,
    startedAt,
    steps: new Map(all),
    facts: {
      headSha: headA,
      pullRequest: { number: 12, url: 'https://github.com/acme/shop/pull/12', draft: true, state: 'open' },
    },
    stateKeys: {},
    usage: { personaRuns: 0, inputTokens: 0, outputTokens: 0, costUsd: '0', complete: true },
    ...more,
  };
}

/** What the run was started with. */
export function specOf(more: Partial<RunSpec> = {}): RunSpec {
  const workflow: Workflow = {
    irVersion: 1,
    id: 'project-loop',
    name: 'Project loop',
    version: '1',
    description: '',
    trigger: { labels: [], events: [], assignees: [], priority: 0 },
    inputs: {},
    variables: {},
    concurrency: { group: '', onConflict: 'queue' },
    budget: {},
    branch: {},
    permissive: false,
    steps,
    onFailure: [],
    finally: [],
    outputs: {},
    hash: '0',
  };
  return {
    id: runId,
    workflow,
    workflowSource: { path: '.github/troupe/workflows/project-loop.yml', blobSha: 'f'.repeat(40) },
    task: {
      kind: 'issue',
      number: 7,
      title: 'Sum ignores the last item',
      body: '',
      labels: [],
      slug: 'sum',
      fields: {},
    },
    inputs: {},
    event: {},
    requester: { login: 'octocat', outsider: false },
    host: 'bot',
    rehearsal: false,
    settings: {
      defaultProvider: 'scripted',
      variables: {},
      environments: {},
      protectedPaths: [],
      budget: {},
      allowAutoMerge: false,
    },
    personas: {},
    ...more,
  };
}

/** A step that ran from a second to another of the run. */
export function ran(from: number, to: number, more: Partial<StepState> = {}): Partial<StepState> {
  return {
    status: 'succeeded',
    startedAt: startedAt + from * 1_000,
    finishedAt: startedAt + to * 1_000,
    attempts: 1,
    ...more,
  };
}

/** A step that runs since a second of the run. */
export function runs(from: number, more: Partial<StepState> = {}): Partial<StepState> {
  return { status: 'running', startedAt: startedAt + from * 1_000, attempts: 1, ...more };
}

/** Rows in memory. */
export function memorySurfaces(): Omit<Surfaces, 'put'> & { put(row: SurfaceRow): Promise<void> } & {
  readonly rows: Map<string, SurfaceRow>;
} {
  const rows = new Map<string, SurfaceRow>();
  return {
    rows,
    of: (run) => Promise.resolve([...rows.values()].filter((row) => row.run === run)),
    put(row) {
      rows.set(`${row.run} ${row.key} ${row.headSha}`, row);
      return Promise.resolve();
    },
    open: () => Promise.resolve([]),
  };
}
