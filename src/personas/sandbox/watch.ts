// Looks now and then at what each running command takes: processes, memory, disk. The kernel is asked for the rest. Ends nothing itself.
import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { processClock } from '../../support/index.ts';
import type { CommandLimits, ReachedLimit } from '../model/types.ts';
import { reachedLimit } from './limits.ts';
import { memoryOf, runningProcesses } from './marked-processes.ts';
import type { RunningProcess } from './marked-processes.ts';

/** One command that runs. */
export interface Watched {
  /** The process that we started; it leads a session. */
  readonly pid: number;
  /** The user that nothing else runs as. */
  readonly uid?: number;
  readonly limits: CommandLimits;
  /** HOME and temporary files. */
  readonly folders: readonly string[];
  /** Is called once. */
  onReached(reached: ReachedLimit): void;
}

const lookMs = 500;
/** Disks are looked at less often, and the less the longer a look takes. */
const diskMs = 2_000;
const timesAsLong = 10;

/** Watches a command until the returned function is called. */
export type Watch = (watched: Watched) => () => void;

/** One look for all commands of this process. */
export function createWatch(): Watch {
  const all = new Set<Watched>();
  let stopTimer: (() => void) | undefined;
  function look(): void {
    const table = runningProcesses([...all].some(({ uid }) => uid !== undefined));
    for (const watched of all) {
      const reached = tooMuch(membersOf(watched, table), watched.limits);
      if (reached === undefined) continue;
      all.delete(watched);
      watched.onReached(reached);
    }
    stopTimer = all.size === 0 ? undefined : processClock.after(lookMs, look);
  }
  return (watched) => {
    all.add(watched);
    stopTimer ??= processClock.after(lookMs, look);
    const stopDisk = watchDisk(watched);
    return () => {
      all.delete(watched);
      stopDisk();
      if (all.size > 0) return;
      stopTimer?.();
      stopTimer = undefined;
    };
  };
}

/** What the command started: its children and theirs, its session, its user. Pure. */
export function membersOf(
  { pid, uid }: Pick<Watched, 'pid' | 'uid'>,
  table: readonly RunningProcess[],
): readonly RunningProcess[] {
  const children = Map.groupBy(table, ({ parent }) => parent);
  const members = new Set<RunningProcess>();
  const next = table.filter((one) => one.pid === pid || one.session === pid || (uid !== undefined && one.uid === uid));
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (members.has(one)) continue;
    members.add(one);
    next.push(...(children.get(one.pid) ?? []));
  }
  return [...members];
}

function tooMuch(members: readonly RunningProcess[], limits: CommandLimits): ReachedLimit | undefined {
  const processes = members.reduce((sum, { threads }) => sum + threads, 0);
  if (processes >= limits.processes) return reachedLimit('processes', limits.processes);
  const bytes = members.reduce((sum, { pid }) => sum + memoryOf(pid), 0);
  return bytes >= limits.memoryBytes ? reachedLimit('memoryBytes', limits.memoryBytes) : undefined;
}

/** `du` counts in a process of its own: a HOME may hold a hundred thousand files. */
function watchDisk({ folders, limits, onReached }: Watched): () => void {
  let isOver = false;
  let stopTimer = processClock.after(diskMs, measure);
  function measure(): void {
    const began = performance.now();
    // files that go while they are counted make it fail, and it has counted the others
    execFile('du', ['-sk', '--', ...folders], { timeout: 10 * 60_000 }, (_error, stdout) => {
      if (isOver) return;
      if (sumOf(stdout) * 1024 >= limits.diskBytes) return onReached(reachedLimit('diskBytes', limits.diskBytes));
      stopTimer = processClock.after(Math.max(diskMs, timesAsLong * (performance.now() - began)), measure);
    });
  }
  return () => {
    isOver = true;
    stopTimer();
  };
}

function sumOf(lines: string): number {
  return lines
    .split('\n')
    .map((line) => Number.parseInt(line, 10))
    .filter((size) => !Number.isNaN(size))
    .reduce((sum, size) => sum + size, 0);
}
