// Compares permissions. Decides only; asking GitHub is somebody else's.
import type { Permission } from '../../github/index.ts';
import type { Permissions } from './types.ts';

/** A permission that somebody lacks. */
export interface Lack {
  readonly login: string;
  readonly needed: Permission;
  readonly has: Permission;
}

const order: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** Higher is more. */
export function rank(permission: Permission): number {
  return order.indexOf(permission);
}

/** Whether `has` is at least `needed`. */
export function isAtLeast(has: Permission, needed: Permission): boolean {
  return rank(has) >= rank(needed);
}

/** Whether a bot is on the list, by its exact login and never by its ending. */
export function isListedBot(login: string, permissions: Permissions): boolean {
  return permissions.bots.some((bot) => bot.toLowerCase() === login.toLowerCase());
}
