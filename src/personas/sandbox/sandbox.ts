// Where persona processes, `setup` and `verify` run. Tier 0: clean environment and own process group. Tier 1: bubblewrap. Tier 2: no network.
import { realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import {
  randomToken,
  sha256,
  sweepTemporaryFolders,
  processClock,
  wallOf,
  temporaryFolder,
  TroupeError,
  defined,
} from '../../support/index.ts';
import type { Logger } from '../../support/index.ts';
import type { Sandbox, SandboxOpen, SandboxProcess } from '../model/types.ts';
import { freeUser, handOver, isAgent, lend, letPass, reapUsers, takeBack, tryAgentUsers } from './agent-users.ts';
import type { AgentUsers, UserRange } from './agent-users.ts';
import { behindGateway } from './behind-gateway.ts';
import type { GatewayRules } from './behind-gateway.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import { cleanEnvironment } from './environment.ts';
import { findPrograms } from './find-program.ts';
import { isUserBusy, killMarked, markName } from './marked-processes.ts';
import { sandboxMessages as say } from './messages.ts';
import { openProcess } from './open-process.ts';
import type { ProcessOpen } from './open-process.ts';
import { runToEnd } from './run-process.ts';

/** What all sandboxes of one process share. */
export interface SandboxOptions {
  /** PATH, certificates and language: `machineEnvironment` of the entry point's environment. */
  readonly machine: Readonly<Record<string, string>>;
  /** Never visible under tier 1: the data directory, the key file, the server file. Absolute. */
  readonly hidden: readonly string[];
  /** The data directory: the mark by which leftovers of a killed process are found. */
  readonly dataDir: string;
  readonly log: Logger;
  /** The users of tier 0 where Troupe is root; absent: all that are set aside for it. */
  readonly users?: UserRange;
  /** What programs in tier 2 may reach besides their model. Absent: nothing. */
  readonly gateway?: GatewayRules;
}

/** Makes sandboxes of the tiers that this machine can do. */
export interface Sandboxes {
  /** Whether bubblewrap works here, and why not. */
  readonly bubblewrap: { readonly works: boolean; readonly reason: string };
  /** Whether tier 0 runs personas as other users, and why not. Without it tier 0 is no boundary. */
  readonly users: AgentUsers;
  /** `off` and `env`: tier 0. `fs` or undefined: tier 1 where it works, else tier 0. `gateway`: tier 2, or throws `sandbox/gateway`. */
  of(wanted: 'off' | 'env' | 'fs' | 'gateway' | undefined): Sandbox;
  /** Kills what an earlier process on the same data directory left behind, and removes the private folders of processes that died. Resolves to how many
   * processes there were. */
  reap(): Promise<number>;
}

/** Tries bubblewrap once and offers what works. */
export async function createSandboxes(options: SandboxOptions): Promise<Sandboxes> {
  const bubblewrap = await tryBubblewrap(options);
  const users = tryAgentUsers({
    dataDir: options.dataDir,
    temporary: tmpdir(),
    path: options.machine['PATH'] ?? '',
  });
  if (!bubblewrap.works && users.works)
    options.log.warn({ reason: bubblewrap.reason }, 'bubblewrap does not work: personas run as other users');
  else if (!bubblewrap.works)
    options.log.warn(
      { reason: bubblewrap.reason, users: users.reason },
      'bubblewrap does not work: personas run without a file system boundary',
    );
  const mark = sha256(options.dataDir).slice(0, 16);
  const plain = tierEnv(options, mark, users.works);
  const walled = tierFs(options, mark, bubblewrap.program);
  return {
    bubblewrap,
    users,
    of(wanted) {
      if (wanted === 'gateway' && !bubblewrap.works) throw noGateway(bubblewrap.reason);
      if (wanted === 'gateway') return behindGateway(walled, options.gateway ?? { allow: [] });
      return wanted === 'off' || wanted === 'env' || !bubblewrap.works ? plain : walled;
    },
    async reap() {
      const { processes } = await killMarked({ marker: mark });
      const ofUsers = users.works ? await reapUsers(options.users) : 0;
      sweepTemporaryFolders(wallOf(processClock).getTime(), isAgent);
      return processes + ofUsers;
    },
  };
}

/** Who asks for these walls is never given fewer. */
function noGateway(reason: string): TroupeError {
  return new TroupeError('sandbox/gateway', say.noGateway(reason), { class: 'config', hint: say.noGatewayHint });
}

function tierEnv(options: SandboxOptions, mark: string, asOthers: boolean): Sandbox {
  const about = { tier: 'env', isBoundary: asOthers, ...(asOthers ? { isAnotherUser: true as const } : {}) } as const;
  return sandboxOf(about, options, (run, home) => {
    const isLent = run.readOnly === true;
    const own = [...(isLent ? [] : [run.cwd]), home, ...(run.writable ?? [])];
    const claim = asOthers ? freeUser(options.users) : undefined;
    const uid = claim?.uid;
    function release(): void {
      try {
        if (uid !== undefined) takeBack(run.cwd, uid);
      } finally {
        // who could not be ended keeps its user: nobody else is to meet it there
        if (uid === undefined || !isUserBusy(uid)) claim?.release();
      }
    }
    try {
      if (uid !== undefined) {
        for (const path of own) handOver(path, uid, options.dataDir);
        if (isLent) lend(run.cwd, uid, options.dataDir);
        for (const path of run.readable ?? []) letPass(path, options.dataDir);
      }
      const marker = `${mark}:${randomToken(9)}`;
      const folders = [run.cwd, home, ...(run.writable ?? [])].map((path) => realpathSync(path));
      return {
        command: run.command,
        cwd: run.cwd,
        env: {
          ...cleanEnvironment(options.machine, run.env, home),
          ...(isLent && uid !== undefined ? readingGit : {}),
          [markName]: marker,
        },
        traces: { marker, folders, ...defined({ uid }) },
        ...defined({ uid }),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  });
}

/** git reads no repository of another user unless it is told to: a tree that is only lent stays ours. */
const readingGit = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' } as const;

function tierFs(options: SandboxOptions, mark: string, program: string): Sandbox {
  return sandboxOf({ tier: 'fs', isBoundary: true }, options, (run, home) => {
    const marker = `${mark}:${randomToken(9)}`;
    const env: Record<string, string> = { ...cleanEnvironment(options.machine, run.env, home), [markName]: marker };
    const view = {
      cwd: run.cwd,
      home,
      path: env['PATH'] ?? '',
      writable: run.writable ?? [],
      readable: [...(run.readable ?? []), ...certificates(env)],
      hidden: options.hidden,
      network: run.network,
      readOnly: run.readOnly ?? false,
      asRoot: isRoot(),
    };
    return {
      command: [program, ...bubblewrapArguments(view), ...run.command],
      // bubblewrap goes to the tree by itself; where it starts nothing of the tree may be found
      cwd: '/',
      env,
      traces: { marker },
      wrapper: basename(program),
      release: () => undefined,
    };
  });
}

/** How a tier starts a command, and what is to be done when nothing of it runs any more. */
type Prepared = Omit<ProcessOpen, 'timeoutMs' | 'signal' | 'outputBytes'> & { release(): void };

/** What all tiers do the same way: a private HOME that goes with the process, limits, and `run` on top of `open`. */
function sandboxOf(
  about: Pick<Sandbox, 'tier' | 'isBoundary' | 'isAnotherUser'>,
  { machine }: SandboxOptions,
  prepare: (run: SandboxOpen, home: string) => Prepared,
): Sandbox {
  const [limiter] = process.platform === 'linux' ? findPrograms('prlimit', machine['PATH'] ?? '') : [];
  // not async: `run` listens before anything can have been said
  function start(run: SandboxOpen): SandboxProcess {
    const home = temporaryFolder('home');
    const removeHome = (): void => rmSync(home, { recursive: true, force: true });
    try {
      const { release, command, ...rest } = prepare(run, home);
      const { timeoutMs, signal, outputBytes } = run;
      const opened = openProcess({
        ...rest,
        command: withinMemory(command, run.memoryBytes, limiter),
        timeoutMs,
        signal,
        ...defined({ outputBytes }),
      });
      return releasing(opened, () => {
        try {
          release();
        } finally {
          removeHome();
        }
      });
    } catch (error) {
      removeHome();
      throw error;
    }
  }
  return {
    ...about,
    limitsMemory: limiter !== undefined,
    // async, so that what cannot be prepared rejects
    open: async (run) => start(run),
    run: async (run) => runToEnd(start(run), run),
  };
}

/** The process whose exit includes that what it was given is taken back. */
function releasing(opened: SandboxProcess, release: () => void): SandboxProcess {
  const exit = opened.exit.finally(release);
  // who does not wait for the exit has no use for what goes wrong after it
  exit.catch(() => undefined);
  return { ...opened, exit, stop: (graceMs) => opened.stop(graceMs).then(() => exit) };
}

/** The limit is each process's own and goes on to its children; what is only reserved, as Node does, is not counted. */
function withinMemory(command: readonly string[], bytes: number | undefined, limiter: string | undefined) {
  return bytes === undefined || limiter === undefined ? command : [limiter, `--data=${bytes}`, '--', ...command];
}

/** Where the machine's own certificates lie: without them nothing inside trusts a company's proxy. */
function certificates(env: Readonly<Record<string, string>>): string[] {
  return [env['SSL_CERT_FILE'], env['SSL_CERT_DIR'], env['NODE_EXTRA_CA_CERTS']].filter(
    (path): path is string => path !== undefined && isAbsolute(path),
  );
}

async function tryBubblewrap(options: SandboxOptions): Promise<{ works: boolean; reason: string; program: string }> {
  if (process.platform !== 'linux') return { works: false, reason: say.onlyLinux, program: '' };
  const [program] = findPrograms('bwrap', options.machine['PATH'] ?? '');
  if (program === undefined) return { works: false, reason: say.notInstalled, program: '' };
  const view = {
    cwd: '/usr',
    home: tmpdir(),
    path: '',
    writable: [],
    readable: [],
    hidden: [],
    network: true,
    readOnly: false,
    asRoot: isRoot(),
  };
  const probe = openProcess({
    command: [program, ...bubblewrapArguments(view), 'true'],
    cwd: '/',
    env: { ...options.machine },
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    traces: { marker: `probe:${randomToken(9)}` },
  });
  const result = await runToEnd(probe, {});
  if (result.exitCode === 0) return { works: true, reason: say.bubblewrapRan, program };
  return { works: false, reason: result.stderr.trim().split('\n')[0] ?? say.bubblewrapFailed, program };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
