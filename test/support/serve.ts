// A real `troupe serve` in a process of its own, against a local GitHub. Start it last, stop it first.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { defined } from '../../src/support/index.ts';
import { compileCache, troupeBin } from './cli.ts';

/** A running or ended process. */
export interface Served {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything it wrote, on both streams. */
  output(): string;
  /** Where it listens; rejects with its words when it ends before. */
  url(): Promise<string>;
  /** Asks it to end and waits. */
  stop(): Promise<number | null>;
}

/** Starts `troupe <args>` of this checkout, or `command`, with exactly this environment, PATH, and what was compiled before. */
export function serve(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly command?: readonly [string, ...string[]];
    readonly uid?: number;
    readonly gid?: number;
  },
): Served {
  const [first, ...more] = options.command ?? [process.execPath, troupeBin];
  const child = spawn(first, [...more, ...args], {
    ...defined({ uid: options.uid, gid: options.gid }),
    detached: options.command !== undefined,
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...compileCache, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let heard: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      heard();
    });
  const ended = once(child, 'close');
  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    url: () =>
      new Promise((resolve, reject) => {
        heard = () => {
          const found = /"url":"(http:[^"]+)"/.exec(output)?.[1];
          if (found !== undefined) resolve(found);
        };
        heard();
        void ended.then(() => reject(new Error(`It ended:\n${output}`)));
      }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        // npm and a shell stand before the program that `command` leads to: all of them are told
        if (options.command !== undefined && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
        else child.kill('SIGTERM');
        await ended;
      }
      return child.exitCode;
    },
  };
}
