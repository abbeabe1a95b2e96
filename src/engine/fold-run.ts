// Events about the run as a whole, folded into its state. Never looks at what a step type means.
import { toJson } from '../support/index.ts';
import { writable } from './draft.ts';
import type { Draft } from './draft.ts';
import { IllegalTransition } from './errors.ts';
import { countUsage } from './fold-usage.ts';
import { foldControl, foldDecision, foldEscalation, foldRequest } from './fold-control.ts';
import { text } from './messages.ts';
import type { Arrival } from './state.ts';
import { isRunOver } from './statuses.ts';
import type { Facts, RunEvent, RunStatus } from './types.ts';
import { ticketIn } from './wanted-tickets.ts';

/** Folds one event that is not about a step's status. */
export function foldRunEvent(draft: Draft, event: RunEvent): void {
  const { run } = draft;
  switch (event.type) {
    case 'run.created':
      throw new IllegalTransition(text.illegalRun(event.type, run.status));
    case 'run.started':
      if (run.startedAt !== undefined || isRunOver(run.status))
        throw new IllegalTransition(text.illegalRun(event.type, run.status));
      run.startedAt = event.at;
      run.status = run.paused === undefined ? 'running' : 'paused';
      return;
    case 'run.parked':
      if (isRunOver(run.status)) throw new IllegalTransition(text.illegalRun(event.type, run.status));
      run.parkedSince = event.at;
      run.status = parkedStatus(draft);
      return;
    case 'run.paused':
      if (isRunOver(run.status)) return;
      run.paused = event.data.by;
      run.status = 'paused';
      return;
    case 'run.resumed':
      if (isRunOver(run.status)) return;
      delete run.paused;
      run.status = run.startedAt === undefined ? 'queued' : 'running';
      return;
    case 'run.cancel_requested':
      if (!isRunOver(run.status)) run.cancelRequested ??= event.data.by;
      return;
    case 'run.finished':
      if (isRunOver(run.status)) throw new IllegalTransition(text.illegalRun(event.type, run.status));
      run.status = event.data.status;
      run.reason = event.data.reason;
      run.outputs = event.data.outputs;
      run.finishedAt = event.at;
      return;
    case 'facts.changed':
      run.facts = factsAfter(run.facts, event.data);
      return;
    case 'usage.recorded':
      recordUsage(draft, event);
      return;
    case 'budget.exceeded':
      run.budgetExceeded ??= event.data;
      return;
    case 'escalated':
      return foldEscalation(draft, event);
    case 'approval.requested':
      return foldRequest(draft, event);
    case 'control.requested':
      return foldControl(draft, event);
    case 'artifact.added':
      run.artifacts = [
        ...(run.artifacts ?? []),
        { ...event.data, ...(event.step === undefined ? {} : { step: event.step }) },
      ];
      return;
    case 'approval.decided':
      if (!foldDecision(draft, event)) arrive(draft, event);
      return;
    case 'signal.received':
      if (event.data.name === baseForcePushed) run.facts = { ...run.facts, baseRewritten: true };
      else arrive(draft, event);
      return;
    case 'question.answered':
    case 'ticket.answered':
      arrive(draft, event);
      return;
    case 'ticket.sent':
      if (ticketIn({ phase: 'asked', ticket: event.data.ticket }) !== undefined)
        run.ticketsSent = (run.ticketsSent ?? 0) + 1;
      return;
    case 'ticket.expired':
      return forgetTicket(draft, event);
    default:
      // Kept for the audit trail; no part of the state: questions, circuits.
      return;
  }
}

/** A head that was told of from outside has a tree that nobody has looked at. */
function factsAfter(before: Facts, change: Facts): Facts {
  const { headTree: _old, ...rest } = before;
  const isForeign = change.headSha !== undefined && change.headSha !== before.headSha && change.headTree === undefined;
  return { ...(isForeign ? rest : before), ...change };
}

/** The signal that the branch which a run started from was rewritten: a conflict like any other (decision 34). */
export const baseForcePushed = 'base.force_pushed';

function recordUsage(draft: Draft, event: Extract<RunEvent, { type: 'usage.recorded' }>): void {
  const step = event.step === undefined ? undefined : writable(draft, event.step);
  countUsage(draft, step, event.data.usage);
}

/** Nobody waits for it any more: who tries again sends a request of its own. */
function forgetTicket(draft: Draft, event: Extract<RunEvent, { type: 'ticket.expired' }>): void {
  const step = event.step === undefined ? undefined : writable(draft, event.step);
  if (ticketIn(step?.checkpoint)?.requestId === event.data.requestId) delete step?.checkpoint;
}

function parkedStatus(draft: Draft): RunStatus {
  if (draft.run.paused !== undefined) return 'paused';
  if (draft.run.startedAt === undefined) return 'queued';
  return [...draft.steps.values()].some((step) => step.status === 'waiting') ? 'waiting' : 'running';
}

/** Without a step it is for all that wait. A running step may be about to wait, so it gets it too. */
function arrive(draft: Draft, event: Extract<RunEvent, { type: Arrival['type'] }>): void {
  const paths = event.step === undefined ? [...draft.steps.keys()] : [event.step];
  for (const path of paths) {
    const status = draft.steps.get(path)?.status;
    if (status !== 'waiting' && status !== 'running') continue;
    // Who waits at a gate has not started: only a decision is for it.
    if (draft.steps.get(path)?.approval?.isOpen === true) continue;
    const step = writable(draft, path);
    if (step === undefined) continue;
    step.arrivals = [...(step.arrivals ?? []), { type: event.type, seq: event.seq, data: toJson(event.data) }];
    if (status === 'waiting') step.woken = true;
  }
}
