// One at a time per key: calls that arrive together share the work. Knows nothing of git.

/** Shared work by key. */
export interface SharedWork {
  /** Joins the work that is under way, or starts it. For work whose result does not get old. */
  shared(key: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void>;
  /** Joins work that has not begun yet: what is under way may have looked before the caller's reason arose. */
  next(key: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void>;
}

/** Without any work. */
export function createSharedWork(): SharedWork {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  function start(key: string, work: () => Promise<void>): Promise<void> {
    const done = work().finally(() => running.delete(key));
    running.set(key, done);
    return done;
  }

  function next(key: string, work: () => Promise<void>): Promise<void> {
    const current = running.get(key);
    if (current === undefined) return start(key, work);
    const queued = waiting.get(key);
    if (queued !== undefined) return queued;
    const follows = current
      .catch(() => undefined)
      .then(() => {
        waiting.delete(key);
        return start(key, work);
      });
    waiting.set(key, follows);
    return follows;
  }

  return {
    shared: (key, work, signal) => abortable(running.get(key) ?? start(key, work), signal),
    next: (key, work, signal) => abortable(next(key, work), signal),
  };
}

// The work goes on for the others when one caller stops waiting.
function abortable(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
