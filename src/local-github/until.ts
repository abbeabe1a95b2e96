// Waits for something by looking again after every change of a world, and now and then in case it is no part of the world.
import { TroupeError } from '../support/index.ts';
import type { World } from './world/world.ts';

/** What is waited for, and until when. */
export interface Wait<T> {
  /** For the error: what did not happen. */
  readonly what: string;
  readonly probe: () => T | undefined | Promise<T | undefined>;
  readonly timeoutMs?: number | undefined;
}

const lookEveryMs = 200;

/** The first value of the probe that is not undefined. Rejects in time. */
export function until<T>(world: World, { what, probe, timeoutMs = 240_000 }: Wait<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let looking = false;
    let again = false;
    const timer = setTimeout(() => {
      stop();
      const message = `Waited ${timeoutMs} ms for ${what}; it did not happen`;
      reject(new TroupeError('local-github/until', message, { class: 'timeout' }));
    }, timeoutMs);
    // what is looked at need not be GitHub's: nothing changes here when a bot has only written its own journal
    const now = setInterval(look, lookEveryMs);
    function stop(): void {
      clearTimeout(timer);
      clearInterval(now);
      world.changes.off('change', look);
    }
    function look(): void {
      if (looking) {
        again = true;
        return;
      }
      looking = true;
      Promise.resolve()
        .then(probe)
        .then((value) => {
          looking = false;
          if (value !== undefined) {
            stop();
            resolve(value);
          } else if (again) {
            again = false;
            look();
          }
        })
        .catch((error: unknown) => {
          stop();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
    }
    world.changes.on('change', look);
    look();
  });
}
