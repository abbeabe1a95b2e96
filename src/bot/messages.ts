// What the bot says to its operator at the start. No value of a variable is ever repeated: it may be a secret.

/** Problems of the environment: what is wrong, and what to do. */
export const environmentMessages = {
  cannotStart: (problems: readonly string[]) => `Troupe cannot start:\n${problems.map((one) => `- ${one}`).join('\n')}`,
  missing: (name: string) => `${name} is not set.`,
  bothKeys: () => 'PRIVATE_KEY and PRIVATE_KEY_PATH are both set.',
  bothKeysHint: () => 'Keep one of them.',
  noKey: () => 'Neither PRIVATE_KEY nor PRIVATE_KEY_PATH is set.',
  noKeyHint: () => 'Create a private key on the App’s settings page and set PRIVATE_KEY_PATH to the downloaded file.',
  unreadableKey: (path: string) => `PRIVATE_KEY_PATH names ${path}, which cannot be read.`,
  unreadableKeyHint: () => 'Give the path of the .pem file, readable by the user that runs Troupe.',
  badKey: (name: string) => `${name} does not hold a private key.`,
  otherKey: (name: string, kind: string) => `${name} holds a key of the kind ${kind}; GitHub gives its Apps RSA keys.`,
  badKeyHint: () => 'It is the whole .pem file, as text, with \\n for line ends, or in base64.',
  badAppId: () => 'APP_ID is not a positive number.',
  appIdHint: () => 'It is the “App ID” on the App’s settings page.',
  emptySecret: (name: string) => `${name} is empty.`,
  developmentSecret: (name: string) =>
    `${name} is Probot’s default, which everybody knows: anybody could send webhooks in GitHub’s name.`,
  secretHint: () =>
    'Choose a long random secret, set it as the webhook secret on the App’s settings page and as WEBHOOK_SECRET here.',
  badPort: () => 'PORT is not a number from 0 to 65535.',
  badUrl: (name: string) => `${name} is not an http or https URL.`,
  urlHint: (example: string) => `Write it like ${example}.`,
  badLevel: () => 'LOG_LEVEL is none of trace, debug, info, warn, error, fatal, silent.',
  database: () => 'TROUPE_DATABASE_URL is set, but this version keeps its data in one SQLite file only.',
  databaseHint: () => 'Unset it; TROUPE_DATA_DIR says where the file lies.',
  unreadableDotEnv: (path: string) => `${path} cannot be read.`,
  unreadableDotEnvHint: () => 'Make it readable for the user that runs Troupe, or remove it.',
};

/** Fixed log messages of the lanes. */
export const laneMessages = {
  retry: 'A delivery could not be handled and is tried again',
  dead: 'A delivery could not be handled and is given up',
  malformed: 'its payload is none of an event',
  refused: 'A delivery was refused: its payload is none of an event',
  takenAway: 'A delivery was handled that another process has taken meanwhile',
  broken: 'The inbox cannot be read',
  notWritten: 'What became of a delivery could not be written; it is written as soon as that works',
  atNextStart: 'What became of a delivery was not written before the end; it is handled at the next start',
};

/** Fixed log messages of the sweeps. */
export const sweepMessages = {
  done: 'A sweep ended',
  failed: 'A sweep failed; it comes again',
  repositoryFailed: 'The labels of a repository could not be looked through; tried again at the next sweep',
  lostRunsFailed: 'What lost runs left in a repository could not be looked through; tried again',
};

/** What GitHub shows of runs that were lost with the data directory. */
export const lostRunMessages = {
  /** Fixed, for the log. */
  told: 'Runs that this data directory does not know were found on GitHub; their checks and comments say that they are lost',
  title: '### ⚠️ This run is lost',
  what: (run: string): string =>
    `Troupe began anew without the data of run \`${run}\`: nobody works on it any more, and no answer to it is heard. What it pushed is still on its branch. To start again, put the label on once more, or comment \`/troupe run <workflow>\` (\`/troupe workflows\` lists them).`,
  before: 'What it said last',
  check: {
    title: 'The run is lost',
    summary:
      'Troupe began anew without the data of this run: nobody works on it any more. To start again, put the label on the issue once more, or comment `/troupe run <workflow>` there.',
  },
};
