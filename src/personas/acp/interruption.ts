// What happens when nobody wants the work any more: the agent is asked to stop, and after its grace nothing of it is left.
import type { Clock } from '../../support/index.ts';

/** A watch over one signal. */
export interface Interruption {
  /** From now on there is somebody to ask. */
  asks(interrupt: () => Promise<void>): void;
  /** The work is over: nobody watches any more. */
  over(): void;
}

/** `end` is called at once where nobody can be asked, else after the grace. */
export function interruption(
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
  graceMs: number,
  end: () => void,
): Interruption {
  let ask: (() => Promise<void>) | undefined;
  let stopGrace: (() => void) | undefined;
  function onAbort(): void {
    if (ask === undefined) return end();
    void ask();
    stopGrace = clock.after(graceMs, end);
  }
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    asks(interrupt) {
      ask = interrupt;
    },
    over() {
      signal.removeEventListener('abort', onAbort);
      stopGrace?.();
    },
  };
}
