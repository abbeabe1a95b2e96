// Errors of the engine that somebody catches. Never decides what a run does next.
import { classOf, messageOf, TroupeError, defined } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import { text } from './messages.ts';
import type { StepError, Usage } from './types.ts';

/** Another process drives the run now: nothing this one does for it may take effect. Thrown by every append of a fenced claim. */
export class ClaimLost extends TroupeError {
  constructor(run: RunId, cause?: unknown) {
    super('engine/claim-lost', text.claimLost(run), { class: 'cancelled', cause });
    this.name = 'ClaimLost';
  }
}

/** An event that may not follow the events before it: the journal is damaged, or a driver has a mistake. */
export class IllegalTransition extends TroupeError {
  constructor(message: string) {
    super('engine/illegal-transition', message, { hint: text.illegalHint() });
    this.name = 'IllegalTransition';
  }
}

/** A failure after somebody was paid: it fails the attempt as its cause would, and the attempt tells what it took. */
export class PaidFailure extends TroupeError {
  readonly usage: Usage;

  constructor(cause: unknown, usage: Usage) {
    const { code, message, class: kind, hint, retryAfterMs } = stepErrorOf(cause);
    super(code, message, {
      class: kind,
      cause,
      ...defined({ hint, retryAfterMs }),
    });
    this.name = 'PaidFailure';
    this.usage = usage;
  }
}

/** Anything that was thrown, as the journal keeps it. */
export function stepErrorOf(thrown: unknown): StepError {
  if (!(thrown instanceof TroupeError))
    return { class: classOf(thrown), code: 'engine/unexpected', message: messageOf(thrown) };
  return {
    class: thrown.class,
    code: thrown.code,
    message: thrown.message,
    ...defined({ hint: thrown.hint, retryAfterMs: thrown.retryAfterMs }),
  };
}
