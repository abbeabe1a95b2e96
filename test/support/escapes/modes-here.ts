// The modes that this machine can give. Where every suite is required all of them are tried, and fail.
import { hasBubblewrap, hasNetworkNamespaces, hasOtherUsers } from '../requirements.ts';
import type { Mode } from './attempts.ts';

const all: readonly (readonly [mode: Mode, isThere: boolean])[] = [
  ['root', hasOtherUsers],
  ['root with bubblewrap', hasOtherUsers && hasBubblewrap],
  // without user namespaces nothing holds what an ordinary user starts and hides: `troupe doctor` says so
  ['ordinary user', hasNetworkNamespaces],
  ['ordinary user with bubblewrap', hasBubblewrap],
];

/** Those of this machine. */
export const modesHere: readonly Mode[] = all.flatMap(([mode, isThere]) => (isThere ? [mode] : []));

/** Those that it lacks. */
export const modesMissing: readonly Mode[] = all.flatMap(([mode, isThere]) => (isThere ? [] : [mode]));
