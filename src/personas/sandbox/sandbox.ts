// Where persona processes, `setup` and `verify` run. Tier 0: clean environment and own process group. Tier 1: bubblewrap. Tier 2: no network.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
import type { CommandLimits, Sandbox, SandboxOpen, SandboxProcess } from '../model/types.ts';
import { isAgent, reapUsers, tryAgentUsers } from './agent-users.ts';
import type { AgentUsers, UserRange } from './agent-users.ts';
import { behindGateway } from './behind-gateway.ts';
import type { GatewayRules } from './behind-gateway.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import { findPrograms } from './find-program.ts';
import { createLimiter } from './limiter.ts';
import type { Limiter } from './limiter.ts';
import { killMarked } from './marked-processes.ts';
import { sandboxMessages as say } from './messages.ts';
import { openProcess } from './open-process.ts';
import type { Prepared } from './prepared.ts';
import { runToEnd } from './run-process.ts';
import { prepareEnv } from './tier-env.ts';
import type { TierEnvParts } from './tier-env.ts';
import { isRoot, prepareFs } from './tier-fs.ts';
import type { TierFsParts } from './tier-fs.ts';
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
  /** What each command may take. Absent, or a part of it: the usual ones. */
  readonly limits?: Partial<CommandLimits>;
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
  /** The limits that this machine cannot give, by their keys in the server file. */
  readonly lacksLimits: readonly string[];
  /** `off` and `env`: tier 0. undefined: tier 1 where it works, else tier 0. `fs`: tier 1, `gateway`: tier 2, or throws `sandbox/fs`, `sandbox/gateway`. */
  of(wanted: 'off' | 'env' | 'fs' | 'gateway' | undefined): Sandbox;
  /** Kills what an earlier process on the same data directory left behind, and removes the private folders of processes that died. Resolves to how many
   * processes there were. */
  reap(): Promise<number>;
}

const codes = { fs: 'sandbox/fs', gateway: 'sandbox/gateway' } as const;

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
  const limiter = createLimiter({ ...options, hasOwnDisk: bubblewrap.sizesDisks });
  const parts = { ...options, mark, limiter, ...defined({ users: options.users }) };
  const plain = tierEnv({ ...parts, asOthers, launch });
  // whoever wants no walls has none: what `sudo` is for works
  const open = asOthers ? plain : tierEnv({ ...parts, asOthers, launch: plainLaunch });
  const walled = tierFs({ ...parts, ...bubblewrap });
  return {
    bubblewrap,
    users,
    ownProcesses: launch.hasOwnProcesses,
    lacksLimits: limiter.lacks,
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
function noWalls(wanted: keyof typeof codes, reason: string): TroupeError {
  return new TroupeError(codes[wanted], say.noWalls(wanted, reason), {
    class: 'config',
    hint: wanted === 'gateway' ? say.noGatewayHint : say.noWallsHint,
  });
}

function tierEnv(parts: TierEnvParts & Limited): Sandbox {
  const { asOthers } = parts;
  const about = { tier: 'env', isBoundary: asOthers, ...(asOthers ? { isAnotherUser: true as const } : {}) } as const;
  return sandboxOf(about, parts, (run, home) => prepareEnv(parts, run, home));
}

function tierFs(parts: TierFsParts & Limited): Sandbox {
  return sandboxOf({ tier: 'fs', isBoundary: true }, parts, (run, home) => prepareFs(parts, run, home));
}

interface Limited {
  readonly limiter: Limiter;
}

/** What all tiers do the same way: a private HOME that goes with the process, limits, and `run` on top of `open`. */
function sandboxOf(
  about: Pick<Sandbox, 'tier' | 'isBoundary' | 'isAnotherUser'>,
  { limiter }: Limited,
  prepare: (run: SandboxOpen, home: string) => Prepared,
): Sandbox {
  // not async: `run` listens before anything can have been said
  function start(run: SandboxOpen): SandboxProcess {
    const home = temporaryFolder('home');
    const removeHome = (): void => rmSync(home, { recursive: true, force: true });
    try {
      const { release, ...prepared } = prepare(run, home);
      const opened = limiter.open(prepared, run, [home, ...(run.writable ?? [])]);
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
    limitsMemory: limiter.limitsMemory,
    // async, so that what cannot be prepared rejects
    open: async (run) => start(run),
    run: async (run) => limiter.told(await runToEnd(start(run), run), about.tier),
  };
}

/** The process whose exit includes that what it was given is taken back. */
function releasing(opened: SandboxProcess, release: () => void): SandboxProcess {
  const exit = opened.exit.finally(release);
  // who does not wait for the exit has no use for what goes wrong after it
  exit.catch(() => undefined);
  return { ...opened, exit, stop: (graceMs) => opened.stop(graceMs).then(() => exit) };
}

interface Tried {
  readonly works: boolean;
  readonly reason: string;
  readonly program: string;
  /** It can be told how much a temporary disk may hold. */
  readonly sizesDisks: boolean;
}

async function tryBubblewrap(options: SandboxOptions): Promise<Tried> {
  const failed = (reason: string): Tried => ({ works: false, reason, program: '', sizesDisks: false });
  if (process.platform !== 'linux') return failed(say.onlyLinux);
  const [program] = findPrograms('bwrap', options.machine['PATH'] ?? '');
  if (program === undefined) return failed(say.notInstalled);
  const [first, why] = await runsWith(program, options, 1024 ** 2);
  if (first) return { works: true, reason: say.bubblewrapRan, program, sizesDisks: true };
  // before version 0.8 it knew no such word
  const [second] = why.includes('--size') ? await runsWith(program, options, undefined) : [false];
  if (second) return { works: true, reason: say.bubblewrapRan, program, sizesDisks: false };
  return failed(why === '' ? say.bubblewrapFailed : why);
}

async function runsWith(
  program: string,
  { machine }: SandboxOptions,
  diskBytes: number | undefined,
): Promise<readonly [boolean, string]> {
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
    ...defined({ diskBytes }),
  };
  const probe = openProcess({
    command: [program, ...bubblewrapArguments(view), 'true'],
    cwd: '/',
    env: { ...machine },
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    traces: { marker: `probe:${randomToken(9)}` },
  });
  const { exitCode, stderr } = await runToEnd(probe, {});
  return [exitCode === 0, stderr.trim().split('\n')[0] ?? ''];
}
