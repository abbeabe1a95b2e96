// Makes this process one of the mode: its user, a folder that the user has, and sandboxes with bubblewrap or without. There is no way back.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSandboxes, machineEnvironment } from '../../../src/personas/index.ts';
import type { Sandbox, Sandboxes } from '../../../src/personas/index.ts';
import { silentLogger } from '../../../src/support/index.ts';
import type { Mode } from './attempts.ts';

/** Nobody on the machine has it. */
const ordinaryUid = 64_900;

/** What a process of the mode has. */
export interface ModeWorld {
  /** Other users may pass. */
  readonly dir: string;
  readonly dataDir: string;
  readonly hasWall: boolean;
  sandboxes(hidden: readonly string[]): Promise<{ readonly all: Sandboxes; readonly sandbox: Sandbox }>;
  remove(): void;
}

/** Becomes the user of the mode. */
export function enterMode(mode: Mode): ModeWorld {
  const hasWall = mode.endsWith('with bubblewrap');
  process.umask(0o022);
  const dir = mkdtempSync(join(tmpdir(), 'troupe-mode-'));
  chmodSync(dir, 0o711);
  if (mode.startsWith('ordinary user') && process.getuid?.() === 0) {
    chownSync(dir, ordinaryUid, ordinaryUid);
    process.setgroups?.([]);
    process.setgid?.(ordinaryUid);
    process.setuid?.(ordinaryUid);
  }
  const dataDir = join(dir, 'data');
  const broken = join(dir, 'no-bubblewrap');
  const plain = `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  mkdirSync(broken);
  writeFileSync(join(broken, 'bwrap'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  // nobody puts a program there, whosever the folder is
  chmodSync(broken, 0o555);
  return {
    dir,
    dataDir,
    hasWall,
    async sandboxes(hidden) {
      const machine = machineEnvironment({ ...process.env, PATH: hasWall ? plain : `${broken}:${plain}` });
      const all = await createSandboxes({ machine, hidden, dataDir, log: silentLogger });
      return { all, sandbox: all.of(hasWall ? 'fs' : 'env') };
    },
    remove() {
      chmodSync(broken, 0o755);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
