// Work that must be done by one at a time, wherever in the world it is asked for: the port, and the world of one process.

/** A name while it is held. */
export interface Lease {
  readonly name: string;
  /** Grows with each taking in this world: a write that carries it is refused once somebody else took the name. */
  readonly epoch: number;
  /** Aborted when the name was lost to somebody else before the work was over. */
  readonly lost: AbortSignal;
}

/** Names that one at a time may hold. Another process is another holder; what it held is free when its lease has expired. */
export interface Locks {
  /** Does `work` while nobody else holds the name, whoever asked first first, and gives it back, however the work ends. */
  hold<Result>(name: string, work: (lease: Lease) => Promise<Result>): Promise<Result>;
}

/** The locks of a world that is this process. A name that nobody holds takes no memory. */
export function createLocalLocks(): Locks {
  const last = new Map<string, Promise<unknown>>();
  let epoch = 0;
  return {
    async hold(name, work) {
      const start = (): ReturnType<typeof work> => {
        epoch += 1;
        return work({ name, epoch, lost: neverLost });
      };
      const before = last.get(name) ?? Promise.resolve();
      const mine = before.then(start, start);
      const settled = mine.catch(() => undefined);
      last.set(name, settled);
      try {
        return await mine;
      } finally {
        if (last.get(name) === settled) last.delete(name);
      }
    },
  };
}

/** Nobody else is in this world. */
const neverLost = new AbortController().signal;
