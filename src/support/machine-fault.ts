// Faults of the machine: a disk that is full, no file left to open, a folder that is gone. The one place that tells them from all others, and waits for their end.
import { constants } from 'node:os';
import { sleep } from './clock.ts';
import type { Clock } from './clock.ts';
import { TroupeError } from './errors.ts';
import { isObject } from './json.ts';

/** What the machine refuses. It passes: nobody has done anything wrong, and whoever waits can go on where it stood. */
export interface MachineFault {
  /** `ENOSPC` and friends; of SQLite's own faults the nearest of them. */
  readonly code: string;
  /** Behind a colon: `the disk is full`. */
  readonly why: string;
}

const whys = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file may not become larger',
  EROFS: 'its file system is read-only',
  EIO: 'the disk answered with an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ENOMEM: 'no memory is left',
  EAGAIN: 'no further process can be started',
  ENODEV: 'the disk is gone',
  ENXIO: 'the disk is gone',
  ESTALE: 'the disk is gone',
  ENOTCONN: 'the disk is gone',
  EBUSY: 'another program holds it',
  CANTOPEN: 'a file of it cannot be opened',
  ENOENT: 'it is not there',
} as const;

type FaultCode = keyof typeof whys;

/** First result codes of SQLite: https://www.sqlite.org/rescode.html. Those that are not here tell of a statement, or of a damaged file. */
const bySqlite: Readonly<Record<number, FaultCode>> = {
  5: 'EBUSY',
  6: 'EBUSY',
  7: 'ENOMEM',
  8: 'EROFS',
  10: 'EIO',
  13: 'ENOSPC',
  14: 'CANTOPEN',
  15: 'EBUSY',
};

/** What programs print for these codes (`LC_ALL=C`), and git's own words for them. */
const byText: readonly (readonly [text: RegExp, code: FaultCode])[] = [
  [/No space left on device|Out of diskspace/i, 'ENOSPC'],
  [/Disk quota exceeded/i, 'EDQUOT'],
  [/File too large/i, 'EFBIG'],
  [/Read-only file system/i, 'EROFS'],
  [/Input\/output error/i, 'EIO'],
  [/Too many open files in system/i, 'ENFILE'],
  [/Too many open files/i, 'EMFILE'],
  [/Cannot allocate memory|Out of memory, \w+ failed/i, 'ENOMEM'],
  [/(?:fork|thread|start)[^\n]{0,200}Resource temporarily unavailable/i, 'EAGAIN'],
  [/Stale (?:NFS )?file handle/i, 'ESTALE'],
  [/Transport endpoint is not connected/i, 'ENOTCONN'],
];

/** Its own code: whoever reads it knows that the machine is at fault. */
const errorCode = 'machine/fault';

/** The fault as an error. `what` stands behind "Cannot". */
export function machineError(what: string, fault: MachineFault, cause?: unknown): TroupeError {
  return new TroupeError(errorCode, `Cannot ${what}: ${fault.why}`, {
    class: 'transient',
    hint: mendOf(fault),
    cause: { fault: fault.code, cause },
  });
}

/** What an operator does about it. */
function mendOf({ code }: MachineFault): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Make room on the disk: work that waits goes on by itself.';
  if (code === 'EMFILE' || code === 'ENFILE')
    return 'Raise the limit of open files (`ulimit -n`, `LimitNOFILE=`): work that waits goes on by itself.';
  return 'Look at the disk, its mount and its permissions: work that waits goes on by itself.';
}

/** The fault behind an error, also one that another error has as its cause. A connection that is refused or gone is none: that is the other side. */
export function machineFault(error: unknown): MachineFault | undefined {
  let link = error;
  for (let depth = 0; depth < 6 && isObject(link); depth += 1) {
    const found = faultOfLink(link);
    if (found !== undefined) return found;
    link = link['cause'];
  }
  return isWithoutCause(error) ? faultOf('EIO') : undefined;
}

/** The fault that a program names in what it printed. `place`: where it works; below it a file that is missing is a fault, too. */
export function faultInText(text: string, place?: string): MachineFault | undefined {
  const found = byText.find(([pattern]) => pattern.test(text));
  if (found !== undefined) return faultOf(found[1]);
  // the program is there, or nothing would have begun: the folder that it was to work in is gone
  if (/\bspawn \S+ ENOENT\b/.test(text)) return faultOf('ENOENT');
  const byCode = /\bspawn \S+ (E[A-Z]{3,9})\b/.exec(text)?.[1];
  if (isCode(byCode)) return faultOf(byCode);
  if (place === undefined || !text.includes(place)) return undefined;
  return /No such file or directory|not a git repository/i.test(text) ? faultOf('ENOENT') : undefined;
}

/** How work waits for the end of a fault. */
export interface FaultPatience {
  readonly clock: Clock;
  /** Ends the waiting: then the fault is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each fault, and once the work is done after one. */
  told?(fault: MachineFault | undefined): void;
}

/** A try costs little, and whoever made room waits for nothing. */
const pausesMs = [250, 500, 1_000, 2_000, 5_000] as const;

/** Does the work again until the machine lets it be done. It must change nothing when it throws. Throws whatever is no fault of the machine. */
export async function throughFaults<Result>(
  work: () => Promise<Result> | Result,
  { clock, signal, told }: FaultPatience,
): Promise<Result> {
  for (let tries = 0; ; tries += 1) {
    try {
      const result = await work();
      if (tries > 0) told?.(undefined);
      return result;
    } catch (error) {
      const fault = machineFault(error);
      if (fault === undefined || signal?.aborted === true) throw error;
      told?.(fault);
      try {
        await sleep(clock, pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 5_000, signal);
      } catch {
        throw error;
      }
    }
  }
}

function faultOf(code: FaultCode): MachineFault {
  return { code, why: whys[code] };
}

function faultOfLink(link: { readonly [key: string]: unknown }): MachineFault | undefined {
  const { errcode, syscall, path, fault } = link;
  const code = codeOf(link);
  if (isCode(fault)) return faultOf(fault);
  if (typeof errcode === 'number') {
    const known = bySqlite[errcode % 256];
    return known === undefined ? undefined : faultOf(known);
  }
  if (!isCode(code) || typeof syscall !== 'string' || ofSockets.has(syscall)) return undefined;
  // a program that is not installed is missing in another way
  if (code === 'ENOENT' && (typeof path !== 'string' || syscall.startsWith('spawn'))) return undefined;
  return faultOf(code);
}

/** Its code. Node names only some of the system's errors: a quota that is used up is `Unknown system error -122`. */
function codeOf({ code, errno }: { readonly [key: string]: unknown }): unknown {
  if (isCode(code) || typeof errno !== 'number') return code;
  return unnamed.find((name) => constants.errno[name] === -errno) ?? code;
}

const unnamed = ['EDQUOT', 'ESTALE'] as const satisfies readonly FaultCode[];

/** What happens on a connection is about the other side. */
const ofSockets: ReadonlySet<string> = new Set(['connect', 'getaddrinfo', 'shutdown', 'send', 'recv']);

function isCode(code: unknown): code is FaultCode {
  return typeof code === 'string' && Object.hasOwn(whys, code);
}

/** A store that only says that it cannot be written, and not why. */
function isWithoutCause(error: unknown): boolean {
  return error instanceof TroupeError && error.code === 'store/unavailable' && error.cause === undefined;
}
