// Runs work with the same key one after another, so that the same event handled twice at once cannot answer twice.

/** Does `work` once everything given before under the same key is finished, well or badly. */
export type Serial = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** A queue per key; a key without work takes no memory. */
export function createSerial(): Serial {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}
