// What Troupe answers to, in the order it is asked: a line for each handler. The order is part of what is decided.
import { branchLost } from './branch-lost.ts';
import { check } from './check.ts';
import { closed } from './closed.ts';
import { commands } from './commands.ts';
import { event } from './event.ts';
import { installed } from './installed.ts';
import { label } from './label.ts';
import { pausedLabel } from './paused-label.ts';
import { plainEvent } from './plain-event.ts';
import { removed } from './removed.ts';
import { renamed } from './renamed.ts';
import { review } from './review.ts';
import { strangerPush } from './stranger-push.ts';
import { suite } from './suite.ts';
import { troupeFiles } from './troupe-files.ts';
import type { Handler, InstallationHandler } from './types.ts';

export type { Handler, HandlerContext, Heard, InstallationHandler } from './types.ts';

/** Events of a repository. */
export const handlers: readonly Handler[] = [
  branchLost,
  troupeFiles,
  plainEvent,
  check,
  suite,
  renamed,
  // a comment that commands, and the label that pauses, trigger nothing besides
  commands,
  pausedLabel,
  label,
  // what ends or disturbs runs comes before what the same event may start
  closed,
  strangerPush,
  event,
  // a workflow that names the event stands above the rework of its own accord
  review,
];

/** Changes of an installation. */
export const installationHandlers: readonly InstallationHandler[] = [removed, installed];
