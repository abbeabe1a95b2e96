// The one error shape of Troupe: what we were doing, on what, what happened, what to do next.

/** What kind of failure it was: decides whether a retry can help. */
export type ErrorClass =
  | 'transient'
  | 'rate_limit'
  | 'auth'
  | 'config'
  | 'timeout'
  | 'cancelled'
  | 'contract'
  | 'budget'
  | 'failed';

/** What `new TroupeError` takes. */
export interface TroupeErrorOptions {
  /** What the reader does next. */
  readonly hint?: string;
  readonly class?: ErrorClass;
  /** Milliseconds to wait, where the other side told. */
  readonly retryAfterMs?: number;
  /** What was asked for was sent, and nobody answered in time: it may still be done. */
  readonly mayComeLate?: boolean;
  readonly cause?: unknown;
}

/** An error that a person can act on. `code` has a section in docs/errors/README.md. Never carries a secret. */
export class TroupeError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly class: ErrorClass;
  readonly retryAfterMs: number | undefined;
  readonly mayComeLate: boolean;

  constructor(code: string, message: string, options: TroupeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TroupeError';
    this.code = code;
    this.hint = options.hint;
    this.class = options.class ?? 'failed';
    this.retryAfterMs = options.retryAfterMs;
    this.mayComeLate = options.mayComeLate ?? false;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether what failed may still be done by the other side, however late. */
export function mayComeLate(error: unknown): boolean {
  return error instanceof TroupeError && error.mayComeLate;
}

/** What the reader does about it, where the error tells. */
export function hintOf(error: unknown): string | undefined {
  return error instanceof TroupeError ? error.hint : undefined;
}

/** The class of anything that was thrown; unknown errors are `failed`, aborts are `cancelled`. */
export function classOf(error: unknown): ErrorClass {
  if (error instanceof TroupeError) return error.class;
  if (error instanceof Error && error.name === 'AbortError') return 'cancelled';
  return 'failed';
}
