// The same request again after a failure that passes: a few times, and never for long. What takes longer is the engine's to wait for.
import { sleep } from '../../support/index.ts';
import type { Clock } from '../../support/index.ts';
import { ModelFailure } from './model-failure.ts';
import type { Model } from './model-turn.ts';

/** Who is told, and by which clock is waited. */
export interface Tries {
  readonly clock: Clock;
  /** A request failed; it is sent again after this time. */
  onAgain(failure: ModelFailure, waitMs: number): void;
  /** Each request that came to nothing, the last one too. */
  onFailure(failure: ModelFailure): void;
}

const waitsMs = [1_000, 4_000] as const;
/** Who asks for more time than this gets it, and not in the middle of a request. */
const longestWaitMs = 10_000;

/** The model, asked again where that may help. */
export function patient(model: Model, { clock, onAgain, onFailure }: Tries): Model {
  return {
    async ask(turn, signal) {
      for (let tried = 0; ; tried += 1) {
        try {
          return await model.ask(turn, signal);
        } catch (error) {
          if (!(error instanceof ModelFailure)) throw error;
          onFailure(error);
          const waitMs = waitAfter(error, tried);
          if (waitMs === undefined) throw error;
          onAgain(error, waitMs);
          await sleep(clock, waitMs, signal);
        }
      }
    },
  };
}

/** How long to wait before the next try; undefined: there is none. */
function waitAfter({ facts }: ModelFailure, tried: number): number | undefined {
  const usual = waitsMs[tried];
  if (usual === undefined || (facts.class !== 'transient' && facts.class !== 'rate_limit')) return undefined;
  const waitMs = facts.retryAfterMs ?? usual;
  return waitMs > longestWaitMs ? undefined : waitMs;
}
