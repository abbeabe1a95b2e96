// Which user is whose, across all processes of the machine: bots, commands and tests. A claim of a process that died counts for nothing.
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifeOf, ownProcess, randomToken } from '../../support/index.ts';

/** A user that nobody else on this machine takes until it is given back. */
export interface UserClaim {
  readonly uid: number;
  /** Only after nothing runs as the user any more. */
  release(): void;
}

/** The first of these that root can use is the one for everybody; all of them are gone or cleaned after a restart of the machine. */
const places = ['/run/troupe-users', '/var/tmp/troupe-users', '/tmp/troupe-users'] as const;

/** The folder of the claims; undefined where root may write to none of the places. */
export function claimsFolder(candidates: readonly string[] = places): string | undefined {
  return candidates.find((folder) => isUsable(folder));
}

/**
 * Claims a user, or answers undefined when somebody has it. Each claim is a file of its own, named after its owner: first it is
 * written, then the others are looked at. Of two that come at once at least one sees the other, so both never have the user; and a
 * dead owner's file can be deleted by anybody, for nobody else ever writes that name.
 */
export function claimUser(uid: number, folder: string): UserClaim | undefined {
  const { pid, started, namespace } = ownProcess();
  const own = `${uid}.${pid}.${started}.${namespace}.${randomToken(6)}`;
  const path = join(folder, own);
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  const release = (): void => rmSync(path, { force: true });
  const others = readdirSync(folder).filter((name) => name !== own && name.startsWith(`${uid}.`));
  if (others.some((name) => isHeld(name, folder))) {
    release();
    return undefined;
  }
  return { uid, release };
}

/** Whether the owner of a claim lives. The file of a dead one goes. */
function isHeld(name: string, folder: string): boolean {
  const [, pid = 0, started = 0, namespace = 0] = name.split('.').map(Number);
  const life = lifeOf({ pid, started, namespace });
  if (life === 'dead') rmSync(join(folder, name), { force: true });
  // processes of another PID namespace can be neither seen nor ended from here, and the other way round
  return life === 'alive';
}

/** Root's own folder, for root alone: nobody else may claim a user, or take a claim away. */
function isUsable(folder: string): boolean {
  attempt(() => mkdirSync(folder, { mode: 0o700 }));
  const stat = attempt(() => lstatSync(folder));
  if (stat?.isDirectory() !== true || stat.uid !== 0 || (stat.mode & 0o077) !== 0) return false;
  const trial = join(folder, `trial.${randomToken(6)}`);
  const written = attempt(() => {
    writeFileSync(trial, '', { flag: 'wx' });
    rmSync(trial, { force: true });
    return true;
  });
  return written === true;
}

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
