// A provider that fails again and again is left alone for a while; runs wait instead of failing. One circuit per provider and process.
import type { StepContext } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { Asked } from './persona-ask.ts';
import type { StepServices } from './common/types.ts';

/** Opens after this many failures in a row, or in this time; then nobody asks for a while, then one does. */
const limits = { inRow: 6, inTime: 8, timeMs: 5 * 60_000, openMs: 120_000, probeMs: 15_000 };

/** The circuits of one process. */
export interface Circuits {
  /** When the provider may be asked; undefined: now, and the caller tells how it ended. */
  blockedUntil(provider: string, now: number): number | undefined;
  /** `unclear`: it says nothing about the provider. Returns until when a failure closed the way. */
  ended(provider: string, how: 'well' | 'failed' | 'unclear', now: number): number | undefined;
}

interface Circuit {
  failures: readonly number[];
  inRow: number;
  openUntil?: number;
  isProbing: boolean;
}

/** Circuits that are all closed. */
export function createCircuits(): Circuits {
  const circuits = new Map<string, Circuit>();
  function circuitOf(provider: string): Circuit {
    const known = circuits.get(provider) ?? { failures: [], inRow: 0, isProbing: false };
    circuits.set(provider, known);
    return known;
  }
  return {
    blockedUntil(provider, now) {
      const circuit = circuitOf(provider);
      if (circuit.openUntil === undefined) return undefined;
      if (now < circuit.openUntil) return circuit.openUntil;
      if (circuit.isProbing) return now + limits.probeMs;
      circuit.isProbing = true;
      return undefined;
    },
    ended(provider, how, now) {
      const circuit = circuitOf(provider);
      const wasProbe = circuit.isProbing;
      circuit.isProbing = false;
      if (how === 'unclear') return undefined;
      if (how === 'well') {
        circuit.inRow = 0;
        delete circuit.openUntil;
        return undefined;
      }
      circuit.inRow += 1;
      circuit.failures = [...circuit.failures.filter((at) => at > now - limits.timeMs), now];
      const opens = wasProbe || circuit.inRow >= limits.inRow || circuit.failures.length >= limits.inTime;
      if (!opens) return undefined;
      circuit.openUntil = now + limits.openMs;
      circuit.failures = [];
      circuit.inRow = 0;
      return circuit.openUntil;
    },
  };
}

/** Asks if the way is free; else the step waits until it may be. */
export async function askThrough(
  about: {
    readonly circuits: Circuits;
    readonly provider: string;
    readonly context: StepContext;
    readonly services: StepServices;
  },
  ask: () => Promise<Asked>,
): Promise<Asked> {
  const { circuits, provider, context, services } = about;
  const until = circuits.blockedUntil(provider, services.clock.now());
  if (until !== undefined)
    return { kind: 'waiting', for: 'timer', until, message: personaStepMessages.circuitOpen(provider) };
  async function end(how: 'well' | 'failed' | 'unclear'): Promise<void> {
    const opened = circuits.ended(provider, how, services.clock.now());
    if (opened !== undefined) await context.record?.({ type: 'circuit.opened', data: { provider, until: opened } });
  }
  try {
    const asked = await ask();
    await end(
      'answer' in asked ? howOf(asked.answer.status === 'error' ? asked.answer.error?.class : undefined) : 'well',
    );
    return asked;
  } catch (error) {
    await end(context.signal.aborted ? 'unclear' : howOf(error instanceof TroupeError ? error.class : 'failed'));
    throw error;
  }
}

/** Only what the provider itself is to blame for counts: a wrong answer is an answer. */
function howOf(errorClass: string | undefined): 'well' | 'failed' | 'unclear' {
  if (errorClass === undefined || errorClass === 'contract') return 'well';
  return errorClass === 'transient' || errorClass === 'timeout' ? 'failed' : 'unclear';
}
