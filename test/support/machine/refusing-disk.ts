// A disk that answers writes with an error: the calls of a process, and of the git it starts, are refused below a folder for as long as a test wants. Needs a C compiler; `hasCompiler` says whether there is one.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';

/** What is refused: reaching the disk, also making and writing, or every change. */
export type Refused = 'fsync' | 'write' | 'all';

/** The disk of a process. */
export interface RefusingDisk {
  /** What the process is to be started with. */
  readonly env: Readonly<Record<string, string>>;
  begin(code: 'EIO' | 'EDQUOT' | 'EROFS', what: Refused): void;
  end(): void;
}

/** Makes one for the processes that write below `below`; what it needs itself lies in `dir`. */
export function createRefusingDisk(dir: string, below: string): RefusingDisk {
  mkdirSync(join(dir, 'bin'), { recursive: true });
  const library = join(dir, 'refusing-disk.so');
  const source = resolve(import.meta.dirname, 'refusing-disk.c');
  const order = join(dir, 'refused');
  const built = spawnSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`cc ${source}: ${built.stderr}`);
  const env = { LD_PRELOAD: library, TROUPE_REFUSE: order };
  const path = process.env['PATH'] ?? '';
  const git = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
  // git gets an environment of its own
  const words = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
  writeFileSync(join(dir, 'bin', 'git'), `#!/bin/sh\n${words.join(' ')} exec ${git} "$@"\n`);
  chmodSync(join(dir, 'bin', 'git'), 0o755);
  return {
    env: { ...env, PATH: `${join(dir, 'bin')}:${path}` },
    begin: (code, what) => writeFileSync(order, `${constants.errno[code]} ${what} ${below}\n`),
    end: () => rmSync(order, { force: true }),
  };
}
