// What every commit of a run carries: trailers and the day. Makes no commit.
import type { StepContext } from '../../engine/index.ts';
import type { NewCommit } from '../../git/index.ts';
import { harmless, runTrailer } from './commit-message.ts';
import type { Workplace } from './types.ts';

type Trailers = NewCommit['trailers'];

/** Keeps the project's CI, which has secrets, off unreviewed agent code (decision 31). Taken off the final head. */
export const skipTrailer = 'skip-checks';

/** The trailers of a run's commits. On GitHub also the one that keeps CI waiting for the final head. */
function trailersOf(context: StepContext, workplace: Workplace): Trailers {
  const { coAuthor } = workplace;
  return [
    [runTrailer, context.run],
    ...(coAuthor === undefined ? [] : [['Co-authored-by', `${coAuthor.name} <${coAuthor.email}>`] as const]),
    ...(workplace.api === undefined ? [] : [[skipTrailer, 'true'] as const]),
  ];
}

/** A commit of the run by the bot. */
export function runCommit(context: StepContext, workplace: Workplace, message: string): NewCommit {
  return {
    message: harmless(message, context.spec.task.number),
    author: workplace.author,
    trailers: trailersOf(context, workplace),
  };
}

/** The message without the trailer that keeps CI away. */
export function withoutSkipTrailer(message: string): string {
  const kept = message.split('\n').filter((line) => !/^skip-checks:\s*true$/i.test(line));
  return `${kept
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
