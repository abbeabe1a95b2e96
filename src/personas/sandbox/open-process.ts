// Starts one process group and hands out its streams; on exit, timeout, overrun or cancel nothing of it is left. Never uses a shell.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { PassThrough, Writable } from 'node:stream';
import { processClock, surviveUnstarted, whyUnstarted } from '../../support/index.ts';
import type { ReachedLimit, SandboxExit, SandboxOpen, SandboxProcess } from '../model/types.ts';
import { forward } from './forward.ts';
import type { Forwarding } from './forward.ts';
import { commandWithin, killMarked } from './marked-processes.ts';
import type { Killed, Traces, Wrapper } from './marked-processes.ts';

/** What to start, with the environment already complete. */
export interface ProcessOpen extends Pick<SandboxOpen, 'timeoutMs' | 'signal' | 'outputBytes'> {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** Finds processes that left the group. */
  readonly traces: Traces;
  /** What stands between us and the command: signals are for the command. */
  readonly wrapper?: Wrapper;
  /** Looks at what it takes while it runs. */
  watch?(pid: number, onReached: (reached: ReachedLimit) => void): () => void;
}

/** Why we ended it, where we did. */
type Ended = Partial<Pick<SandboxExit, 'timedOut' | 'cancelled' | 'overran' | 'reached'>>;

/** Starts the command. One that cannot be started exits with 127 and the reason on stderr. Throws where no file is left to open: nobody was asked yet. */
export function openProcess(open: ProcessOpen): SandboxProcess {
  const started = performance.now();
  if (open.signal.aborted) return neverStarted(exitOf(started, { cancelled: true }));
  const child = start(open);
  let ended: Ended | undefined;
  function end(why: Ended): void {
    // what comes first is the reason
    if (ended !== undefined) return;
    ended = why;
    void killAll(child, open.traces);
  }
  const outputs = forwardings(child, open.outputBytes, () => end({ overran: true }));
  const stopTimer = processClock.after(open.timeoutMs, () => end({ timedOut: true }));
  const stopWatch = child.pid === undefined ? undefined : open.watch?.(child.pid, (reached) => end({ reached }));
  const onAbort = (): void => end({ cancelled: true });
  open.signal.addEventListener('abort', onAbort, { once: true });
  async function untilExit(): Promise<SandboxExit> {
    const { error, ...how } = await endOf(child);
    stopTimer();
    stopWatch?.();
    open.signal.removeEventListener('abort', onAbort);
    const { isAll } = await killAll(child, open.traces);
    if (error !== undefined) outputs.stderr.stream.write(`Cannot start "${open.command[0] ?? ''}": ${error.message}`);
    await Promise.all([outputs.stdout.finish(), outputs.stderr.finish()]);
    return exitOf(started, { ...how, ...ended, ...(isAll ? {} : { isLeft: true }) });
  }
  const exit = untilExit();
  return {
    stdin: child.stdin,
    stdout: outputs.stdout.stream,
    stderr: outputs.stderr.stream,
    exit,
    signal: (name) => sendSignal(child, name, open.wrapper),
    stop(graceMs) {
      child.stdin.end();
      sendSignal(child, 'SIGTERM', open.wrapper);
      const stopGrace = processClock.after(graceMs, () => void killAll(child, open.traces));
      return exit.finally(stopGrace);
    },
  };
}

function start(open: ProcessOpen) {
  const [program = '', ...args] = open.command;
  surviveUnstarted();
  const child = spawn(program, args, {
    cwd: open.cwd,
    env: open.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(open.uid === undefined ? {} : { uid: open.uid, gid: open.uid }),
  });
  const why = whyUnstarted(child, program);
  if (why !== undefined) throw why;
  // who does not read what it is told closes the pipe: whoever writes learns of it, and nothing else comes of it
  child.stdin.on('error', () => undefined);
  return child;
}

function forwardings(
  child: ReturnType<typeof start>,
  mostBytes: number | undefined,
  onTooMany: () => void,
): { readonly stdout: Forwarding; readonly stderr: Forwarding } {
  let left = mostBytes ?? Number.POSITIVE_INFINITY;
  function take(bytes: number): number {
    const allowed = Math.min(left, bytes);
    left -= bytes;
    if (left < 0) onTooMany();
    return Math.max(0, allowed);
  }
  return { stdout: forward(child.stdout, take), stderr: forward(child.stderr, take) };
}

function endOf(child: ChildProcess): Promise<Pick<SandboxExit, 'exitCode' | 'signal'> & { readonly error?: Error }> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: 127, signal: null, error }));
    // 'exit', not 'close': a grandchild that holds the pipes open must not hold the step
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function exitOf(started: number, how: Partial<SandboxExit>): SandboxExit {
  return {
    exitCode: null,
    signal: null,
    timedOut: false,
    cancelled: false,
    overran: false,
    durationMs: Math.round(performance.now() - started),
    ...how,
  };
}

function neverStarted(exit: SandboxExit): SandboxProcess {
  const nothing = (): PassThrough => new PassThrough().end();
  return {
    stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stdout: nothing(),
    stderr: nothing(),
    exit: Promise.resolve(exit),
    signal: () => undefined,
    stop: () => Promise.resolve(exit),
  };
}

function sendSignal(child: ChildProcess, name: NodeJS.Signals, wrapper: Wrapper | undefined): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  attempt(() => process.kill(wrapper === undefined ? pid : commandWithin(pid, wrapper), name));
}

function killAll({ pid }: ChildProcess, traces: Traces): Promise<Killed> {
  if (pid !== undefined) attempt(() => process.kill(-pid, 'SIGKILL'));
  return killMarked(traces);
}

/** It may be gone already. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // nothing is there to be told
  }
}
