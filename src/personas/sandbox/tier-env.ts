// Tier 0: clean environment, and another user where Troupe is root. Its own process table, too, where the kernel gives one.
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { defined, randomToken } from '../../support/index.ts';
import type { SandboxOpen } from '../model/types.ts';
import { freeUser, handOver, lend, letPass, takeBack } from './agent-users.ts';
import type { UserRange } from './agent-users.ts';
import { cleanEnvironment } from './environment.ts';
import { isUserBusy, markName } from './marked-processes.ts';
import type { Prepared } from './prepared.ts';
import type { UserLaunch } from './user-launch.ts';

/** What the tier is made of. */
export interface TierEnvParts {
  readonly machine: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** What processes on this data directory carry. */
  readonly mark: string;
  readonly asOthers: boolean;
  readonly users?: UserRange;
  readonly launch: UserLaunch;
}

/** Gives the run its user, its tree and its environment; `release` takes all of it back. */
export function prepareEnv(parts: TierEnvParts, run: SandboxOpen, home: string): Prepared {
  const { dataDir, asOthers, launch } = parts;
  const isLent = run.readOnly === true;
  const temporary = join(home, 'tmp');
  mkdirSync(temporary, { mode: 0o700 });
  const own = [...(isLent ? [] : [run.cwd]), home, ...(run.writable ?? [])];
  const claim = asOthers ? freeUser(parts.users) : undefined;
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
      for (const path of own) handOver(path, uid, dataDir);
      if (isLent) lend(run.cwd, uid, dataDir);
      for (const path of run.readable ?? []) letPass(path, dataDir);
    }
    const marker = `${parts.mark}:${randomToken(9)}`;
    const folders = [run.cwd, home, ...(run.writable ?? [])].map((path) => realpathSync(path));
    return {
      command: run.command,
      before: launch.before(uid),
      wrapper: launch.depth,
      cwd: run.cwd,
      env: {
        ...cleanEnvironment(parts.machine, { TMPDIR: temporary, ...run.env }, home),
        ...(isLent && uid !== undefined ? readingGit : {}),
        [markName]: marker,
      },
      traces: { marker, folders, ...defined({ uid }) },
      ...(launch.becomesUser ? {} : defined({ uid })),
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** git reads no repository of another user unless it is told to: a tree that is only lent stays ours. */
const readingGit = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' } as const;
