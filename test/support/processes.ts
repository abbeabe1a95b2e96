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

/** A process as a watch knows it: ids are given out again, together with the time of its start they are not. */
interface Kin {
  readonly pid: number;
  readonly parent: number;
  readonly start: string;
}

/**
 * Watches a process and whatever descends from it; each call looks anew and answers what runs of them then. One whose parent has
 * ended stays of the family once it was seen. What other tests run on this machine is never among them.
 */
export function familyOf(root: number): () => readonly { readonly pid: number; readonly line: string }[] {
  const known = new Set<string>();
  return () => {
    const all = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => kinAt(Number(name)) ?? []);
    const inside = new Set(all.filter((kin) => kin.pid === root || known.has(keyOf(kin))).map(({ pid }) => pid));
    for (let before = -1; before !== inside.size;) {
      before = inside.size;
      for (const { pid, parent } of all) if (inside.has(parent)) inside.add(pid);
    }
    for (const kin of all) if (inside.has(kin.pid)) known.add(keyOf(kin));
    return commandLines().filter(({ pid }) => inside.has(pid));
  };
}

function keyOf({ pid, start }: Kin): string {
  return `${pid} ${start}`;
}

/** Of `/proc/<pid>/stat`, behind the name, which may hold anything: the fourth field is the parent, the 22nd the start. */
function kinAt(pid: number): Kin | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), start: fields[19] ?? '' };
  } catch {
    return undefined; // it ended in between
  }
}
