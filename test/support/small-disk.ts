// A small disk of a test's own, which it can fill, make read-only and take away. Needs root; `hasSmallDisks` says whether it works.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The disk, mounted on a folder. */
export interface SmallDisk {
  /** Takes all room there is, to the last byte. */
  fill(): void;
  /** Takes all files there can be. */
  fillNames(): void;
  /** Gives both back. */
  free(): void;
  /** Of these folders on it nothing can be written, as long as it is so. What is open stays open. */
  readOnly(names: readonly string[], isSo: boolean): void;
  unmount(): void;
}

const fillers = '.filler';

/** Mounts one. `names`: how many files it can hold. */
export function mountSmallDisk(folder: string, megabytes: number, names = 20_000): SmallDisk {
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m,nr_inodes=${names},mode=700`, 'tmpfs', folder);
  let isMounted = true;
  const shut = new Set<string>();
  return {
    fill() {
      const file = openSync(join(folder, fillers), 'a');
      for (const bytes of [1 << 20, 1 << 16, 1 << 12, 1]) writeUntilFull(file, Buffer.alloc(bytes, 1));
      closeSync(file);
    },
    fillNames() {
      try {
        for (let number = 0; ; number += 1) closeSync(openSync(join(folder, `${fillers}-${number}`), 'w'));
      } catch {
        // none is left
      }
    },
    free() {
      for (const name of readdirSync(folder)) if (name.startsWith(fillers)) rmSync(join(folder, name));
    },
    readOnly(names, isSo) {
      for (const path of names.map((name) => join(folder, name)).filter((path) => isSo || shut.has(path))) {
        if (isSo) {
          mount('--bind', path, path);
          mount('-o', 'remount,bind,ro', path);
          shut.add(path);
        } else {
          spawnSync('umount', ['-l', path]);
          shut.delete(path);
        }
      }
    },
    unmount() {
      for (const path of shut) spawnSync('umount', ['-l', path]);
      if (isMounted) spawnSync('umount', ['-l', folder]);
      isMounted = false;
    },
  };
}

/** Whether this machine lets a test do so. */
export function canMount(folder: string): boolean {
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
  if (made.status !== 0) return false;
  return spawnSync('umount', [folder], { stdio: 'ignore' }).status === 0;
}

function mount(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${words.join(' ')}: ${stderr}`);
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes);
  } catch {
    // full
  }
}
