// Which processes of this machine run, by their command line, as /proc tells it. Starts and ends nothing.
import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the processes that were started with exactly these words. One that has ended and waits for its parent has none left. */
export function processesOf(...words: readonly string[]): number[] {
  const wanted = words.join('\0');
  return commandLines()
    .filter(({ line }) => line.replace(/\0$/, '') === wanted)
    .map(({ pid }) => pid);
}

/** Every process with its command line, words apart by NUL. */
export function commandLines(): readonly { readonly pid: number; readonly line: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), line: readFileSync(`/proc/${name}/cmdline`, 'latin1') }];
      } catch {
        return []; // it ended in between
      }
    });
}
