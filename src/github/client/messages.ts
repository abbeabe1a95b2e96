// The sentences of errors from GitHub's API: what we were doing, on what, what happened, what to do next. Never carries a secret.
import { withoutEnd } from '../../support/index.ts';
import { canJobHave, namesOf } from './permissions.ts';
import type { TokenHolder, Ways } from './permissions.ts';

/** Why a call failed, for people. */
export const messages = {
  unclear: (what: string, cause: string) => `Cannot tell whether we could ${what}: ${cause}`,
  unavailable: (what: string, cause: string) => `Cannot ${what}: GitHub did not answer (${cause})`,
  limited: (what: string) => `Cannot ${what}: GitHub's rate limit is reached`,
  paced: (what: string) => `Not now: ${what} waits for more important writes`,
  unauthorized: (what: string) => `Cannot ${what}: GitHub does not accept our credentials`,
  permission: (what: string, missing: Ways, holder: TokenHolder) =>
    missing.length === 0
      ? `Cannot ${what}: GitHub forbids it`
      : `Cannot ${what}: the permission ${namesOf(missing, holder)} is missing`,
  setting: (what: string, says: string) => `Cannot ${what}: GitHub forbids it (${withoutEnd(says, '.!')})`,
  archived: (what: string) => `Cannot ${what}: the repository is archived`,
  locked: (what: string) => `Cannot ${what}: the conversation is locked`,
  notInstalled: (what: string) => `Cannot ${what}: GitHub knows no such installation of the App`,
  notFound: (what: string) => `Cannot ${what}: GitHub does not show it`,
  gone: (what: string) => `Cannot ${what}: it was deleted or is switched off`,
  conflict: (what: string, cause: string) => `Cannot ${what}: it changed meanwhile (${cause})`,
  refused: (what: string, cause: string) => `Cannot ${what}: ${cause}`,
  noAnswer: (address: string, cause: string) => `GitHub does not answer at ${address} (${cause})`,
  keyRefused: (words: string) =>
    `GitHub does not accept the key of the App${words === '' ? '' : ` (${words})`}: check APP_ID and the private key`,
  clockRefused: (skewMs: number) =>
    Math.abs(skewMs) < 1_000
      ? 'GitHub does not accept the clock of this machine: set it'
      : `GitHub does not accept the clock of this machine, which is ${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'ahead' : 'behind'}: set it`,
  clockOff: (aheadMs: number) =>
    `The clock of this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} GitHub's: set it. Until then Troupe signs by GitHub's time`,
  clockRight: "The clock of this machine shows GitHub's time again",
  appUnknown: (address: string) => `What answers at ${address} knows no such App: check APP_ID and GITHUB_API_URL`,
  stopped: (what: string) => `Stopped before we could ${what}`,
} as const;

/** What is done about a 403 that tells of a setting, by GitHub's words. */
const settings: readonly (readonly [words: RegExp, hint: string])[] = [
  [
    /not permitted to create or approve pull requests/i,
    'Turn on "Allow GitHub Actions to create and approve pull requests" under Settings → Actions → General.',
  ],
  [/saml|single sign-on/i, "Authorize the token for the organization's single sign-on: its page lists them."],
  [/ip allow list/i, "Add the address of this machine to the organization's IP allow list."],
  [/access restrictions/i, 'An owner of the organization has to approve the App under its third-party access policy.'],
];

/** What the reader does next, by the same names. */
export const hints = {
  unauthorized: {
    app: 'Check APP_ID and the private key, and that the App is installed; for a token, that it has not expired.',
    job: 'The token of a job ends with its job: leave `github-token` out, or give the token of a GitHub App.',
    person: 'Check that the token is whole, has not expired and was not revoked.',
  },
  permission: (missing: Ways, holder: TokenHolder): string => {
    if (holder === 'job') return hintsOfJob(missing);
    const wanted = missing.length === 0 ? 'it' : namesOf(missing, holder);
    return holder === 'app'
      ? `Grant ${wanted} in the App's settings under Permissions, then accept the new permissions on the installation's page.`
      : `${missing.length === 0 ? 'Use' : `Give the token ${wanted} (a classic token: the scope ${scopeFor(missing)}), or use`} the token of somebody with write access here.`;
  },
  setting: (says: string): string | undefined => settings.find(([words]) => words.test(says))?.[1],
  locked: 'Unlock the conversation on its page, below the labels.',
  limited: 'Nothing needs to be done: it goes on when the limit is reset.',
  unavailable: 'See https://www.githubstatus.com; it is tried again.',
} as const;

function hintsOfJob(missing: Ways): string {
  if (missing.length === 0)
    return 'Look at `permissions:` of the job, or give `github-token` the token of a GitHub App.';
  return canJobHave(missing)
    ? `Add ${namesOf(missing, 'job')} under \`permissions:\` of the job. What is not named there is not given.`
    : `The token of a job cannot have it: give \`github-token\` the token of a GitHub App that has ${namesOf(missing, 'app')}.`;
}

function scopeFor(missing: Ways): string {
  const names = new Set(missing.flat().map(({ name }) => name));
  if (names.has('members')) return '`read:org`';
  return names.has('workflows') ? '`repo` and `workflow`' : '`repo`';
}
