// What a machine must have for some tests. Where it is missing they are skipped and say so; where every suite is required they run, and fail.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createSandboxes, machineEnvironment } from '../../src/personas/index.ts';
import { silentLogger } from '../../src/support/index.ts';

const { bubblewrap, users } = await createSandboxes({
  machine: machineEnvironment(process.env),
  hidden: [],
  dataDir: tmpdir(),
  log: silentLogger,
});

/** `auto` where something stands between a persona and Troupe; else `off`: tasks of outsiders are taken, and nothing is protected from them. */
export const usualSandbox: 'auto' | 'off' = bubblewrap.works || users.works ? 'auto' : 'off';

/** Whether tests of tier 1 run here. */
export const hasBubblewrap: boolean = isThere('tests of the sandbox, tier 1', bubblewrap.works, bubblewrap.reason);

/** Whether tests run here in which Troupe is root: only then are personas other users. */
export const isRoot: boolean = isThere('tests where Troupe is root', process.getuid?.() === 0, 'you are not root');

/** Whether a test can take the network away from a process. */
export const hasNetworkNamespaces: boolean = isThere(
  'tests without a network',
  spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status === 0,
  '`unshare --user --net` is not allowed',
);

/** Whether what some tests need is there. Says what is skipped; where every suite is required they are not. */
export function isThere(what: string, works: boolean, reason: string): boolean {
  if (works || process.env['TROUPE_REQUIRE_ALL_SUITES'] !== undefined) return true;
  console.warn(`skipped: ${what} (${reason})`);
  return false;
}
