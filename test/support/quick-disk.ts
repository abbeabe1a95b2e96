// The disk that tests write to: one in memory where this machine gives it, so that nobody waits for a disk to say that it has written. Tests kill processes, never the machine: what a process has written is there either way.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A disk in memory takes what lies on it, and never more than half of what was free. Less than this is not enough. */
const leastBytes = 2 ** 30;

/** Makes temporary folders lie on a disk in memory from now on, for this process and those it starts. Gives what ends that; undefined where it cannot be. */
export function useQuickDisk(): (() => void) | undefined {
  const before = tmpdir();
  const name = `troupe-tests-${process.pid}`;
  // each project asks, and one is enough
  if (basename(before) === name) return undefined;
  const own = join(before, name);
  removeLeftOvers(before);
  const bytes = Math.floor(freemem() / 2);
  if (bytes < leastBytes) return undefined;
  mkdirSync(own);
  const options = `size=${bytes},mode=1777`;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', own], { stdio: 'ignore' }).status !== 0) {
    rmdirSync(own);
    return undefined;
  }
  process.env['TMPDIR'] = own;
  return () => {
    process.env['TMPDIR'] = before;
    unmount(own);
  };
}

/** Those of processes that were killed. */
function removeLeftOvers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = /^troupe-tests-(\d+)$/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) unmount(join(folder, name));
  }
}

/** What another user left stays: it is in nobody's way. */
function unmount(folder: string): void {
  spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' });
  try {
    rmdirSync(folder);
  } catch {
    // still mounted, or not ours
  }
}
