// Finds what a run left running, children that left their process group or outlived Troupe itself, and ends it.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

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

/** A chain of processes, each gone before it is looked at, may be between two looks: nothing found counts when it is found again. */
const quietLooks = 2;
/** Then it hangs in the kernel, or outruns everybody: whoever waits is told that something is left. */
const longestMs = 10_000;

/** What became of the processes of a run. */
export interface Killed {
  readonly processes: number;
  /** None of them lives any more. */
  readonly isAll: boolean;
}

/** Kills every process with these traces until none is left. Does nothing where there is no /proc. */
export async function killMarked(traces: Traces): Promise<Killed> {
  const killed = new Set<number>();
  const until = performance.now() + longestMs;
  for (let quiet = 0, waitMs = 0; quiet < quietLooks;) {
    if (traces.uid !== undefined && quiet === 0) await killAllOf(traces.uid);
    const found = markedProcesses(traces);
    for (const pid of found.filter((one) => kill(one))) killed.add(pid);
    quiet = found.length === 0 ? quiet + 1 : 0;
    if (quiet === 0 && performance.now() > until) return { processes: killed.size, isAll: false };
    // what was killed needs its turn to be gone; a chain is outrun by looking again at once
    if (quiet === 0) await sleep((waitMs = Math.min(waitMs + 1, 20)));
  }
  return { processes: killed.size, isAll: true };
}

/**
 * Everything that runs as this user, at one stroke: the kernel lets none of them start another one meanwhile, which no list of processes can
 * promise. Only a process of that user can ask for it, and it is spared itself.
 */
function killAllOf(uid: number): Promise<void> {
  return new Promise((resolve) => {
    const stroke = spawn(...strokeAs(uid));
    // without a free process nobody can be started: those of the list are killed one by one
    stroke.once('error', () => resolve());
    stroke.once('exit', () => resolve());
  });
}

/** The same before anybody waits: for a user that is about to be given out. */
export function clearUser(uid: number): void {
  spawnSync(...strokeAs(uid));
}

function strokeAs(uid: number) {
  return ['/bin/sh', ['-c', 'kill -KILL -1'], { uid, gid: uid, cwd: '/', env: {}, stdio: 'ignore' }] as const;
}

/** Process ids of the living processes with these traces. */
export function markedProcesses(traces: Traces): number[] {
  return processIds().filter((pid) => pid !== process.pid && isMarked(pid, traces) && isAlive(pid));
}

/** One process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly threads: number;
  /** Only where it was asked for. */
  readonly uid?: number;
}

/** All that live, as they are seen from here. */
export function runningProcesses(withUsers: boolean): readonly RunningProcess[] {
  return processIds().flatMap((pid) => {
    const stat = statOf(pid);
    if (stat === undefined || stat[0] === 'Z' || stat[0] === 'X') return [];
    const [, parent, , session] = stat;
    const uid = withUsers ? usersOf(pid)[0] : undefined;
    const known = { pid, parent: Number(parent), session: Number(session), threads: Number(stat[17]) };
    return [uid === undefined ? known : { ...known, uid }];
  });
}

/** Bytes of memory that a process has for itself: what it shares and what lies in files is not counted. */
export function memoryOf(pid: number): number {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'latin1')) ?? '';
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** How many processes and threads run as our own user. */
export function ownThreads(): number {
  const own = process.getuid?.();
  return runningProcesses(true)
    .filter(({ uid }) => uid === own)
    .reduce((sum, { threads }) => sum + threads, 0);
}

/** Whether any process that lives runs as this user, or may become it again. */
export function isUserBusy(uid: number): boolean {
  return processIds().some((pid) => usersOf(pid).includes(uid) && isAlive(pid));
}

/** Users of this PID namespace alone: what shows up of a container within it has a Troupe of its own, or none. */
export function usersHere(): readonly number[] {
  const own = namespaceOf(process.pid);
  const found = processIds().map((pid) => ({ users: usersOf(pid), isHere: namespaceOf(pid) === own && isAlive(pid) }));
  const elsewhere = new Set(found.filter(({ isHere }) => !isHere).flatMap(({ users }) => users));
  return [...new Set(found.filter(({ isHere }) => isHere).flatMap(({ users }) => users))].filter(
    (uid) => !elsewhere.has(uid),
  );
}

function namespaceOf(pid: number): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/ns/pid`));
}

/** What stands between us and a command: a program, through others of the same name, or so many processes. */
export type Wrapper = string | number;

/** The command that a wrapper runs; the wrapper itself while there is none. */
export function commandWithin(pid: number, wrapper: Wrapper): number {
  if (wrapper === 0) return pid;
  const child = processIds().find((one) => statOf(one)?.[1] === String(pid));
  if (child === undefined) return pid;
  if (typeof wrapper === 'number') return commandWithin(child, wrapper - 1);
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
  if (uid !== undefined && usersOf(pid).includes(uid)) return true;
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

/** Real, effective, saved and file system user. Not the owner of its folder in /proc: a process that lets nobody look into it seems to be root's. */
function usersOf(pid: number): readonly number[] {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'latin1')) ?? '';
  return (/^Uid:((?:\t\d+){4})$/m.exec(status)?.[1] ?? '').split('\t').slice(1).map(Number);
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
