// What a command may take where nobody says otherwise, how the kernel is told, and what a program says that was refused more. Starts nothing.
import { totalmem } from 'node:os';
import type { CommandLimits, ReachedLimit, SandboxResult } from '../model/types.ts';
import { limitMessages } from './messages.ts';

const gib = 1024 ** 3;

/** Far above what installing packages and building takes, and below what takes a machine down. */
export function usualLimits(memory: number = memoryHere()): CommandLimits {
  return {
    processes: 4_096,
    memoryBytes: Math.max(gib, Math.floor(memory * 0.75)),
    fileBytes: 16 * gib,
    openFiles: 65_536,
    diskBytes: 32 * gib,
    outputBytes: gib,
  };
}

function memoryHere(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** What our own process may have, soft and hard: nobody can be given more. */
export type OwnLimits = Readonly<
  Record<'Max processes' | 'Max open files' | 'Max file size', readonly [number, number]>
>;

/** Reads /proc/self/limits. What is not said there is not limited. */
export function readOwnLimits(text: string): OwnLimits {
  const find = (name: keyof OwnLimits): readonly [number, number] => {
    const words = text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length)
      .trim()
      .split(/\s+/);
    return [numberOf(words?.[0]), numberOf(words?.[1])];
  };
  return {
    'Max processes': find('Max processes'),
    'Max open files': find('Max open files'),
    'Max file size': find('Max file size'),
  };
}

function numberOf(word: string | undefined): number {
  return word === undefined || word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word);
}

/**
 * The words of `prlimit`. `others`: what counts for the same user besides the command, which the kernel does not tell apart. No core is written:
 * it would hold what the process had in memory.
 */
export function limitWords(limits: CommandLimits, own: OwnLimits, others: number): readonly string[] {
  return [
    `--nproc=${within(limits.processes + others, own['Max processes'])}`,
    `--nofile=${within(limits.openFiles, own['Max open files'])}`,
    `--fsize=${within(limits.fileBytes, own['Max file size'])}`,
    '--core=0',
  ];
}

/** Nothing is ever raised: programs that are old break where they may open more files than they can count. */
function within(most: number, [soft, hard]: readonly [number, number]): string {
  return `${Math.min(most, soft)}:${Math.min(most, hard)}`;
}

/** So much of the end of what it said is looked at. */
const lookedAt = 16 * 1024;
const cannotFork =
  /cannot fork|can't fork|unable to fork|fork: (?:retry: )?resource temporarily unavailable|pthread_create[^\n]{0,80}resource temporarily unavailable|\bspawn [^\n]{0,200} EAGAIN\b|uv_thread_create/i;
const cannotOpen = /\bEMFILE\b|too many open files/i;
const cannotGrow = /\bEFBIG\b|file too large|file size limit exceeded/i;
const noRoom = /\bENOSPC\b|no space left on device/i;

/** The limit that a command which failed gave up at, by what it said last. `hasOwnDisk`: its temporary files lie on a disk of that size. */
export function reachedInWords(
  ended: Pick<SandboxResult, 'exitCode' | 'signal' | 'timedOut' | 'cancelled' | 'stdout' | 'stderr'>,
  limits: CommandLimits,
  hasOwnDisk: boolean,
): ReachedLimit | undefined {
  if (ended.exitCode === 0 || ended.timedOut || ended.cancelled) return undefined;
  if (ended.signal === 'SIGXFSZ' || ended.exitCode === 128 + 25) return reachedLimit('fileBytes', limits.fileBytes);
  const said = `${ended.stdout.slice(-lookedAt)}\n${ended.stderr.slice(-lookedAt)}`;
  if (cannotFork.test(said)) return reachedLimit('processes', limits.processes);
  if (cannotOpen.test(said)) return reachedLimit('openFiles', limits.openFiles);
  if (cannotGrow.test(said)) return reachedLimit('fileBytes', limits.fileBytes);
  if (hasOwnDisk && noRoom.test(said)) return reachedLimit('diskBytes', limits.diskBytes);
  return undefined;
}

/** A limit with its words. */
export function reachedLimit(limit: keyof CommandLimits, most: number): ReachedLimit {
  return { limit, words: limitMessages.took[limit](most), hint: limitMessages.raise(limit) };
}
