// What this machine has for tests that need more than Node and git. Where something is missing they are left out, and the run says so at its start.
import { inject } from 'vitest';
import type { Need } from './look-at-machine.ts';

/** Whether bubblewrap works here (tier 1). */
export const hasBubblewrap: boolean = has('bubblewrap');

/** Whether personas can be other users here: Troupe is root, and others may pass to where it works. */
export const hasOtherUsers: boolean = has('other users');

/** Whether anything can stand between a persona and Troupe: one of the two above. */
export const hasBoundary: boolean = has('a boundary');

/** Whether a test can take the network away from a process. */
export const hasNetworkNamespaces: boolean = has('network namespaces');

/** Whether a process can have a network of its own that leads to this machine alone. */
export const hasPrivateNetworks: boolean = has('private networks');

/** Whether a test can have a Redis of its own. */
export const hasRedis: boolean = has('redis');

/** Whether there is a Python that speaks to Redis. */
export const hasPythonRedis: boolean = has('redis in Python');

/** Whether a process can be given no more than some memory. */
export const limitsMemory: boolean = has('memory limits');

/** Whether a test can give a process a terminal. */
export const hasPty: boolean = has('a terminal');

/** Whether Git LFS is there. */
export const hasGitLfs: boolean = has('git-lfs');

/** Whether pages can be opened in a browser. */
export const hasChromium: boolean = has('chromium');

/** Whether a test can set the clock of a process. */
export const hasFaketime: boolean = has('faketime');

/** Whether a test can have a disk of its own, to fill and to take away. */
export const hasSmallDisks: boolean = has('small disks');

/** Whether a test can build what makes a disk refuse (Linux). */
export const hasCompiler: boolean = has('a C compiler');

function has(need: Need): boolean {
  return !inject('lacks').includes(need);
}
