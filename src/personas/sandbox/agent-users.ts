// The users that agents run as where Troupe itself is root and bubblewrap does not work. Starts nothing.
import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, lchownSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { TroupeError } from '../../support/index.ts';
import { findPrograms } from './find-program.ts';
import { clearUser, isUserBusy, killMarked, usersHere } from './marked-processes.ts';
import { sandboxMessages as say } from './messages.ts';
import { claimsFolder, claimUser } from './user-claims.ts';
import type { UserClaim } from './user-claims.ts';

/**
 * One user for each run, so that runs neither see nor stop each other and whatever a run leaves behind is known by its user. Ids at the end of
 * the range that nobody is given for good.
 */
const agentUids: UserRange = { first: 65_000, count: 500 };

/** Ids of users. */
export interface UserRange {
  readonly first: number;
  readonly count: number;
}

/** Whether another user can do an agent's work here, and why not. */
export interface AgentUsers {
  readonly works: boolean;
  readonly reason: string;
}

/**
 * Only root may start processes of another user; that user must be able to pass to the data directory and to the temporary folder, and to
 * start `node` where root can: root's own home is closed to everybody else.
 */
export function tryAgentUsers(places: {
  readonly dataDir: string;
  readonly temporary: string;
  readonly path: string;
}): AgentUsers {
  if (process.getuid?.() !== 0) return { works: false, reason: say.notRoot };
  const closed = closedAbove(dirname(places.dataDir)) ?? closedAbove(places.temporary);
  if (closed !== undefined) return { works: false, reason: say.closedFolder(closed) };
  const nodes = findPrograms('node', places.path).map(
    (file) => closedAbove(dirname(file)) ?? closedAbove(dirname(realpathSync(file))),
  );
  const [firstClosed] = nodes;
  if (firstClosed !== undefined && nodes.every((folder) => folder !== undefined))
    return { works: false, reason: say.closedPrograms(firstClosed) };
  if (claimsFolder() === undefined) return { works: false, reason: say.noClaims };
  return { works: true, reason: say.otherUsers };
}

/** A user that is nobody else's on this machine, and that no process runs as. Release it when nothing of it runs any more. */
export function freeUser(range: UserRange = agentUids): UserClaim {
  const folder = claimsFolder();
  if (folder === undefined) throw new TroupeError('sandbox/users', say.noClaims, { class: 'config' });
  const start = randomInt(range.count);
  for (let step = 0; step < range.count; step += 1) {
    const uid = range.first + ((start + step) % range.count);
    const claim = claimUser(uid, folder);
    if (claim === undefined) continue;
    // what a Troupe left behind that died: it runs on, and nobody's claim tells of it
    clearUser(uid);
    if (!isUserBusy(uid)) return claim;
    claim.release();
  }
  throw new TroupeError('sandbox/users', say.allUsersBusy(range.count), { class: 'transient' });
}

/** Ends what runs as a user that nobody living has claimed: what took off its marks before its Troupe died. Returns how many processes there were. */
export async function reapUsers(range: UserRange = agentUids): Promise<number> {
  const folder = claimsFolder();
  if (folder === undefined) return 0;
  let ended = 0;
  for (const uid of usersHere().filter((one) => one >= range.first && one < range.first + range.count)) {
    const claim = claimUser(uid, folder);
    if (claim === undefined) continue;
    ended += (await killMarked({ marker: `nobody:${uid}`, uid })).processes;
    if (!isUserBusy(uid)) claim.release();
  }
  return ended;
}

/** Gives a tree to another user, for itself alone, and lets that user pass (not list) the folders above it. */
export function handOver(path: string, uid: number, dataDir: string): void {
  changeOwner(Buffer.from(path), (owner) => owner === 0 || isAgent(owner), uid);
  chmodSync(path, 0o700);
  letPass(path, dataDir);
}

/** Lets another user read a tree and write nothing in it: the tree stays ours, and the user's own group may read what its owner may. */
export function lend(path: string, uid: number, dataDir: string): void {
  openToGroup(Buffer.from(path), uid);
  letPass(path, dataDir);
}

/** Follows no link, and leaves files with several names alone, as `changeOwner` does. Whoever else runs here reads nothing of it. */
function openToGroup(path: Buffer, gid: number): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink() || (stat.isFile() && stat.nlink > 1)) return;
  if (stat.uid === 0 || isAgent(stat.uid)) {
    lchownSync(path, 0, gid);
    chmodSync(path, (stat.mode & 0o700) | ((stat.mode & 0o500) >> 3));
  }
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(path, 'buffer')) openToGroup(Buffer.concat([path, Buffer.from(sep), name]), gid);
}

/** Lets other users pass (not list) the folders of the data directory above this one. */
export function letPass(path: string, dataDir: string): void {
  for (let folder = dirname(path); isInside(folder, dataDir); folder = dirname(folder)) chmodSync(folder, 0o711);
}

/** Nothing of that user runs any more: what it made becomes ours. */
export function takeBack(path: string, uid: number): void {
  changeOwner(Buffer.from(path), (owner, group) => owner === uid || (owner === 0 && group === uid), 0);
}

/** The nearest folder that other users may not pass: this one or above it. What is not there yet will be made. */
function closedAbove(path: string): string | undefined {
  let there = resolve(path);
  while (!existsSync(there)) there = dirname(there);
  for (let folder = realpathSync(there); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * Follows no link. A file of root with several names stays root's: one of its names may lie outside the tree. Names are bytes: one that is not
 * UTF-8 is a file like any other.
 */
function changeOwner(path: Buffer, isTheirs: (uid: number, gid: number) => boolean, to: number): void {
  const stat = lstatSync(path);
  const hasOtherNames = stat.isFile() && stat.nlink > 1 && stat.uid === 0;
  if (isTheirs(stat.uid, stat.gid) && !hasOtherNames) lchownSync(path, to, to);
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(path, 'buffer'))
    changeOwner(Buffer.concat([path, Buffer.from(sep), name]), isTheirs, to);
}

/** A user of agents: what is left of one that was ended together with Troupe. */
export function isAgent(uid: number): boolean {
  return uid >= agentUids.first && uid < agentUids.first + agentUids.count;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}
