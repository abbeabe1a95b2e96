// The only place that constructs simple-git. One hardened process per call; never reads this process's environment.
import { existsSync } from 'node:fs';
import { simpleGit } from 'simple-git';
import { surviveUnstarted } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { gitEnvironment, hardening, ourVariables, settingsEnvironment, tokenSettings } from './environment.ts';
import type { EnvironmentOptions, GitSetting } from './environment.ts';
import { failureOf, missingGit } from './failures.ts';
import type { Lfs } from './lfs.ts';
import { remotePlace } from './remote-place.ts';
import type { RemotePlace } from './remote-place.ts';

/** One git command. */
export interface GitCall {
  /** For messages, after "Cannot": `fetch acme/widgets`. */
  readonly what: string;
  readonly args: readonly string[];
  readonly gitDir?: string;
  readonly workTree?: string;
  /** Where it runs, when that is neither the work tree nor nowhere. */
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Asked right before the process starts. */
  readonly token?: ((refused?: string) => Promise<string | undefined>) | undefined;
  /** The clone URL of what the command calls `troupe`, or a partial mirror's `origin`. */
  readonly remote?: string | undefined;
  /** Settings of this call that others must not read. */
  readonly settings?: readonly GitSetting[];
  /** Exit codes that are answers, not failures. Default 0. */
  readonly accept?: readonly number[];
  /** The command may run Git LFS; all others run no filter. */
  readonly lfs?: Lfs | undefined;
  /** Bytes of output after which the process is stopped and the answer marked as cut. */
  readonly maxOutput?: number;
}

/** What a command answered. */
export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: string;
  /** The same, for names: they are bytes. */
  readonly bytes: Buffer;
  readonly cut: boolean;
}

/** Runs git. */
export interface Git {
  run(call: GitCall): Promise<GitOutput>;
  /** The output of a command that answers with one line. */
  line(call: GitCall): Promise<string>;
}

/** What every call shares. */
export interface GitOptions extends EnvironmentOptions {
  readonly redactor: Redactor;
  /** An existing directory: where commands without a work tree run. */
  readonly home: string;
}

// A silent process that hangs this long is stopped; output on either stream starts the time again.
const silenceMs = 10 * 60_000;
/** Who hands a token in knows better; this is for those who told nobody. */
const tokenLifeMs = 60 * 60_000;

/** Git with the hardening of this folder. */
export function createGit(options: GitOptions): Git {
  surviveUnstarted();
  const run = (call: GitCall): Promise<GitOutput> => runGit(options, call);
  return { run, line: async (call) => (await run(call)).stdout.trim() };
}

async function runGit(options: GitOptions, call: GitCall): Promise<GitOutput> {
  call.signal?.throwIfAborted();
  const token = await call.token?.();
  if (token !== undefined) options.redactor.add(token, tokenLifeMs);
  const place = placeOfRemote(options, call, token);
  const stop = new AbortController();
  const seen = { exitCode: -1, stderr: '' };
  const output: Buffer[] = [];
  let bytes = 0;
  const git = simpleGit({
    baseDir: call.cwd ?? call.workTree ?? place?.cwd ?? options.home,
    config: [...hardening, ...(call.lfs?.config ?? [])],
    abort: call.signal === undefined ? stop.signal : AbortSignal.any([call.signal, stop.signal]),
    timeout: { block: silenceMs },
    // 'close' tells that all output was read; waiting after 'exit' could lose its end
    completion: { onClose: true, onExit: false },
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeAlias: place !== undefined,
      allowUnsafeFilter: call.lfs !== undefined,
    },
    allowEnvironment: [...ourVariables],
    ...(call.input === undefined ? {} : { input: () => call.input }),
    errors(error, result) {
      seen.exitCode = result.exitCode;
      seen.stderr = Buffer.concat(result.stdErr).toString('utf8');
      if ((call.accept ?? [0]).includes(result.exitCode)) return undefined;
      return error ?? new Error(`git ended with ${result.exitCode}`);
    },
  });
  git.env(environmentOf(options, call, { token, place }));
  git.outputHandler((_command, stdout) => {
    stdout.on('data', (chunk: Buffer) => {
      const room = (call.maxOutput ?? Number.POSITIVE_INFINITY) - bytes;
      bytes += chunk.length;
      if (room > 0) output.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
      if (chunk.length > room) stop.abort();
    });
    // simple-git waits 50 ms for late output of processes that printed nothing; after 'close' there is none
    queueMicrotask(() => stdout.emit('data', Buffer.alloc(0)));
  });
  try {
    await git.raw([...call.args]);
  } catch (error) {
    call.signal?.throwIfAborted();
    if (stop.signal.aborted) return { exitCode: 0, ...outputOf(output), cut: true };
    throw whyNot(options, call, seen.stderr === '' ? wordsOf(error) : seen.stderr);
  }
  // git may be done before it is stopped
  return { exitCode: seen.exitCode, ...outputOf(output), cut: stop.signal.aborted };
}

function settingsOf(call: GitCall, token: string | undefined): readonly GitSetting[] {
  return [...(call.settings ?? []), ...(call.lfs?.places ?? []), ...tokenSettings(token, call.lfs?.origin)];
}

function placeOfRemote(options: GitOptions, call: GitCall, token: string | undefined): RemotePlace | undefined {
  if (call.remote === undefined) return undefined;
  const { length } = settingsOf(call, token);
  const isPush = call.args[0] === 'push';
  return remotePlace(call.remote, { isPush, settings: length, environment: options.environment ?? {} });
}

function environmentOf(
  options: GitOptions,
  call: GitCall,
  { token, place }: { readonly token: string | undefined; readonly place: RemotePlace | undefined },
): Record<string, string> {
  return {
    ...gitEnvironment(withProtocol(options, place)),
    ...placesOf(call),
    ...lfsEnvironment(call),
    ...settingsEnvironment([...settingsOf(call, token), ...(place?.settings ?? [])], place?.hidden),
    ...place?.env,
    ...call.env,
  };
}

function withProtocol(options: GitOptions, place: RemotePlace | undefined): GitOptions {
  const { allowProtocols } = options;
  const { protocol } = place ?? {};
  if (protocol === undefined || !allowProtocols.includes(protocol.real)) return options;
  return { ...options, allowProtocols: [...allowProtocols, protocol.ours] };
}

function whyNot({ redactor, home }: GitOptions, { what, workTree }: GitCall, said: string): Error {
  return isMissing(said, workTree ?? home) ? missingGit(what) : failureOf(what, redactor.text(said), home);
}

/** simple-git reads streams of a process without looking: one has none where no file is left to open, and only there. */
function wordsOf(error: unknown): string {
  const said = String(error);
  return /undefined \(reading 'on'\)/.test(said) ? 'spawn git EMFILE' : said;
}

/** Nothing could be started. The same words come where the folder is gone that it was to work in. */
function isMissing(said: string, folder: string): boolean {
  return /\bspawn \S+ ENOENT\b/.test(said) && existsSync(folder);
}

function outputOf(chunks: readonly Buffer[]): Pick<GitOutput, 'stdout' | 'bytes'> {
  const bytes = Buffer.concat(chunks);
  return { bytes, stdout: bytes.toString('utf8') };
}

/** What git starts for LFS fetches content; everywhere else pointers stay what they are. */
function lfsEnvironment({ lfs }: GitCall): Record<string, string> {
  return lfs === undefined ? {} : { GIT_LFS_SKIP_SMUDGE: '0' };
}

/** Paths go into the environment, which only our own user can read: arguments are shown to every user of the machine. */
function placesOf({ gitDir, workTree }: GitCall): Record<string, string> {
  return {
    ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
    ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
  };
}
