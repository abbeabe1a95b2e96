// Looks whether the data directory is still the one that was opened, and still ours. Says so once it is not; takes nothing back.
import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, processClock, TroupeError } from '../../support/index.ts';
import type { Logger, Troubles } from '../../support/index.ts';
import { storeMessages } from '../sqlite/messages.ts';

/** What is looked at. */
export interface KeeperOptions {
  readonly database: string;
  readonly lock: string;
  /** Whether the database still says that it is ours; throws where it cannot be read. */
  isOurs(): boolean;
  readonly log: Logger;
  readonly troubles: Troubles;
}

/** Eyes on a data directory. */
export interface Keeper {
  /** Throws once the database is not the one that was opened: whatever is written to it is lost. */
  mayWrite(): void;
  /** Throws also where somebody else may drive by now. For a transaction that takes something. */
  mayTake(): void;
  /** Aborted with the error once either was found. */
  readonly lost: AbortSignal;
  stop(): void;
}

/** A folder that is deleted is noticed at the next write, and while nothing is written within this time: of the machine, whatever clock is handed in. */
const lookEveryMs = 5_000;

/** Watches what lies there now. */
export function keepWatch(options: KeeperOptions): Keeper {
  const { database, lock, log, troubles } = options;
  const directory = dirname(database);
  const files = [directory, database, lock].map((path) => ({ path, id: idOf(path) }));
  const gone = new AbortController();
  let stopTimer: (() => void) | undefined;

  function lose(error: TroupeError): never {
    if (!gone.signal.aborted) {
      troubles.failed('data directory', error.message);
      gone.abort(error);
    }
    throw error;
  }
  function refuseLost(): void {
    if (gone.signal.aborted) throw gone.signal.reason;
  }
  function mayWrite(): void {
    refuseLost();
    const [, file] = files;
    if (file !== undefined && isOther(file)) lose(goneError(directory, changed(files) ?? file.path));
  }
  function mayTake(): void {
    mayWrite();
    if (files.some((file) => file.path === lock && isOther(file))) lose(disowned(storeMessages.lockGone(lock)));
    if (!options.isOurs()) lose(disowned(storeMessages.takenOver(directory)));
  }
  function look(): void {
    stopTimer = processClock.after(lookEveryMs, look);
    try {
      mayTake();
    } catch (error) {
      // found already, or it cannot be read now: whoever writes is told
      if (!gone.signal.aborted) log.debug({ error: messageOf(error) }, 'the data directory could not be looked at');
    }
    if (gone.signal.aborted) stopTimer();
  }
  stopTimer = processClock.after(lookEveryMs, look);
  return { mayWrite, mayTake, lost: gone.signal, stop: () => stopTimer?.() };
}

interface Seen {
  readonly path: string;
  readonly id: string;
}

function changed(files: readonly Seen[]): string | undefined {
  return files.find((file) => isOther(file))?.path;
}

/** What cannot be looked at is not gone: the disk may come back. */
function isOther({ path, id }: Seen): boolean {
  try {
    return idOf(path) !== id;
  } catch {
    return false;
  }
}

/** Device and number of the file; a word where nothing is there. */
function idOf(path: string): string {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 'nothing' : `${found.dev}:${found.ino}`;
}

function goneError(directory: string, path: string): TroupeError {
  return new TroupeError('store/gone', storeMessages.gone(directory, path), { hint: storeMessages.goneHint });
}

function disowned(message: string): TroupeError {
  return new TroupeError('store/disowned', message, { hint: storeMessages.disownedHint });
}
