// Rounds that many ask for: one at a time, and whoever asks while one is under way gets the next one.

/** `round`, never beside itself. Resolves when a round that began after the call has ended. */
export function oneAfterTheOther(round: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  function start(): Promise<void> {
    const work = round().finally(() => {
      if (running === work) running = undefined;
    });
    running = work;
    return work;
  }
  return () => {
    if (running === undefined) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
