// What the demo says: what happens, what a person would see, where to look.
import type { CheckRunView, PullRequestView } from '../../local-github/index.ts';
import type { Proof } from './proof.ts';

const marks: Readonly<Record<string, string>> = {
  success: '✓',
  failure: '✗',
  neutral: '◐',
  skipped: '–',
  cancelled: '⊘',
  action_required: '◔',
};

/** Sentences of `troupe demo`. */
export const demoMessages = {
  start:
    'A GitHub on this machine, a small repository whose test fails, and Troupe beside it. Nothing leaves this machine.',
  repository: (name: string, url: string): string => `  repository   ${name}   ${url}`,
  issue: (number: number, title: string, url: string): string =>
    `  issue        #${number} ${title}\n               ${url}`,
  before: (proof: Proof): string =>
    `  tests        ${proof.passing} pass, ${proof.failing} fail (run on the default branch just now)`,
  label: (label: string): string => `\nA maintainer puts the label ${label} on the issue:`,
  scripted:
    '(The personas answer from a script; commits, tests, checks and comments are real. --provider and --config put an agent in their place.)',
  noPullRequest: 'No pull request came out of it.',
  noRun: (reason: string): string => `No run started: ${reason}`,
  pullRequest: (pull: PullRequestView, url: string): string =>
    `\nPull request #${pull.number}: ${pull.title}${pull.draft ? ' (draft)' : ', ready for review'}\n  ${url}`,
  commits: 'Commits (git log):',
  diff: 'Diff against the default branch:',
  checks: (head: string): string => `Checks on the head ${head.slice(0, 10)}:`,
  check: (check: CheckRunView): string =>
    `  ${marks[check.conclusion ?? ''] ?? '▸'} ${check.name}: ${check.conclusion ?? check.status}${check.title === null ? '' : ` — ${check.title}`}`,
  comment: 'The comment on the issue:',
  after: (proof: Proof): string =>
    `Tests on the pull request's head, in a fresh clone just now: ${proof.passing} pass, ${proof.failing} fail`,
  done: (seconds: string): string => `\n✓ From the label to a pull request that fixes the test: ${seconds} s.`,
  notDone: 'The demo did not end as it should: see above.',
  pages: ({
    repository,
    issue,
    pull,
  }: {
    readonly repository: string;
    readonly issue: number;
    readonly pull: number;
  }): string =>
    [
      '\nLook at it in a browser, as on GitHub:',
      `  the issue         ${repository}/issues/${issue}`,
      '                    what was asked for, and what Troupe answers: each step, its cost, the graph of them',
      `  the pull request  ${repository}/pull/${pull}`,
      '                    the fix to review: what was done, its commits and the lines they change',
      `  the checks        ${repository}/pull/${pull}/checks`,
      '                    what every step found, and the commands that Troupe ran to prove it',
    ].join('\n'),
  look: (clone: string): string => `  or                git clone ${clone}`,
  gone: 'These pages are gone now, with all of the demo: `troupe demo --keep` (in a checkout of Troupe `npm run demo -- --keep`) keeps them up until Ctrl-C.',
  keep: 'They stay up until Ctrl-C.',
};
