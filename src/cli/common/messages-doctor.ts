// What `troupe doctor` says: what was found, and what to do about it.

/** Sentences of `troupe doctor`. */
export const doctorMessages = {
  noGitLfs: 'The server file allows `git.filters: [lfs]`, and Git LFS is not installed',
  noGitLfsHint: 'Install git-lfs, or take `lfs` out of the server file.',
  clockHint: 'Let the machine keep it right: `timedatectl set-ntp true`, or the clock of whoever hosts the machine.',
  willBeMade: (path: string): string => `${path} (will be made)`,
  notWritable: (path: string): string => `${path} cannot be written`,
  notWritableHint: 'Give the folder to the user that runs Troupe, or name another with --data-dir or TROUPE_DATA_DIR.',
  needsNoServerFile: (agent: string): string =>
    `there is none, and none is needed: ${agent} plays, as an agent that is ready`,
  noServerFile: 'there is none, and no agent is ready: nobody plays',
  noServerFileHint: (page: string): string =>
    `Install an agent or set its key (below), write troupe.config.yml (${page} shows one), or rehearse with --answers.`,
  sandboxWorks: 'bubblewrap works: personas see an allow-list of the system and their worktree (tier 1)',
  sandboxUsers: (reason: string): string =>
    `bubblewrap does not work (${reason}): each run's personas are a user of their own, and see what is open to everybody (tier 0)`,
  sandboxMissing: (reason: string, users: string): string =>
    `bubblewrap does not work (${reason}), and ${users}: personas run without a boundary (tier 0)`,
  processesHidden: 'personas see no processes but their own',
  limitsHold: 'commands are held to what they may take (`limits.command` of the server file)',
  limitsLack: (keys: readonly string[]): string =>
    `nothing on this machine keeps commands from taking more than they may: ${keys.join(', ')}`,
  limitsLackHint:
    'Install util-linux (`prlimit`) and coreutils (`du`); without /proc, on macOS, processes and memory are not counted.',
  leavesNothing: 'whatever personas, setup and verify start ends with them',
  mayLeave:
    'what personas, setup and verify start and hide from Troupe may outlive them: the kernel allows no process table of their own',
  processesShown:
    'other users, personas among them, see the arguments of every process: names of repositories and branches',
  processesShownHint: 'mount -o remount,hidepid=invisible /proc (in /etc/fstab for good), or install bubblewrap.',
  sandboxHint:
    'apt-get install bubblewrap. Ubuntu 24.04: sysctl kernel.apparmor_restrict_unprivileged_userns=0. Docker: --security-opt seccomp=unconfined.',
  providerWorks: 'can answer: what it needs is there',
  noDefaultProvider: (name: string): string =>
    `there is no provider "${name}", and personas that name none would use it`,
  noDefaultProviderHint: 'Set `default_provider:` and `providers:` in the server file.',
  noBot: 'not set up (APP_ID is not set)',
  noBotHint: (page: string): string =>
    `Only \`troupe serve\` needs it: create a GitHub App (${page} says how), then set APP_ID, PRIVATE_KEY_PATH and WEBHOOK_SECRET.`,
  botReady: (appId: number, url: string): string => `App ${appId} at ${url}`,
};
