// Starts one process group and ends it: on exit, timeout or cancel nothing of it is left. Never uses a shell.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../../support/index.ts';
import type { SandboxResult, SandboxRun } from '../types.ts';
import { killMarked } from './marked-processes.ts';
import type { Traces } from './marked-processes.ts';

/** What to start, with the environment already complete. */
export interface ProcessRun extends Pick<SandboxRun, 'timeoutMs' | 'signal' | 'stdin' | 'maxOutputBytes' | 'onOutput'> {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** Finds processes that left the group. */
  readonly traces: Traces;
}

const defaultOutputBytes = 1024 * 1024;

/** Runs the command to its end. Resolves also when it could not be started: exit code 127 and the reason on stderr. */
export async function runProcess(run: ProcessRun): Promise<SandboxResult> {
  const started = performance.now();
  if (run.signal.aborted) return finished(started, { cancelled: true });
  const [program = '', ...args] = run.command;
  const child = spawn(program, args, {
    cwd: run.cwd,
    env: run.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(run.uid === undefined ? {} : { uid: run.uid, gid: run.uid }),
  });
  const stdout = collect(run.maxOutputBytes ?? defaultOutputBytes, run.onOutput);
  const stderr = collect(run.maxOutputBytes ?? defaultOutputBytes, run.onOutput);
  child.stdout.on('data', stdout.take);
  child.stderr.on('data', stderr.take);
  child.stdin.on('error', () => undefined); // a persona that does not read its prompt closes the pipe
  child.stdin.end(run.stdin ?? '');

  let timedOut = false;
  let cancelled = false;
  function kill(): void {
    killGroup(child.pid);
    killMarked(run.traces);
  }
  const stopTimer = systemClock.after(run.timeoutMs, () => {
    timedOut = true;
    kill();
  });
  function onAbort(): void {
    cancelled = true;
    kill();
  }
  run.signal.addEventListener('abort', onAbort, { once: true });

  const end = await new Promise<{ code: number | null; signal: string | null; error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }));
    // 'exit', not 'close': a grandchild that holds the pipes open must not hold the step
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  stopTimer();
  run.signal.removeEventListener('abort', onAbort);
  kill();
  await drained(child.stdout, child.stderr);
  return finished(started, {
    exitCode: end.code,
    signal: end.signal,
    stdout: stdout.text(),
    stderr: end.error === undefined ? stderr.text() : `Cannot start "${program}": ${end.error.message}`,
    timedOut,
    cancelled,
  });
}

function finished(started: number, result: Partial<SandboxResult>): SandboxResult {
  return {
    exitCode: null,
    signal: null,
    stdout: '',
    stderr: '',
    timedOut: false,
    cancelled: false,
    durationMs: Math.round(performance.now() - started),
    ...result,
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // the group is gone already
  }
}

/** Keeps the beginning and, of what is longer, the end: that is where an agent says what came of it. */
function collect(limit: number, listener: ((chunk: string) => void) | undefined) {
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headLeft = Math.floor(limit / 4);
  let tailBytes = 0;
  let bytes = 0;
  function shorten(): void {
    const room = limit - Math.floor(limit / 4);
    if (tailBytes <= room) return;
    tail = [Buffer.concat(tail).subarray(-room)];
    tailBytes = tail[0]?.length ?? 0;
  }
  return {
    take(chunk: Buffer): void {
      bytes += chunk.length;
      const first = chunk.subarray(0, headLeft);
      const rest = chunk.subarray(first.length);
      headLeft -= first.length;
      if (first.length > 0) head.push(first);
      if (rest.length > 0) tail.push(rest);
      tailBytes += rest.length;
      // not at every chunk: each time copies all of it
      if (tailBytes > 2 * limit) shorten();
      listener?.(chunk.toString('utf8'));
    },
    text(): string {
      shorten();
      const [start, end] = [Buffer.concat(head), Buffer.concat(tail)];
      const dropped = bytes - start.length - end.length;
      if (dropped === 0) return Buffer.concat([start, end]).toString('utf8');
      return `${start.toString('utf8')}\n… ${dropped} bytes left out …\n${end.toString('utf8')}`;
    },
  };
}

/** Waits for what is already in the pipes, at most a quarter of a second. */
function drained(...streams: readonly NodeJS.ReadableStream[]): Promise<void> {
  const ends = streams.map(
    (stream) =>
      new Promise<void>((resolve) => {
        stream.once('end', resolve);
        stream.once('close', resolve);
      }),
  );
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 250);
    void Promise.all(ends).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
