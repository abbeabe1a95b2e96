// Which user is whose, across all processes of the machine: bots, commands and tests. A claim of a process that died counts for nothing.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { randomToken } from '../../support/index.ts';

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
  const own = `${uid}.${process.pid}.${startOf(process.pid) ?? 0}.${namespace()}.${randomToken(6)}`;
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
  const [, pid = '', started = '', within = ''] = name.split('.');
  // processes of another PID namespace can be neither seen nor ended from here, and the other way round
  if (within !== namespace()) return false;
  if (startOf(Number(pid)) === started) return true;
  rmSync(join(folder, name), { force: true });
  return false;
}

/** When a process started, in ticks since the machine did: with it a number that was given again is told apart. undefined: there is none. */
function startOf(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) return attempt(() => process.kill(pid, 0)) === true ? '0' : undefined;
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) return undefined;
  // behind the name, which may hold anything: state first, the start is the twentieth
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function namespace(): string {
  return (attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '').replaceAll(/\D/g, '') || '0';
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
