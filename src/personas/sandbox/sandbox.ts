// Where persona processes, `setup` and `verify` run. Tier 0: clean environment and own process group. Tier 1: bubblewrap. Tier 2: no network.
import { rmSync } from 'node:fs';
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
import { isAgent, reapUsers, tryAgentUsers } from './agent-users.ts';
import type { AgentUsers, UserRange } from './agent-users.ts';
import { behindGateway } from './behind-gateway.ts';
import type { GatewayRules } from './behind-gateway.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import { cleanEnvironment } from './environment.ts';
import { findPrograms } from './find-program.ts';
import { killMarked, markName } from './marked-processes.ts';
import { sandboxMessages as say } from './messages.ts';
import { openProcess } from './open-process.ts';
import type { Prepared } from './prepared.ts';
import { runToEnd } from './run-process.ts';
import { prepareEnv } from './tier-env.ts';
import type { TierEnvParts } from './tier-env.ts';
import { findUserLaunch, plainLaunch } from './user-launch.ts';

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
  /** Whether what a command of tier 0 starts has a process table of its own and ends with it. */
  readonly ownProcesses: boolean;
  /** `off` and `env`: tier 0. undefined: tier 1 where it works, else tier 0. `fs`: tier 1, `gateway`: tier 2, or throws `sandbox/fs`, `sandbox/gateway`. */
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
  const asOthers = users.works;
  const launch = bubblewrap.works && !asOthers ? plainLaunch : await findUserLaunch(options.machine, asOthers);
  const plain = tierEnv(options, { mark, asOthers, launch, ...defined({ users: options.users }) });
  // whoever wants no walls has none: what `sudo` is for works
  const open = asOthers ? plain : tierEnv(options, { mark, asOthers, launch: plainLaunch });
  const walled = tierFs(options, mark, bubblewrap.program);
  return {
    bubblewrap,
    users,
    ownProcesses: launch.hasOwnProcesses,
    of(wanted) {
      if ((wanted === 'fs' || wanted === 'gateway') && !bubblewrap.works) throw noWalls(wanted, bubblewrap.reason);
      if (wanted === 'gateway') return behindGateway(walled, options.gateway ?? { allow: [] });
      if (wanted === 'off') return open;
      return wanted === 'env' || !bubblewrap.works ? plain : walled;
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
function noWalls(wanted: 'fs' | 'gateway', reason: string): TroupeError {
  return new TroupeError(`sandbox/${wanted}`, say.noWalls(wanted, reason), {
    class: 'config',
    hint: wanted === 'gateway' ? say.noGatewayHint : say.noWallsHint,
  });
}

function tierEnv(options: SandboxOptions, parts: Omit<TierEnvParts, 'machine' | 'dataDir'>): Sandbox {
  const { asOthers } = parts;
  const about = { tier: 'env', isBoundary: asOthers, ...(asOthers ? { isAnotherUser: true as const } : {}) } as const;
  return sandboxOf(about, options, (run, home) => prepareEnv({ ...options, ...parts }, run, home));
}

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
      command: run.command,
      before: [program, ...bubblewrapArguments(view)],
      // bubblewrap goes to the tree by itself; where it starts nothing of the tree may be found
      cwd: '/',
      env,
      traces: { marker },
      wrapper: basename(program),
      release: () => undefined,
    };
  });
}

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
      const { release, before, command, ...rest } = prepare(run, home);
      const { timeoutMs, signal, outputBytes } = run;
      const opened = openProcess({
        ...rest,
        command: [...before, ...withinMemory(command, run.memoryBytes, limiter)],
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
