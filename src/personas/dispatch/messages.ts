// Sentences about runners of GitHub that play personas: to the operator, and to people who read a step. Text only.
import { oneLine } from '../../support/index.ts';

/** Sentences. */
export const dispatchMessages = {
  asks: (workflow: string) => `Dispatches ${workflow}: a runner of GitHub does the work`,
  began: (url: string) => `At work in ${url}`,
  taken: () => 'A runner has the request already',
  refused: (workflow: string, why: string) => `GitHub did not take the dispatch of ${workflow}: ${oneLine(why, 400)}`,
  noSuchWorkflow: (workflow: string) =>
    `There is no workflow .github/workflows/${workflow} on the default branch of the repository, or the App may not see it: it needs the permission \`actions: write\``,
  neverBegan: (workflow: string, ms: number) =>
    `GitHub took the dispatch of ${workflow} and began no run of it within ${Math.round(ms / 60_000)} m. Is its \`run-name\` as in the example?`,
  gone: () => 'The workflow run that had the request was deleted, and no answer came of it',
  ended: (conclusion: string, url: string) =>
    `${endings[conclusion] ?? `The workflow run ended as ${oneLine(conclusion, 40)}`}, and no answer came of it: ${url}`,

  noGitHub: (name: string) =>
    `Provider "${name}" has runners of GitHub do its work, and this is no bot of a GitHub App`,
  noGitHubHint: () => 'It works for `troupe serve` alone; choose another provider here',
  noKey: (name: string, variable: string) => `Provider "${name}" seals its requests with ${variable}, which is not set`,
  noKeyHint: (variable: string) =>
    `Set ${variable} where Troupe is started, and the same value as a secret of the repository: \`openssl rand -base64 32\` prints one`,
  weakKey: (name: string, variable: string, least: number) =>
    `Provider "${name}" seals its requests with ${variable}, which has fewer than ${least} characters`,
};

/** GitHub's words for how a run ended. */
const endings: Readonly<Record<string, string>> = {
  success: 'The workflow run ended well',
  failure: 'The workflow run failed',
  cancelled: 'Somebody cancelled the workflow run',
  timed_out: 'The workflow run was out of time',
  startup_failure: 'The workflow run could not be started',
  action_required: 'The workflow run waits for somebody to approve it',
  skipped: 'Every job of the workflow run was skipped',
  stale: 'GitHub gave the workflow run up',
};
