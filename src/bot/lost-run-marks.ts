// What our comments on an issue say of runs by their hidden marks, and what they say once such a run is lost. Pure.
import type { CommentInfo } from '../github/index.ts';
import { isRunId } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { lostRunMessages } from './messages.ts';

/** A run that has not ended as far as GitHub shows, and its comments. */
export interface LostRun {
  readonly id: RunId;
  readonly sticky: CommentInfo;
  /** Where people are waited for. */
  readonly gates: readonly CommentInfo[];
  /** When it was written of last. */
  readonly touchedAt: number;
}

const lostMark = '<!-- troupe:lost -->';

/** Runs that were begun before `began` and have shown no end. */
export function lostRunsIn(ours: readonly CommentInfo[], began: number): readonly LostRun[] {
  const byRun = Map.groupBy(
    ours.filter(({ body }) => runOf(body) !== undefined),
    ({ body }) => runOf(body)?.id,
  );
  return [...byRun].flatMap(([id, comments]) => {
    const sticky = comments.find(({ body }) => runOf(body)?.about === '');
    if (id === undefined || sticky === undefined || hasEnded(sticky.body)) return [];
    if (!(Date.parse(sticky.createdAt ?? '') < began)) return [];
    const gates = comments.filter(({ body }) => runOf(body)?.about.startsWith('notice:gate:') === true);
    const touchedAt = Math.max(...comments.map(({ updatedAt, createdAt }) => Date.parse(updatedAt ?? createdAt ?? '')));
    return [{ id, sticky, gates: gates.filter(({ body }) => !body.includes(lostMark)), touchedAt }];
  });
}

/** Whether a text is marked as this run's. */
export function isOurMark(body: string, run: RunId): boolean {
  return body.includes(`<!-- troupe:run=${run} `) || body.includes(`<!-- troupe:run=${run} -->`);
}

/** What a comment of a lost run says from now on: its mark, what happened and what to do, and below it what it said last. */
export function lostComment(run: RunId, body: string): string {
  const end = body.indexOf('-->') + '-->'.length;
  return [
    `${body.slice(0, end)}${lostMark}\n${lostRunMessages.title}`,
    lostRunMessages.what(run),
    `<details><summary>${lostRunMessages.before}</summary>\n\n${body.slice(end).trim()}\n\n</details>`,
  ].join('\n\n');
}

/** The mark at the beginning of a comment of ours: whose it is, and what of it. */
function runOf(body: string): { readonly id: RunId; readonly about: string } | undefined {
  const [, id = '', about = ''] = /^<!-- troupe:run=(r[a-z2-7]{15})(?: ([^>\n]{1,300}))? -->/.exec(body) ?? [];
  return isRunId(id) ? { id, about } : undefined;
}

/** The receipt is written when a run is over. */
function hasEnded(body: string): boolean {
  return body.includes(lostMark) || /^\*\*Receipt\*\*: /m.test(body);
}
