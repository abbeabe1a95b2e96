// Starts git for the local GitHub, with an environment built from nothing. The only file of this folder that starts processes.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { TroupeError } from '../../support/index.ts';

/** What one git process gave. */
export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What may be added to a git process. */
export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes besides 0 that are an answer, not a failure. */
  readonly allow?: readonly number[];
}

const environment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};

/** Runs git in a bare repository and collects what it says. Throws on an exit code that is not expected. */
export function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-c', 'gc.auto=0', '--git-dir', dir, ...args], {
      cwd: '/',
      env: { ...environment, ...options.env },
      stdio: 'pipe',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined); // git may end before it read everything
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (exit) => {
      const code = exit ?? -1;
      const result = { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
      if (code === 0 || options.allow?.includes(code) === true) resolve(result);
      else reject(new TroupeError('local-github/git', `git ${args[0] ?? ''} ended with ${code}: ${result.stderr}`));
    });
  });
}

/** Starts a program of git that speaks with a client. */
export function startGit(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  return spawn('git', ['-c', 'gc.auto=0', ...args], { cwd: '/', env: { ...environment, ...env }, stdio: 'pipe' });
}
