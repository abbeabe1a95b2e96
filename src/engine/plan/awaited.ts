// The answer that a step waits for, as its journal tells it: who was asked, since when, until when. Pure.
import { defined, isObject } from '../../support/index.ts';
import type { StepState } from '../model/state.ts';

/** A request whose answer comes later. Times are milliseconds since 1970. */
export interface AwaitedAnswer {
  readonly provider: string;
  /** How the answer arrives: `poll`, `callback`, `stream`. */
  readonly strategy: string;
  readonly requestId: string;
  /** The attempt that asked. */
  readonly attempt: number;
  /** When it was asked; absent: an older Troupe did. */
  readonly since?: number;
  /** From when on the answer is looked for; absent: it comes by itself. */
  readonly looksFrom?: number;
  /** After it nobody waits any more; null: however long it takes. */
  readonly deadline: number | null;
}

/** The answer of a persona elsewhere, or of a person who plays one; undefined where the step waits for none. */
export function awaitedAnswer({ status, checkpoint, attempts, asked }: StepState): AwaitedAnswer | undefined {
  if (status !== 'waiting' || !isObject(checkpoint) || checkpoint['phase'] !== 'asked') return undefined;
  const { ticket, attempt } = checkpoint;
  if (!isObject(ticket)) return undefined;
  const { requestId, provider, strategy, deadline, nextLookAt } = ticket;
  if (typeof requestId !== 'string' || typeof provider !== 'string' || typeof strategy !== 'string') return undefined;
  return {
    provider,
    strategy,
    requestId,
    attempt: typeof attempt === 'number' ? attempt : attempts,
    ...defined({
      since: asked?.request === requestId ? asked.at : undefined,
      looksFrom: typeof nextLookAt === 'number' ? nextLookAt : undefined,
    }),
    deadline: typeof deadline === 'number' ? deadline : null,
  };
}
