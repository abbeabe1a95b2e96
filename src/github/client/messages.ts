// The sentences of errors from GitHub's API: what we were doing, on what, what happened, what to do next. Never carries a secret.

/** Why a call failed, for people. */
export const messages = {
  unclear: (what: string, cause: string) => `Cannot tell whether we could ${what}: ${cause}`,
  unavailable: (what: string, cause: string) => `Cannot ${what}: GitHub did not answer (${cause})`,
  limited: (what: string) => `Cannot ${what}: GitHub's rate limit is reached`,
  paced: (what: string) => `Not now: ${what} waits for more important writes`,
  unauthorized: (what: string) => `Cannot ${what}: GitHub does not accept our credentials`,
  permission: (what: string, missing: string | undefined, says?: string) =>
    missing === undefined
      ? `Cannot ${what}: GitHub forbids it${says === undefined ? '' : ` (${says})`}`
      : `Cannot ${what}: the permission ${missing} is missing`,
  archived: (what: string) => `Cannot ${what}: the repository is archived`,
  notFound: (what: string) => `Cannot ${what}: GitHub does not show it`,
  gone: (what: string) => `Cannot ${what}: it was deleted or is switched off`,
  conflict: (what: string, cause: string) => `Cannot ${what}: it changed meanwhile (${cause})`,
  refused: (what: string, cause: string) => `Cannot ${what}: ${cause}`,
  stopped: (what: string) => `Stopped before we could ${what}`,
} as const;

/** What the reader does next, by the same names. */
export const hints = {
  unauthorized:
    'Check APP_ID and the private key, and that the App is installed; for a token, that it has not expired.',
  permission: "Grant it in the App's settings under Permissions, then accept it on the installation's page.",
  limited: 'Nothing needs to be done: it goes on when the limit is reset.',
  unavailable: 'See https://www.githubstatus.com; it is tried again.',
} as const;
