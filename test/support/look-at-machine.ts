// Looks once, before any test, at what this machine lacks for some of them. Says it in a line each, with what brings it; changes nothing but the umask and where temporary folders lie.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createSandboxes, machineEnvironment } from '../../src/personas/index.ts';
import { silentLogger } from '../../src/support/index.ts';
import { useQuickDisk } from './quick-disk.ts';
import { canPartNetworks } from './private-network.ts';
import { pythonWithRedis } from './python.ts';
import { canMount } from './small-disk.ts';

/** What some tests need and not every machine has. */
export type Need =
  | 'bubblewrap'
  | 'other users'
  | 'a boundary'
  | 'network namespaces'
  | 'private networks'
  | 'memory limits'
  | 'a terminal'
  | 'git-lfs'
  | 'chromium'
  | 'redis'
  | 'redis in Python'
  | 'faketime'
  | 'small disks'
  | 'a C compiler';

interface Look {
  readonly need: Need;
  readonly works: boolean;
  /** Why not. */
  readonly reason: string;
  /** What brings it. */
  readonly remedy: string;
}

declare module 'vitest' {
  // merged with vitest's own declaration
  interface ProvidedContext {
    lacks: readonly Need[];
  }
}

/** Tells the tests what they are to do without. Where every suite is required nothing is left out: those tests run, and fail. */
export async function setup(project: TestProject): Promise<(() => void) | undefined> {
  // what tests write is read by other users, too: personas are some where there is no bubblewrap
  process.umask(0o022);
  const end = useQuickDisk();
  const missing = (await looks()).filter(({ works }) => !works);
  const isComplete = process.env['TROUPE_REQUIRE_ALL_SUITES'] !== undefined;
  for (const { need, reason, remedy } of missing)
    console.warn(
      `${isComplete ? 'will fail' : 'left out'}: tests that need ${need} (${reason}). To have them: ${remedy}`,
    );
  project.provide('lacks', isComplete ? [] : missing.map(({ need }) => need));
  return end;
}

async function looks(): Promise<readonly Look[]> {
  const { bubblewrap, users } = await createSandboxes({
    machine: machineEnvironment(process.env),
    hidden: [],
    dataDir: tmpdir(),
    log: silentLogger,
  });
  const install = (name: string): string => `apt-get install ${name}, or your system's way`;
  return [
    {
      need: 'bubblewrap',
      works: bubblewrap.works,
      reason: bubblewrap.reason,
      remedy: `${install('bubblewrap')}; where it is installed and fails, allow user namespaces without privileges`,
    },
    {
      need: 'other users',
      works: users.works,
      reason: users.reason,
      remedy: 'run them as root, from a folder that other users may pass',
    },
    {
      need: 'a boundary',
      works: bubblewrap.works || users.works,
      reason: 'neither bubblewrap nor other users',
      remedy: 'one of these two',
    },
    {
      need: 'network namespaces',
      works: answers('unshare', '--user', '--map-root-user', '--net', 'true'),
      reason: '`unshare --user --net` is refused',
      remedy: 'allow user namespaces without privileges',
    },
    {
      need: 'private networks',
      works: canPartNetworks(),
      reason: '`ip netns add` is refused, or there is no `ip`',
      remedy: `${install('iproute2')}; run them as root`,
    },
    {
      need: 'memory limits',
      works: answers('prlimit', '--version'),
      reason: 'there is no `prlimit` of util-linux',
      remedy: install('util-linux'),
    },
    {
      need: 'a terminal',
      works: answers('script', '--version'),
      reason: 'there is no `script` of util-linux',
      remedy: install('bsdutils'),
    },
    {
      need: 'git-lfs',
      works: answers('git', 'lfs', 'version'),
      reason: 'git knows no `lfs`',
      remedy: install('git-lfs'),
    },
    {
      need: 'chromium',
      works: answers('chromium', '--version'),
      reason: 'there is no `chromium`',
      remedy: install('chromium'),
    },
    {
      need: 'redis',
      works: answers('redis-server', '--version'),
      reason: 'there is no `redis-server`',
      remedy: install('redis-server'),
    },
    {
      need: 'redis in Python',
      works: pythonWithRedis() !== undefined,
      reason: 'no `python3` has the package `redis`',
      remedy: install('python3-redis'),
    },
    {
      need: 'faketime',
      works: answers('faketime', '-f', '+0', 'true'),
      reason: 'there is no `faketime`',
      remedy: install('faketime'),
    },
    {
      need: 'a C compiler',
      works: answers('cc', '--version'),
      reason: 'there is no `cc`',
      remedy: install('gcc'),
    },
    {
      need: 'small disks',
      works: mounts(),
      reason: '`mount -t tmpfs` is refused',
      remedy: 'run them as root, in a container with the capability SYS_ADMIN',
    },
  ];
}

/** Whether a test may mount a disk of its own. */
function mounts(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-mount-'));
  try {
    return canMount(folder);
  } finally {
    rmdirSync(folder);
  }
}

function answers(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
