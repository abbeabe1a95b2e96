// One retry policy out of everything a file can say about repeating (decision 7).
import { parseDuration, defined } from '../../support/index.ts';
import type { ErrorClass } from '../../support/index.ts';
import type { RetrySource } from '../source/keys.ts';
import type { RetryPolicy } from '../model/types.ts';

const retryable: readonly ErrorClass[] = ['transient', 'rate_limit', 'timeout', 'contract'];

/** What a step or the defaults say. */
export interface RetryWords {
  readonly retries?: number;
  readonly retry?: RetrySource;
  readonly onFailure?: 'stop' | 'continue' | 'retry';
  readonly defaults?: RetrySource;
  /** The limit that the persona's file names. */
  readonly personas?: number;
}

/**
 * The policy. The step's words win over the defaults, key by key, and both over the persona's limit. Without any limit: none, but 2 for
 * passing faults. A limit that is named counts for passing faults too. `on_failure: retry` means once at least, and plain failures as well.
 */
export function retryPolicy(words: RetryWords): RetryPolicy {
  const source: RetrySource = {
    ...defined({ limit: words.personas }),
    ...words.defaults,
    ...words.retry,
    ...defined({ limit: words.retries }),
  };
  const again = words.onFailure === 'retry';
  const named = source.limit;
  const limit = again ? Math.max(1, named ?? 1) : (named ?? 0);
  const on = source.on ?? (again ? [...retryable, 'failed' as const] : retryable);
  return {
    limit,
    transientLimit: named === undefined ? Math.max(2, limit) : limit,
    initialMs: parseDuration(source.initial) ?? 1_000,
    factor: source.factor ?? 2,
    maxMs: parseDuration(source.max) ?? 30_000,
    jitter: source.jitter ?? true,
    on,
  };
}
