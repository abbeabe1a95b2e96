// Why a sandbox does or does not work on this machine.

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
