// The schemas of lists: runs, events of a run, deliveries, decisions about an issue.
import Type from 'typebox';
import { eventTypes } from '../../engine/index.ts';
import { anything, count, exact, maybe, moment, open, orNull, runId, texts } from './parts.ts';
import { runStatus, waitingAnswer } from './run.ts';

const summary = {
  id: runId,
  status: runStatus,
  reason: maybe(Type.String()),
  workflow: Type.String(),
  workflowName: Type.String(),
  repository: maybe(Type.String()),
  taskNumber: maybe(Type.Integer()),
  taskTitle: Type.String(),
  createdAt: moment,
  startedAt: maybe(moment),
  finishedAt: maybe(moment),
  wakeAt: maybe(moment),
  costUsd: maybe(Type.String({ description: 'Decimal text of what is known.' })),
  costComplete: maybe(Type.Boolean({ description: 'Whether every price is known; absent: it was not told.' })),
  tokens: maybe(count),
  currentSteps: texts,
  pullRequestUrl: maybe(Type.String()),
  lockKey: maybe(Type.String({ description: 'The concurrency group that it is in.' })),
  priority: maybe(Type.Integer({ description: 'Its place in line: higher begins first. Absent: 0.' })),
};
const run = exact(summary);

/** `troupe runs`. */
export const runsOutput = exact(
  { runs: Type.Array(run), next: orNull(Type.String({ description: 'Where the list goes on.' })) },
  'Runs, newest first.',
);

const position = Type.Integer({ minimum: 1, description: 'From 1: the next one to go on.' });
const place = Type.Union([
  exact({
    position,
    waitsFor: Type.Literal('runs'),
    runs: Type.Array(exact({ id: runId, taskNumber: maybe(Type.Integer()) })),
  }),
  exact({ position, waitsFor: Type.Enum(['repository', 'server']), limit: count }),
]);

/** `troupe queue`. */
export const queueOutput = exact(
  {
    runs: Type.Array(exact({ ...summary, place: orNull(place), waiting: Type.Array(waitingAnswer) })),
    limits: exact({ concurrentRuns: count, concurrentPerRepository: count }),
    paused: orNull(exact({ login: Type.String(), at: moment, reason: orNull(Type.String()) })),
  },
  '`paused`: everything is, by whom, since when and why. Runs that are not over: at work, in line, waiting for people or a time. `place`: of those that wait to begin.',
);

/** `troupe logs`: each line is one of these. */
export const logsOutput = exact(
  {
    run: runId,
    seq: Type.Integer({ minimum: 1, description: 'Counts from 1 without gaps.' }),
    at: moment,
    type: Type.Enum([...eventTypes]),
    step: maybe(Type.String({ description: 'The path of the step.' })),
    attempt: maybe(count),
    data: open,
  },
  'One event of a run: each line of `troupe logs --json` is one.',
);

const event = {
  id: Type.String(),
  event: Type.String(),
  action: orNull(Type.String()),
  installationId: orNull(Type.Integer()),
  repositoryId: orNull(Type.Integer()),
  number: orNull(Type.Integer()),
  logicalKey: orNull(Type.String()),
  receivedAt: moment,
  state: Type.Enum(['new', 'working', 'done', 'ignored', 'dead']),
  attempts: count,
  nextAt: moment,
};
const delivery = { ...event, lastError: orNull(Type.String()) };

/** `troupe inbox list`. */
export const inboxListOutput = exact({ deliveries: Type.Array(exact(delivery)) }, 'Deliveries, oldest first.');

/** `troupe inbox show`. */
export const inboxShowOutput = exact({ ...delivery, payload: maybe(anything) }, 'A delivery.');

/** `troupe inbox retry`. */
export const inboxRetryOutput = exact({ retried: Type.Boolean() }, 'Whether the delivery is handled again.');

/** `troupe explain`. */
export const explainOutput = exact(
  {
    events: Type.Array(exact({ ...event, note: orNull(Type.String()), sender: orNull(Type.String()) })),
    runs: Type.Array(run),
  },
  'What came for an issue or pull request, newest first, and its runs.',
);
