// Finds what a run left running, children that left their process group or outlived Troupe itself, and ends it. Starts nothing.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { sep } from 'node:path';

/** The variable that every process of a sandbox carries. */
export const markName = 'TROUPE_SANDBOX';

/** How the processes of one run are told from all others. Any one of these is enough. */
export interface Traces {
  /** What the value of TROUPE_SANDBOX starts with. A process can take it off. */
  readonly marker: string;
  /** The user that nothing else runs as. A process cannot take it off. */
  readonly uid?: number;
  /** Folders that nothing else works in. */
  readonly folders?: readonly string[];
}

/** A process that starts another one while it is ended needs a second look. */
const rounds = 20;

/** Kills every process with these traces. Returns how many there were. Does nothing where there is no /proc. */
export function killMarked(traces: Traces): number {
  const killed = new Set<number>();
  for (let round = 0; round < rounds; round += 1) {
    const found = markedProcesses(traces).filter((pid) => kill(pid));
    if (found.length === 0) break;
    for (const pid of found) killed.add(pid);
  }
  return killed.size;
}

/** Process ids of the living processes with these traces. */
export function markedProcesses(traces: Traces): number[] {
  return processIds().filter((pid) => pid !== process.pid && isMarked(pid, traces) && isAlive(pid));
}

/** Whether any process runs as this user. */
export function isUserBusy(uid: number): boolean {
  return processIds().some((pid) => ownerOf(pid) === uid);
}

/** The command that a wrapper runs, through wrappers of the same name; the wrapper itself while there is none. */
export function commandWithin(pid: number, wrapper: string): number {
  const child = processIds().find((one) => statOf(one)?.[1] === String(pid));
  if (child === undefined) return pid;
  return nameOf(child) === wrapper ? commandWithin(child, wrapper) : child;
}

function nameOf(pid: number): string | undefined {
  return attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8'))?.trim();
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function isMarked(pid: number, { marker, uid, folders = [] }: Traces): boolean {
  if (uid !== undefined && ownerOf(pid) === uid) return true;
  const wanted = `${markName}=${marker}`;
  if (environmentOf(pid).some((entry) => entry.startsWith(wanted))) return true;
  if (folders.length === 0) return false;
  const place = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
  // a person's shell that stands in the folder has a terminal
  return folders.some((folder) => place === folder || place?.startsWith(`${folder}${sep}`)) && statOf(pid)?.[4] === '0';
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false; // it ended in between, or is not ours to end
  }
}

/** A killed process whose parent has not looked yet is dead, though it still has a number. */
function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** State, parent, group, session, terminal and what follows: the fields behind the name, which may hold anything. */
function statOf(pid: number): string[] | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function ownerOf(pid: number): number | undefined {
  return attempt(() => statSync(`/proc/${pid}`).uid);
}

function environmentOf(pid: number): string[] {
  return attempt(() => readFileSync(`/proc/${pid}/environ`, 'latin1'))?.split('\0') ?? [];
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
