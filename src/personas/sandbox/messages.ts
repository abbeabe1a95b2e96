// Why a sandbox does or does not work on this machine, and which limit a command has reached.
import { formatDuration } from '../../support/index.ts';
import type { CommandLimits } from '../model/types.ts';

/** Parts of sentences, for logs and `troupe doctor`. */
export const sandboxMessages = {
  onlyLinux: 'bubblewrap is for Linux',
  notInstalled: 'bwrap is not installed',
  bubblewrapRan: 'bwrap ran',
  bubblewrapFailed: 'bwrap failed',
  notRoot: 'only root can run personas as other users',
  closedFolder: (folder: string): string => `other users may not pass ${folder}`,
  closedPrograms: (folder: string): string => `node lies in ${folder}, where other users may not pass`,
  noClaims: 'root may write neither to /run nor to /var/tmp nor to /tmp, where it is written down which user is whose',
  otherUsers: 'each run has a user of its own',
  longLine: (bytes: number): string => `The process wrote a line of more than ${bytes} bytes`,
  noWalls: (wanted: 'fs' | 'gateway', reason: string): string =>
    `The sandbox \`${wanted}\` needs bubblewrap, which does not work here: ${reason}`,
  noWallsHint: '`troupe doctor` says what is missing; without `sandbox:` a persona has the best that there is',
  noGatewayHint: '`troupe doctor` says what is missing; `sandbox: fs` asks for less',
  allUsersBusy: (count: number): string => `Cannot start a persona: all ${count} users for personas are busy`,
};

/** As they are called in the server file, below `limits.command`. */
export const limitKeys: Readonly<Record<keyof CommandLimits, string>> = {
  processes: 'processes',
  memoryBytes: 'memory_mb',
  fileBytes: 'file_mb',
  openFiles: 'open_files',
  diskBytes: 'disk_mb',
  outputBytes: 'output_mb',
  timeMs: 'minutes',
};

/** What is said of a command that reached a limit: what follows its name. */
export const limitMessages = {
  took: {
    processes: (most) => `took more than ${most} processes and threads`,
    memoryBytes: (most) => `took more than ${megabytes(most)} of memory`,
    fileBytes: (most) => `wrote a file of more than ${megabytes(most)}`,
    openFiles: (most) => `had more than ${most} files open at once`,
    diskBytes: (most) => `wrote more than ${megabytes(most)} to its HOME and temporary files`,
    outputBytes: (most) => `wrote more than ${megabytes(most)} of output`,
    timeMs: (most) => `took more than ${formatDuration(most)}`,
  } satisfies Record<keyof CommandLimits, (most: number) => string>,
  raise: (limit: keyof CommandLimits): string =>
    `\`limits.command.${limitKeys[limit]}\` of the server file raises it, if the command needs so much`,
};

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
