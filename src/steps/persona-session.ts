// Going on with a request whose process died in the middle of it: the same session in the same tree. What cannot be gone on with is asked anew.
import type { KeptSession, LostSession } from '../personas/index.ts';
import type { StepContext } from '../engine/index.ts';
import { ClaimLost } from '../engine/index.ts';
import { isObject, isSha, TroupeError } from '../support/index.ts';
import type { Json, JsonObject } from '../support/index.ts';
import type { PersonaChoice } from './persona-choice.ts';
import type { OpenTicket } from './persona-ticket.ts';
import type { StepServices } from './common/types.ts';

/** Whose session it is. */
export interface SessionOf {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
}

/** The request in a checkpoint that was under way when its process died, and that this provider can find again, or its answer. */
export function readUnderWay(data: Json | undefined, { provider }: PersonaChoice): OpenTicket | undefined {
  if (provider.reattach === undefined && provider.find === undefined) return undefined;
  if (!isObject(data) || data['phase'] !== 'asked') return undefined;
  const { ticket, base, prompt } = data;
  if (!isObject(ticket) || ticket['provider'] !== provider.name || !isObject(ticket['keeps'])) return undefined;
  if (ticket['strategy'] !== 'immediate') return undefined;
  if (typeof base !== 'string' || !isSha(base) || typeof prompt !== 'string') return undefined;
  // `toAsked` wrote it, and it is the journal's own copy
  return data as unknown as OpenTicket;
}

/** A session for a new request, where anything outlives this process. */
export async function newSession(
  { context, services, choice }: SessionOf,
  requestId: string,
  keep: (keeps: JsonObject) => Promise<void>,
): Promise<KeptSession | undefined> {
  const home = choice.provider.reattach === undefined ? undefined : await services.homes?.fresh(context.run, requestId);
  return home === undefined ? undefined : { home, keep };
}

/** Does the work of a request; after it nobody goes on with its session or its desk, unless the process is what ends. */
export async function withSession<Result>(
  about: SessionOf,
  requestId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { context, services } = about;
  try {
    return await work();
  } finally {
    if (!isLeft(context))
      for (const kept of [services.homes, services.desks]) await kept?.remove(context.run, requestId);
  }
}

/** The next process goes on: this one stops, or is not the one that drives any more. */
function isLeft({ signal }: StepContext): boolean {
  const reason: unknown = signal.reason;
  if (!signal.aborted) return false;
  return reason instanceof ClaimLost || (reason instanceof TroupeError && reason.code === 'engine/stopped');
}

/** Whether nothing was found to go on with. */
export function isLost(found: object): found is LostSession {
  return 'lost' in found;
}
