// Private folders below the temporary folder. Each is named after the process that made it, so that what a killed one left is found and removed.
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lifeOf, ownProcess } from './process-owner.ts';

/** What they are for. */
type Purpose = 'home' | 'request' | 'gateway' | 'version' | 'merge' | 'worker';

/** A new folder for us alone. Whoever makes it removes it; after a death `sweepTemporaryFolders` does. */
export function temporaryFolder(purpose: Purpose): string {
  const { pid, started, namespace } = ownProcess();
  const owner = [pid, started, namespace].map((part) => part.toString(36)).join('.');
  return mkdtempSync(join(tmpdir(), `troupe-${purpose}-${owner}-`));
}

const owned =
  /^troupe-(?:home|request|gateway|version|merge|worker)-([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)-[A-Za-z0-9]{6}$/;
/** As they were called before they were named after anybody; of the hand-over one lived for milliseconds. */
const unowned = /^troupe-(?:handover|home|request|gateway|version|merge)-[A-Za-z0-9]{6}$/;
const handover = /^troupe-handover-/;
const minuteMs = 60_000;
const weekMs = 7 * 24 * 60 * minuteMs;

/**
 * Removes what processes left that are dead, and what nobody can tell of (another container's, an earlier version's) once it is a week old.
 * Touches nothing that is neither ours nor, where we are root, `isOurs`. Returns how many it removed.
 */
export function sweepTemporaryFolders(now: number, isOurs: (uid: number) => boolean = () => false): number {
  const folder = tmpdir();
  const left = readdirSync(folder).filter((name) => {
    if (!owned.test(name) && !unowned.test(name)) return false;
    const about = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (about?.isDirectory() !== true) return false;
    if (about.uid !== process.getuid?.() && !isOurs(about.uid)) return false;
    return isLeft(name, now - about.mtimeMs);
  });
  return left.filter((name) => removed(join(folder, name))).length;
}

function isLeft(name: string, ageMs: number): boolean {
  const [, ...parts] = owned.exec(name) ?? [];
  if (parts.length === 0) return ageMs > (handover.test(name) ? minuteMs : weekMs);
  const [pid = 0, started = 0, namespace = 0] = parts.map((part) => Number.parseInt(part, 36));
  const life = lifeOf({ pid, started, namespace });
  return life === 'dead' || (life === 'elsewhere' && ageMs > weekMs);
}

/** What cannot be removed stays, and hinders nobody from starting. */
function removed(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
