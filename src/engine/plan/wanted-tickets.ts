// Which requests a run still waits for, as its journal tells. Pure: tickets themselves are rows elsewhere.
import { isObject } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { inFileOrder, planOf } from './plan.ts';
import type { RunState, StepState, WantedTicket } from '../model/state.ts';
import { tallyOf } from '../model/step-table.ts';

/** The tickets that are wanted now. A step that ended, or starts over, wants none. */
export function wantedTickets(state: RunState): readonly WantedTicket[] {
  if (state.ticketsSent === undefined) return [];
  return inFileOrder(planOf(state), tallyOf(state.steps).live).flatMap((path) => {
    const step = state.steps.get(path);
    return step === undefined ? [] : (wantedBy(step) ?? []);
  });
}

function wantedBy({ path, status, attempts, checkpoint }: StepState): WantedTicket | undefined {
  if (status !== 'running' && status !== 'waiting' && status !== 'ready') return undefined;
  const ticket = ticketIn(checkpoint);
  if (ticket === undefined) return undefined;
  return { ...ticket, step: path, attempt: attempts, isWaiting: status === 'waiting' };
}

/** Whether a checkpoint holds a request that is answered at once: it was under way, or failed. `keepsSession`: and can be gone on with. */
export function requestUnderWay(checkpoint: Json | undefined): { readonly keepsSession: boolean } | undefined {
  if (!isObject(checkpoint) || checkpoint['phase'] !== 'asked') return undefined;
  const ticket = checkpoint['ticket'];
  if (!isObject(ticket) || ticket['strategy'] !== 'immediate') return undefined;
  return { keepsSession: isObject(ticket['keeps']) };
}

/** The ticket of a checkpoint whose request is answered later; undefined when it holds none. */
export function ticketIn(checkpoint: Json | undefined): Pick<WantedTicket, 'requestId' | 'ticket'> | undefined {
  if (!isObject(checkpoint) || checkpoint['phase'] !== 'asked') return undefined;
  const ticket = checkpoint['ticket'];
  if (!isObject(ticket)) return undefined;
  const { requestId, strategy } = ticket;
  if (typeof requestId !== 'string' || typeof strategy !== 'string' || strategy === 'immediate') return undefined;
  // An object of Json holds Json.
  return { requestId, ticket: ticket as JsonObject };
}
