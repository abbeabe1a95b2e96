// Starts what a tier has prepared within the limits of the operator, and says which one was reached.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { defined } from '../../support/index.ts';
import type {
  CommandLimits,
  Sandbox,
  SandboxExit,
  SandboxOpen,
  SandboxProcess,
  SandboxResult,
} from '../model/types.ts';
import { findPrograms } from './find-program.ts';
import { limitWords, reachedInWords, reachedLimit, readOwnLimits, usualLimits } from './limits.ts';
import { ownThreads } from './marked-processes.ts';
import { limitKeys } from './messages.ts';
import { openProcess } from './open-process.ts';
import type { Prepared } from './prepared.ts';
import { createWatch } from './watch.ts';

/** Puts commands under limits. */
export interface Limiter {
  /** Whether the memory of each process can be limited. */
  readonly limitsMemory: boolean;
  /** Keys of the server file that this machine cannot keep. */
  readonly lacks: readonly string[];
  /** What a temporary disk of tier 1 may hold: it lies in memory. Absent: nobody can say it to bubblewrap. */
  readonly diskBytes?: number;
  /** `folders`: HOME and temporary files. */
  open(prepared: Omit<Prepared, 'release'>, run: SandboxOpen, folders: readonly string[]): SandboxProcess;
  /** With the limit that a command gave up at by itself. */
  told(result: SandboxResult, tier: Sandbox['tier']): SandboxResult;
}

/** What it looks at. */
export interface LimiterParts {
  readonly machine: Readonly<Record<string, string>>;
  readonly limits?: Partial<CommandLimits>;
  readonly hasOwnDisk: boolean;
}

/** The limits of one host. */
export function createLimiter({ machine, limits: own, hasOwnDisk }: LimiterParts): Limiter {
  const limits: CommandLimits = { ...usualLimits(), ...own };
  const path = machine['PATH'] ?? '';
  const isLinux = process.platform === 'linux';
  const [found] = isLinux ? findPrograms('prlimit', path) : [];
  // it is started within the walls, where a link may lead nowhere
  const program = found === undefined ? undefined : realpathSync(found);
  const ours = readOwnLimits(program === undefined ? '' : readFileSync('/proc/self/limits', 'latin1'));
  const watch = createWatch();
  const hasProcesses = existsSync('/proc/self/stat');
  const diskBytes = Math.min(limits.diskBytes, Math.floor(limits.memoryBytes / 2));

  function words({ traces }: Pick<Prepared, 'traces'>, { memoryBytes }: SandboxOpen): readonly string[] {
    if (program === undefined) return [];
    const others = traces.uid === undefined ? ownThreads() : 0;
    // what is only reserved, as Node does, is not counted
    const data = memoryBytes === undefined ? [] : [`--data=${memoryBytes}`];
    return [program, ...limitWords(limits, ours, others), ...data, '--'];
  }

  /** Whose limit it was: the caller's own are told by the caller. */
  function withReached(exit: SandboxExit, run: SandboxOpen): SandboxExit {
    if (exit.overran && limits.outputBytes < (run.outputBytes ?? Number.POSITIVE_INFINITY))
      return { ...exit, reached: reachedLimit('outputBytes', limits.outputBytes) };
    if (exit.timedOut && limits.timeMs !== undefined && limits.timeMs < run.timeoutMs)
      return { ...exit, reached: reachedLimit('timeMs', limits.timeMs) };
    return exit;
  }

  return {
    limitsMemory: program !== undefined,
    lacks: [
      ...(program === undefined ? [limitKeys.openFiles, limitKeys.fileBytes] : []),
      ...(hasProcesses ? [] : [limitKeys.processes, limitKeys.memoryBytes]),
      ...(findPrograms('du', path).length > 0 ? [] : [limitKeys.diskBytes]),
    ],
    ...(hasOwnDisk ? { diskBytes } : {}),
    open(prepared, run, folders) {
      const { before, command, ...rest } = prepared;
      const opened = openProcess({
        ...rest,
        command: [...before, ...words(prepared, run), ...command],
        timeoutMs: Math.min(run.timeoutMs, limits.timeMs ?? Number.POSITIVE_INFINITY),
        signal: run.signal,
        outputBytes: Math.min(run.outputBytes ?? Number.POSITIVE_INFINITY, limits.outputBytes),
        watch: (pid, onReached) => watch({ pid, folders, limits, onReached, ...defined({ uid: prepared.traces.uid }) }),
      });
      const exit = opened.exit.then((ended) => withReached(ended, run));
      return { ...opened, exit, stop: (graceMs) => opened.stop(graceMs).then(() => exit) };
    },
    told(result, tier) {
      const reached = result.reached ?? reachedInWords(result, limits, hasOwnDisk && tier !== 'env');
      return { ...result, ...defined({ reached }) };
    },
  };
}
