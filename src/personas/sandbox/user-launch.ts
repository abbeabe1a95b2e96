// How tier 0 starts a command: as the run's user, with nothing that could make it more than that, and with a process table of its own where the kernel gives one.
import { randomToken } from '../../support/index.ts';
import { findPrograms } from './find-program.ts';
import { openProcess } from './open-process.ts';
import { runToEnd } from './run-process.ts';

/** What stands before a command of tier 0. */
export interface UserLaunch {
  /** The words before the command; it runs as that user, where one is given. */
  before(uid: number | undefined): readonly string[];
  /** They make it that user: nobody else has to. */
  readonly becomesUser: boolean;
  /** How many processes stand between ours and the command. */
  readonly depth: number;
  /** It sees the processes that it started and no others, and the kernel ends these with it, all at once. */
  readonly hasOwnProcesses: boolean;
}

/** Nothing stands before it. */
export const plainLaunch: UserLaunch = {
  before: () => [],
  becomesUser: false,
  depth: 0,
  hasOwnProcesses: false,
};

/** A user for trying. Nothing else of ours runs as it. */
const nobody = 65_534;
/** Reaps what its children leave behind, hands on their exit code, and takes everything along when it ends: it is the first process there. */
const first = ['/bin/sh', '-c', '"$@"; exit $?', 'sh'] as const;

/** The best that this machine does, each tried once. `asOthers`: we are root, and each run is another user. */
export async function findUserLaunch(
  machine: Readonly<Record<string, string>>,
  asOthers: boolean,
): Promise<UserLaunch> {
  if (process.platform !== 'linux') return plainLaunch;
  const path = machine['PATH'] ?? '';
  const [[unshare], [setpriv]] = [findPrograms('unshare', path), findPrograms('setpriv', path)];
  if (setpriv === undefined) return plainLaunch;
  for (const launch of candidates({ unshare, setpriv }, asOthers)) if (await works(launch, machine)) return launch;
  return plainLaunch;
}

interface Programs {
  readonly unshare: string | undefined;
  readonly setpriv: string;
}

function candidates({ unshare, setpriv }: Programs, asOthers: boolean): readonly UserLaunch[] {
  const become = (uid: number | undefined): readonly string[] =>
    uid === undefined
      ? []
      : [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--bounding-set=-all', '--inh-caps=-all'];
  // what becomes another user forgets that it is to end with whoever started it, unless it is told again
  const own = (words: readonly string[]): UserLaunch => ({
    before: (uid) => [
      unshare ?? '',
      ...words,
      '--pid',
      '--ipc',
      '--fork',
      '--kill-child=KILL',
      '--mount-proc',
      '--',
      setpriv,
      ...become(uid),
      '--no-new-privs',
      '--pdeathsig=KILL',
      '--',
      ...first,
    ],
    becomesUser: asOthers,
    depth: 2,
    hasOwnProcesses: true,
  });
  const within = unshare === undefined ? [] : [own(asOthers ? [] : ['--user', '--map-current-user'])];
  if (!asOthers) return within;
  const alone: UserLaunch = {
    ...plainLaunch,
    before: (uid) => [setpriv, ...become(uid), '--no-new-privs', '--'],
    becomesUser: true,
  };
  return [...within, alone];
}

async function works(launch: UserLaunch, machine: Readonly<Record<string, string>>): Promise<boolean> {
  const probe = openProcess({
    command: [...launch.before(launch.becomesUser ? nobody : undefined), 'sh', '-c', 'test -r /proc/self/status'],
    cwd: '/',
    env: { ...machine },
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    traces: { marker: `probe:${randomToken(9)}` },
  });
  return (await runToEnd(probe, {})).exitCode === 0;
}
