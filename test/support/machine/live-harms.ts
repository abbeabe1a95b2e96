// What can be done to the machine of a bot that runs, from outside, and how it is undone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hasCompiler, hasSmallDisks, limitsMemory } from '../requirements.ts';
import type { SmallDisk } from '../small-disk.ts';
import type { RefusingDisk } from './refusing-disk.ts';

/** What there is to be harmed. */
export interface Machine {
  readonly pid: number;
  readonly disk: SmallDisk | undefined;
  readonly refusing: RefusingDisk | undefined;
}

/** One harm. */
export interface LiveHarm {
  /** Whether this machine can be harmed so. */
  readonly isPossible: boolean;
  begin(machine: Machine): void;
  end(machine: Machine): void;
}

/** Where runs write besides the database: that one is open, and nothing with an open file is set read-only by a mount. */
const parts = ['git', 'blobs'] as const;

/** Every harm. */
export const liveHarms = {
  'no room': {
    isPossible: hasSmallDisks,
    begin: ({ disk }) => disk?.fill(),
    end: ({ disk }) => disk?.free(),
  },
  'no more files on the disk': {
    isPossible: hasSmallDisks,
    begin: ({ disk }) => disk?.fillNames(),
    end: ({ disk }) => disk?.free(),
  },
  'remounted read-only': {
    isPossible: hasSmallDisks,
    begin: ({ disk }) => disk?.readOnly(parts, true),
    end: ({ disk }) => disk?.readOnly(parts, false),
  },
  'no file left to open': opensAtMost(0),
  'three files left to open': opensAtMost(3),
  'fsync fails': refuses('EIO', 'fsync'),
  'the quota is used up': refuses('EDQUOT', 'write'),
  'read-only, the database too': refuses('EROFS', 'all'),
} as const satisfies Readonly<Record<string, LiveHarm>>;

/** The name of one. */
export type LiveHarmName = keyof typeof liveHarms;

/** So many more than it has open by now. */
function opensAtMost(more: number): LiveHarm {
  return {
    isPossible: limitsMemory,
    begin: ({ pid }) => limitFiles(pid, readdirSync(`/proc/${pid}/fd`).length + more),
    end: ({ pid }) => limitFiles(pid, 'hard'),
  };
}

/** The soft limit: the hard one stays, and lets it be raised again. */
function limitFiles(pid: number, most: number | 'hard'): void {
  if (!existsSync(`/proc/${pid}/limits`)) return;
  const hard = /^Max open files +\d+ +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? '';
  const soft = most === 'hard' ? hard : String(most);
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${soft}:${hard}`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`prlimit --nofile=${soft}: ${stderr}`);
}

function refuses(...order: Parameters<RefusingDisk['begin']>): LiveHarm {
  return {
    isPossible: hasCompiler,
    begin: ({ refusing }) => refusing?.begin(...order),
    end: ({ refusing }) => refusing?.end(),
  };
}
