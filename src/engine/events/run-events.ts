// Events of a run as a whole: it is created, starts, parks, pauses, ends, and learns facts about its branch.
import { defined } from '../../support/index.ts';
import Type from 'typebox';
import type { JsonObject } from '../../support/index.ts';
import type { Draft } from './draft.ts';
import { IllegalTransition } from '../model/errors.ts';
import { text } from '../model/messages.ts';
import { isRunOver } from '../model/statuses.ts';
import type { Facts, RunSpec, RunStatus } from '../model/types.ts';
import { by, due, eventKind, nothing } from './event-kind.ts';

/** A definition in a newer form is refused: its steps are not to be guessed. */
const definition = { type: 'object', properties: { irVersion: { const: 1 } } } as const;
const spec = Type.Unsafe<RunSpec>({
  type: 'object',
  required: ['id', 'workflow', 'task'],
  properties: { workflow: definition },
});
const outputs = Type.Unsafe<JsonObject>({ type: 'object' });
const facts = Type.Unsafe<Facts>({ type: 'object' });
const status = Type.Unsafe<RunStatus>({ type: 'string' });

export const runEvents = [
  eventKind({
    type: 'run.created',
    sources: ['engine'],
    schema: Type.Object({ spec }),
    fold({ run }, { type }) {
      throw new IllegalTransition(text.illegalRun(type, run.status));
    },
  }),
  eventKind({
    type: 'run.started',
    sources: ['engine'],
    schema: nothing,
    fold({ run }, { type, at }) {
      if (run.startedAt !== undefined) throw new IllegalTransition(text.illegalRun(type, run.status));
      refuseOver(run, type);
      run.startedAt = at;
      run.status = run.paused === undefined ? 'running' : 'paused';
    },
  }),
  eventKind({
    type: 'run.parked',
    sources: ['engine'],
    schema: Type.Object({ until: due }),
    fold(draft, { type, at }) {
      refuseOver(draft.run, type);
      draft.run.parkedSince = at;
      draft.run.status = parkedStatus(draft);
    },
  }),
  eventKind({
    type: 'run.paused',
    sources: ['outside'],
    schema: Type.Object({ by }),
    fold({ run }, { data }) {
      if (isRunOver(run.status)) return;
      run.paused = data.by;
      run.status = 'paused';
    },
  }),
  eventKind({
    type: 'run.resumed',
    sources: ['outside'],
    schema: Type.Object({ by }),
    fold({ run }) {
      if (isRunOver(run.status)) return;
      delete run.paused;
      run.status = run.startedAt === undefined ? 'queued' : 'running';
    },
  }),
  eventKind({
    type: 'run.cancel_requested',
    sources: ['outside'],
    schema: Type.Object({ by }),
    fold({ run }, { data }) {
      if (!isRunOver(run.status)) run.cancelRequested ??= data.by;
    },
  }),
  eventKind({
    type: 'run.finished',
    sources: ['engine'],
    schema: Type.Object({ status, reason: Type.String(), outputs }),
    fold({ run }, { type, at, data }) {
      refuseOver(run, type);
      run.status = data.status;
      run.reason = data.reason;
      run.outputs = data.outputs;
      run.finishedAt = at;
    },
  }),
  eventKind({
    type: 'facts.changed',
    sources: ['outside', 'step'],
    schema: facts,
    fold({ run }, { data }) {
      run.facts = factsAfter(run.facts, data);
    },
  }),
  /** From outside: what an attempt kept that was over already. */
  eventKind({
    type: 'artifact.added',
    sources: ['step', 'outside'],
    schema: Type.Object({
      name: Type.String(),
      sha256: Type.String(),
      bytes: Type.Number(),
      mediaType: Type.String(),
    }),
    fold({ run }, { step, data }) {
      run.artifacts = [...(run.artifacts ?? []), { ...data, ...defined({ step }) }];
    },
  }),
] as const;

function refuseOver({ status: now }: Draft['run'], type: string): void {
  if (isRunOver(now)) throw new IllegalTransition(text.illegalRun(type, now));
}

function parkedStatus({ run, steps }: Draft): RunStatus {
  if (run.paused !== undefined) return 'paused';
  if (run.startedAt === undefined) return 'queued';
  return steps.tally.live.some((path) => steps.get(path)?.status === 'waiting') ? 'waiting' : 'running';
}

/** A head that was told of from outside has a tree that nobody has looked at. */
function factsAfter(before: Facts, change: Facts): Facts {
  const { headTree: _old, ...rest } = before;
  const isForeign = change.headSha !== undefined && change.headSha !== before.headSha && change.headTree === undefined;
  return { ...(isForeign ? rest : before), ...change, ...pullAfter(before, change) };
}

/** Whoever tells of the pull request again may know less of it. */
function pullAfter({ pullRequest: before }: Facts, { pullRequest: change }: Facts): Pick<Facts, 'pullRequest'> {
  if (change === undefined) return {};
  return { pullRequest: before?.number === change.number ? { ...before, ...change } : change };
}
