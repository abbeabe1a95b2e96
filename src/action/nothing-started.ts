// The summary of a job that started nothing: the event, why, and what would start something. Pure.
import { oneLine } from '../support/index.ts';
import type { Variables } from './environment.ts';
import { nothingMessages } from './messages.ts';

/** What is told of it. */
export interface NothingStarted {
  /** `failed`: somebody has to do something, and the job is red. */
  readonly how: 'skipped' | 'failed' | 'left';
  /** The sentence that the job ends with. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** Workflows that were looked at, and why each did not answer. */
  readonly looked?: readonly { readonly workflow: string; readonly why: string }[];
}

/** Markdown for the job's summary. */
export function renderNothing(told: NothingStarted, variables: Variables): string {
  const { how, message, hint, looked = [] } = told;
  const parts = [
    nothingMessages.title[how],
    nothingMessages.why(message),
    hint ?? '',
    nothingMessages.event(variables['GITHUB_EVENT_NAME'] ?? '', variables['GITHUB_ACTOR'] ?? ''),
    looked.length === 0
      ? ''
      : [nothingMessages.looked, ...looked.map(({ workflow, why }) => `- \`${workflow}\`: ${oneLine(why, 300)}`)].join(
          '\n',
        ),
    how === 'left' ? '' : nothingMessages.whatStarts,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
