// The schema of a run as `show`, `status`, `report`, `run` and `resume` print it, and of what a step is in it.
import Type from 'typebox';
import { runStatuses } from './run-statuses.ts';
import { anything, count, exact, maybe, milliseconds, moment, open, orNull, runId, texts } from './parts.ts';

/** Statuses of a run. */
export const runStatus = Type.Enum([...runStatuses]);

const stepStatus = Type.Enum([
  'pending',
  'ready',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'timed_out',
]);
const sha = Type.String({ pattern: '^[0-9a-f]{40}$' });

const by = exact(
  {
    login: Type.String(),
    from: Type.Enum(['comment', 'check', 'label', 'cli', 'api', 'github', 'troupe']),
    reason: maybe(Type.String()),
    ref: maybe(Type.String()),
  },
  'Who did it and from where.',
);

const usage = exact({
  request: maybe(Type.String({ description: 'Which request it was for; told twice, it counts once.' })),
  inputTokens: maybe(Type.Number({ description: 'All that was read, what a cache gave included.' })),
  outputTokens: maybe(Type.Number()),
  cacheReadTokens: maybe(Type.Number({ description: 'Of the input: what a cache gave.' })),
  cacheWriteTokens: maybe(Type.Number({ description: 'Of the input: what a cache took in.' })),
  costUsd: maybe(Type.String({ description: 'Decimal text; absent: unknown, never 0.' })),
  source: Type.Enum(['gateway', 'provider', 'estimated', 'none'], {
    description: 'Who counted: Troupe’s gateway, the agent itself, or its tokens at the price of its model.',
  }),
  complete: Type.Boolean(),
  model: maybe(Type.String({ description: 'Whose price it is.' })),
  reported: maybe(
    exact(
      {
        inputTokens: maybe(Type.Number()),
        outputTokens: maybe(Type.Number()),
        cacheReadTokens: maybe(Type.Number()),
        costUsd: maybe(Type.String()),
      },
      'What the agent itself says where the gateway counted; never counted.',
    ),
  ),
});

const pullRequest = exact({
  number: Type.Integer(),
  url: Type.String(),
  nodeId: maybe(Type.String()),
  draft: Type.Boolean(),
  state: Type.Enum(['open', 'closed', 'merged']),
  ours: maybe(Type.Boolean({ description: 'false: a person opened it, and its words stay as they are.' })),
  title: maybe(Type.String({ description: 'As the file of the workflow says.' })),
  body: maybe(Type.String({ description: 'As the file of the workflow says, before what Troupe says.' })),
});

/** Branch, base, head, pull request. */
export const facts = exact({
  branch: maybe(Type.String()),
  baseBranch: maybe(Type.String()),
  baseSha: maybe(sha),
  headSha: maybe(sha),
  headTree: maybe(sha),
  pullRequest: maybe(pullRequest),
});

const evidence = exact(
  {
    by: Type.Enum(['troupe', 'persona']),
    command: texts,
    exitCode: Type.Integer(),
    tests: maybe(exact({ run: count, passed: count, failed: count, skipped: count })),
    output: maybe(Type.String()),
  },
  'A command and what it answered. Only what Troupe itself ran is proof.',
);

const finding = exact({
  path: Type.String(),
  startLine: Type.Integer(),
  endLine: maybe(Type.Integer()),
  level: Type.Enum(['notice', 'warning', 'failure']),
  message: Type.String(),
  title: maybe(Type.String()),
});

const result = exact({
  outputs: open,
  summary: maybe(Type.String()),
  verdict: maybe(Type.Enum(['pass', 'fail', 'unknown'])),
  verdictReason: maybe(Type.String()),
  noop: maybe(Type.String()),
  evidence: maybe(Type.Array(evidence)),
  findings: maybe(Type.Array(finding)),
  filesChanged: maybe(texts),
  agent: maybe(Type.String({ description: 'The program that did it, and its version.' })),
  sha: maybe(sha),
  tree: maybe(sha),
  usage: maybe(usage),
  provider: maybe(Type.String()),
  model: maybe(Type.String()),
  undone: maybe(Type.String()),
  stop: maybe(Type.String()),
  skipNext: maybe(Type.String()),
  shortfall: maybe(Type.String()),
  facts: maybe(facts),
  warnings: maybe(texts),
});

const error = exact({
  class: Type.Enum([
    'transient',
    'rate_limit',
    'auth',
    'config',
    'timeout',
    'cancelled',
    'contract',
    'budget',
    'failed',
  ]),
  code: Type.String(),
  message: Type.String(),
  hint: maybe(Type.String()),
  retryAfterMs: maybe(milliseconds),
});

const approval = exact({
  message: Type.String(),
  sha: maybe(sha),
  inputHash: Type.String(),
  by: texts,
  expires: orNull(moment),
  asked: count,
  askedAt: moment,
  isOpen: Type.Boolean(),
  decided: maybe(exact({ approved: Type.Boolean(), by, sha: maybe(sha), at: moment })),
});

/** A step of a run. */
export const step = exact({
  path: Type.String(),
  list: Type.Enum(['steps', 'on_failure', 'finally', 'on_error']),
  parent: maybe(Type.String()),
  status: stepStatus,
  attempts: count,
  failures: maybe(count),
  rateLimits: maybe(count),
  interruptions: maybe(count),
  executingSince: maybe(moment),
  executingSeq: maybe(count),
  usedMs: maybe(milliseconds),
  parkedMsBefore: maybe(milliseconds),
  arrivals: maybe(
    Type.Array(
      exact({
        type: Type.Enum(['signal.received', 'approval.decided', 'question.answered', 'ticket.answered']),
        seq: count,
        data: anything,
      }),
    ),
  ),
  woken: maybe(Type.Boolean()),
  unresolved: maybe(texts),
  startedAt: maybe(moment),
  finishedAt: maybe(moment),
  input: maybe(anything),
  inputHash: maybe(Type.String()),
  timeoutMs: maybe(milliseconds),
  result: maybe(result),
  error: maybe(error),
  checkpoint: maybe(anything),
  checkpointAttempt: maybe(count),
  progress: maybe(Type.String()),
  retryAt: maybe(moment),
  waitingFor: maybe(
    exact({
      for: Type.Enum(['approval', 'answer', 'timer', 'ticket']),
      until: orNull(moment),
      message: maybe(Type.String()),
    }),
  ),
  approval: maybe(approval),
  skipRequested: maybe(by),
  reworkReason: maybe(Type.String()),
  skipped: maybe(
    exact({
      reason: Type.Enum(['condition', 'dependency', 'branch', 'run_failed', 'person', 'persona']),
      because: maybe(Type.String()),
    }),
  ),
  cancelledBecause: maybe(Type.Enum(['cancelled', 'superseded', 'timed_out'])),
  items: maybe(
    exact(
      { total: count, done: count, failed: count, open: Type.Array(count), next: count },
      'Of a `foreach`: how its items stand; `open` lists those that are worked on, `next` is where the next one is looked for.',
    ),
  ),
  reusedFrom: maybe(exact({ run: runId, attempt: count })),
  usage: maybe(Type.Array(usage)),
  asked: maybe(
    exact(
      { request: Type.String(), isFree: Type.Boolean(), at: maybe(moment) },
      'The newest request that was sent, and when.',
    ),
  ),
  mayAsk: maybe(Type.Boolean()),
  effects: Type.Record(
    Type.String(),
    exact({
      done: Type.Boolean(),
      result: maybe(anything),
      unansweredAt: maybe(Type.Integer()),
      againAt: maybe(Type.Integer()),
    }),
  ),
});

const task = exact({
  kind: Type.Enum(['issue', 'pull_request', 'cli', 'none']),
  number: maybe(Type.Integer()),
  title: Type.String(),
  body: Type.String(),
  labels: texts,
  type: maybe(Type.String()),
  scope: maybe(Type.String()),
  priority: maybe(Type.String()),
  severity: maybe(Type.String()),
  slug: Type.String(),
  url: maybe(Type.String()),
  author: maybe(Type.String()),
  project: maybe(Type.String()),
  milestone: maybe(Type.String()),
  milestoneFacts: maybe(
    exact({
      number: maybe(Type.Integer()),
      open_issues: count,
      closed_issues: count,
      completion: Type.Integer({ minimum: 0, maximum: 100 }),
      state: maybe(Type.String()),
      due_on: maybe(Type.String()),
    }),
  ),
  state: maybe(Type.String()),
  fields: open,
});

/** Something that a run has kept. */
export const artifact = exact({
  name: Type.String(),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: count,
  mediaType: Type.String(),
  step: maybe(Type.String()),
});

/** A request that is answered later. */
export const waitingAnswer = exact(
  {
    step: Type.String(),
    provider: Type.String({ description: 'Who was asked.' }),
    strategy: Type.Enum(['immediate', 'poll', 'callback', 'stream'], { description: 'How the answer comes.' }),
    request: Type.String(),
    attempt: Type.Integer({ minimum: 1, description: 'The attempt that asked.' }),
    since: moment,
    nextLookAt: orNull(Type.Integer({ description: 'When the answer is looked for next; null: it comes by itself.' })),
    deadline: orNull(Type.Integer({ description: 'After it nobody waits any more; null: however long it takes.' })),
    failedLooks: Type.Integer({ minimum: 0, description: 'Looks in a row that failed.' }),
  },
  'A persona that was asked and has not answered yet. Times are milliseconds since 1970.',
);

/** A run. */
export const runOutput = exact(
  {
    id: runId,
    status: runStatus,
    reason: maybe(Type.String()),
    outputs: maybe(open),
    seq: count,
    createdAt: moment,
    startedAt: maybe(moment),
    finishedAt: maybe(moment),
    facts,
    cancelRequested: maybe(by),
    paused: maybe(by),
    stopRequested: maybe(by),
    budgetUsd: maybe(Type.Number()),
    budgetExceeded: maybe(
      exact({
        which: Type.String(),
        limit: Type.Number(),
        used: Type.Number(),
        atLeast: maybe(Type.Boolean()),
        from: maybe(
          Type.Enum(['operator', 'repository', 'workflow', 'job'], {
            description: 'Whose limit it is; absent: the repository’s.',
          }),
        ),
      }),
    ),
    outOfTimeAt: maybe(moment),
    minutesSince: maybe(
      exact({
        at: moment,
        waitedForPeopleMs: milliseconds,
        jobMinutes: Type.Union([Type.Number(), Type.Null()], {
          description: 'What the job that goes on with it allows; null: it says nothing.',
        }),
      }),
    ),
    usage: exact({
      personaRuns: Type.Integer({ minimum: 0, description: 'Requests that asked somebody.' }),
      inputTokens: count,
      outputTokens: count,
      costUsd: Type.String({ description: 'Decimal text of what is known.' }),
      complete: Type.Boolean({ description: 'Whether every price is known; if not, it cost `costUsd` at least.' }),
      tokensUnknown: maybe(Type.Boolean({ description: 'At least one request told no tokens.' })),
      cacheReadTokens: maybe(count),
      cacheWriteTokens: maybe(count),
      estimated: maybe(Type.Boolean({ description: 'Some of it is estimated from tokens.' })),
    }),
    personaAttempts: maybe(count),
    ticketsSent: maybe(count),
    expanded: maybe(
      Type.Record(Type.String(), Type.Array(anything), {
        description: 'The items of each `foreach` that opened, by its path.',
      }),
    ),
    escalated: maybe(Type.String()),
    parkedSince: maybe(moment),
    parkedMs: maybe(milliseconds),
    waitedForPeopleMs: maybe(milliseconds),
    artifacts: maybe(Type.Array(artifact)),
    workflow: exact({ id: Type.String(), name: Type.String(), version: Type.String() }),
    repository: orNull(Type.String({ description: 'owner/name, or the folder of a run at a desk.' })),
    task,
    inputs: open,
    requester: Type.String(),
    steps: Type.Array(step),
    waiting: maybe(
      Type.Array(waitingAnswer, {
        description: 'Personas that were asked and have not answered; of `show` and `status`, where there are any.',
      }),
    ),
  },
  'A run: `troupe show`, `status`, `report`, `run` and `resume`.',
);

/** `troupe inspect`. */
export const inspectOutput = exact(
  { run: runId, step, variables: anything, inputs: anything, facts },
  'A step with what it saw.',
);

/** `troupe artifacts`. */
export const artifactsOutput = exact({ run: runId, artifacts: Type.Array(artifact) }, 'What a run has kept.');
