// What people read where something is missing or nothing was started: cause × host × sentence. The sentences are asked of the code that says them; stories play every row.
import { eventMessages, nothingMessages, runMessages } from '../src/action/messages.ts';
import { deskMessages } from '../src/cli/desk/messages-desk.ts';
import { answers } from '../src/coordinator/common/messages.ts';
import { controlRefusals, driverLines, fateLines } from '../src/coordinator/controls/messages.ts';
import { errorOf } from '../src/github/client/failure.ts';
import type { TokenHolder, Ways } from '../src/github/client/permissions.ts';
import { gitMessages } from '../src/steps/common/git-messages.ts';
import type { StepPath } from '../src/support/index.ts';
import { nextTexts } from '../src/view/shown/messages.ts';
import { table } from './action-page.ts';

/** Where a run is driven, and with whose token. */
export type Host = 'bot' | 'job' | 'app-job' | 'desk';

/** What sentences are about. */
export interface About {
  readonly repository: string;
  readonly issue: number;
  readonly branch: string;
  readonly run: string;
  readonly known: readonly string[];
  /** The job that had the run last. */
  readonly job: string;
}

/** One row: the sentences in the order people read them. */
export interface SentenceRow {
  readonly cause: string;
  readonly host: Host;
  readonly ends: string;
  says(about: About): readonly string[];
}

const step = { step: 'Release', path: 'release' };

/** The refusal of a request for want of a permission; any of `ways` would do. */
function forbidden(what: string, ways: string, holder: TokenHolder): readonly string[] {
  const missing = ways.split('|').map((name) => [{ name, level: 'write' }]);
  return refused(what, { missing, cause: 'Resource not accessible by integration', holder });
}

function refused(
  what: string,
  { holder, ...failure }: { readonly missing?: Ways; readonly cause: string; readonly holder: TokenHolder },
): readonly string[] {
  const { message, hint } = errorOf(
    { kind: 'refused', status: 403, ...failure },
    { what, once: true, isWrite: true, cause: undefined, holder },
  );
  return [message, ...(hint === undefined ? [] : [hint])];
}

/** Whatever the time is. */
const at = Date.UTC(2026, 0, 1, 8, 30);

/** What became of a run, in a job. */
function ended({ run, job }: About, how: Omit<Parameters<typeof fateLines.ended>[0], 'run' | 'page' | 'at'>): string {
  return fateLines.ended({ ...how, run, at, page: { url: job, is: 'job' } });
}

const opening = ({ branch, repository }: About): string => `open a pull request of ${branch} in ${repository}`;
const switchedOff = 'GitHub Actions is not permitted to create or approve pull requests.';

/** The rows by their names: a story of each host plays those of its host. */
export const sentenceRows = {
  'no pull_requests: job': {
    cause: 'The token has no `pull-requests: write`, and the workflow writes a branch',
    host: 'job',
    ends: 'red, before anybody is asked',
    says: (about) => forbidden(opening(about), 'pull_requests', 'job'),
  },
  'no pull_requests: app-job': {
    cause: 'The token has no `pull-requests: write`, and the workflow writes a branch',
    host: 'app-job',
    ends: 'red, before anybody is asked',
    says: (about) => forbidden(opening(about), 'pull_requests', 'app'),
  },
  'no pull_requests: bot': {
    cause: 'The token has no `pull-requests: write`, and the workflow writes a branch',
    host: 'bot',
    ends: 'failed, before anybody is asked',
    says: (about) => forbidden(opening(about), 'pull_requests', 'app'),
  },
  'setting: job': {
    cause: 'A setting keeps Actions from opening pull requests',
    host: 'job',
    ends: 'green, `degraded`',
    says: (about) => [gitMessages.notOpened(refused(opening(about), { cause: switchedOff, holder: 'job' })[1] ?? '')],
  },
  'no contents: job': {
    cause: 'The token has no `contents: write`, and the workflow writes a branch',
    host: 'job',
    ends: 'red, nothing was started',
    says: ({ branch, repository }) => forbidden(`push branch ${branch} to ${repository}`, 'contents', 'job'),
  },
  'no statuses: job': {
    cause: 'The token has no `statuses: write`',
    host: 'job',
    ends: 'a warning; the result counts',
    says: ({ repository }) => [
      `${runMessages.noStatus}: ${forbidden(`set status "troupe / look" in ${repository}`, 'statuses', 'job').join('. ')}`,
    ],
  },
  'no issues: job': {
    cause: 'The token has neither `issues: write` nor `pull-requests: write`',
    host: 'job',
    ends: 'a warning; the result counts',
    says: ({ repository, issue }) => [
      forbidden(`comment on ${repository}#${issue}`, 'issues|pull_requests', 'job').join('. '),
    ],
  },
  'no issues: app-job': {
    cause: 'The token has neither `issues: write` nor `pull-requests: write`',
    host: 'app-job',
    ends: 'a warning; the result counts',
    says: ({ repository, issue }) => [
      forbidden(`comment on ${repository}#${issue}`, 'issues|pull_requests', 'app').join('. '),
    ],
  },
  'gate: job': {
    cause: 'A step waits for an approval',
    host: 'job',
    ends: 'green, `waiting`',
    says: ({ run }) => [nextTexts.approve({ ...step, run }, 'comments'), runMessages.waiting(run, true)],
  },
  'gate, no issue: job': {
    cause: 'A step waits for an approval, and the run is about no issue',
    host: 'job',
    ends: 'green, `waiting`',
    says: ({ run }) => [nextTexts.approve({ ...step, run }, 'nowhere')],
  },
  'gate: bot': {
    cause: 'A step waits for an approval',
    host: 'bot',
    ends: 'waits',
    says: ({ run }) => [nextTexts.approve({ ...step, run }, 'checks')],
  },
  'gate: desk': {
    cause: 'A step waits for an approval',
    host: 'desk',
    ends: 'exit code 3 where nobody sits at a terminal',
    says: ({ run }) => [
      deskMessages.howToAnswer(
        run,
        { key: '', kind: 'approval', path: step.path as StepPath, name: step.step, message: '' },
        '',
      ),
    ],
  },
  'late approve: job': {
    cause: 'A comment approves what was approved, and the run has succeeded',
    host: 'job',
    ends: 'green, `skipped`; answered below the comment',
    says: (about) => [
      `${controlRefusals.decided('release', true, { by: 'maintainer', at })} ${ended(about, { workflow: 'gated', status: 'succeeded', next: fateLines.rerun('gated') })}`,
    ],
  },
  'late retry: job': {
    cause: 'A comment tries again what has succeeded; there is a pull request',
    host: 'job',
    ends: 'green, `skipped`; answered below the comment',
    says: (about) => [
      controlRefusals.nothingFailed(
        ended(about, { workflow: 'small', status: 'succeeded', next: fateLines.followup() }),
      ),
    ],
  },
  'late answer: job': {
    cause: 'A comment answers, and the run has failed',
    host: 'job',
    ends: 'green, `skipped`; answered below the comment',
    says: (about) => {
      const how = {
        workflow: 'look',
        status: 'failed',
        reason: 'Step "Look" says fail: Not yet.',
        next: fateLines.retry(),
      };
      return [`${controlRefusals.nothingWaits('answer')} ${ended(about, how)}`];
    },
  },
  'late cancel: job': {
    cause: 'A comment cancels what was cancelled',
    host: 'job',
    ends: 'green, `skipped`; answered below the comment',
    says: (about) => [
      ended(about, { workflow: 'gated', status: 'cancelled', reason: 'Cancelled by writer', next: fateLines.retry() }),
    ],
  },
  'at work: job': {
    cause: 'A comment commands a run that another job drives',
    host: 'job',
    ends: 'green, `skipped`; answered below the comment',
    says: ({ run, job: url }) => [driverLines.atWork(run, { url, since: at, renewedAt: at, gone: false })],
  },
  'late approve: bot': {
    cause: 'A comment approves, and nothing waits any more: the run was cancelled',
    host: 'bot',
    ends: 'answered below the comment',
    says: ({ run }) => [
      `${controlRefusals.nothingWaits('approval')} ${fateLines.ended({ run, workflow: 'Release', status: 'cancelled', at, reason: 'Cancelled by maintainer', next: fateLines.retry() })}`,
    ],
  },
  'label: job': {
    cause: 'A label names no workflow',
    host: 'job',
    ends: 'red; answered on the issue, the label is taken off',
    says: ({ known }) => [answers.unknownWorkflow('smal', 'small', known)],
  },
  'label: bot': {
    cause: 'A label names no workflow',
    host: 'bot',
    ends: 'answered on the issue, the label is taken off',
    says: ({ known }) => [answers.unknownWorkflow('smal', 'small', known)],
  },
  'disabled: job': {
    cause: 'A label names a workflow that is switched off',
    host: 'job',
    ends: 'red; answered on the issue, the label is taken off',
    says: () => [answers.switchedOff('hotfix')],
  },
  'disabled: bot': {
    cause: 'A label names a workflow that is switched off',
    host: 'bot',
    ends: 'answered on the issue, the label is taken off',
    says: () => [answers.switchedOff('hotfix')],
  },
  'no command: job': {
    cause: 'A comment holds no command',
    host: 'job',
    ends: 'green, `skipped`',
    says: () => [nothingMessages.why(eventMessages.skipped(eventMessages.noCommand))],
  },
  'own mark: job': {
    cause: 'A label is a mark of Troupe’s own',
    host: 'job',
    ends: 'green, `skipped`',
    says: () => [nothingMessages.why(eventMessages.skipped(eventMessages.reserved('troupe:needs-human')))],
  },
} as const satisfies Readonly<Record<string, SentenceRow>>;

/** A name of a row. */
export type SentenceName = keyof typeof sentenceRows;

const hosts: Readonly<Record<Host, string>> = {
  bot: 'the bot',
  job: 'a job with its own token',
  'app-job': 'a job with the token of a GitHub App',
  desk: 'a desk (`troupe run`)',
};

/** What does not occur, and why. */
const absent: readonly (readonly [cause: string, host: string, why: string])[] = [
  ['A permission is missing', hosts.desk, 'it asks nothing of GitHub'],
  [
    'A setting keeps Actions from opening pull requests',
    `${hosts.bot}, ${hosts['app-job']}`,
    'it holds for the token of a job only',
  ],
  ['The token has no `statuses: write`', `${hosts.bot}, ${hosts['app-job']}`, 'there are checks, and no commit status'],
  ['A label, a comment', hosts.desk, 'nothing of GitHub starts a run there'],
  [
    'A comment holds no command, a label is a mark of Troupe’s own',
    hosts.bot,
    'it says nothing: there is no page of a job',
  ],
];

const examples: About = {
  repository: 'octo/shop',
  issue: 7,
  branch: 'troupe/7-fix',
  run: 'rabcdefghijklmno',
  known: ['small'],
  job: 'https://github.com/octo/shop/actions/runs/4711',
};

/** docs/sentences.md. */
export function sentencesPage(): string {
  const rows = Object.values(sentenceRows).map((row) => [
    row.cause,
    hosts[row.host],
    row.says(examples).join('<br>').replaceAll('|', '\\|'),
    row.ends,
  ]);
  return `${[
    '# What people read where something is missing',
    '<!-- Generated by `npm run generate` from scripts/sentences.ts. -->',
    'Every sentence fits its host and its cause. The sentences are those of the code, with `octo/shop` for the repository; stories play each row on its host.',
    table(['cause', 'host', 'what is said', 'how it ends'], rows),
    '## What does not occur',
    table(
      ['cause', 'host', 'why'],
      absent.map((row) => [...row]),
    ),
  ].join('\n\n')}\n`;
}
