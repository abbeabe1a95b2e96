// A person comments and a job answers: the comment, its job, and the answer without ids, times and hosts.
import { rehearse } from './stage.ts';
import type { JobResult } from './mini-runner.ts';
import type { Stage } from './stage.ts';

/** A comment and the job that it starts. */
export async function say(
  there: Stage,
  text: string,
  more: { readonly runId: number; readonly as?: string; readonly on?: number; readonly env?: Record<string, string> },
): Promise<JobResult> {
  const { runId, as: login = 'writer', on = there.issue, env = {} } = more;
  await there.github.as(login).comment(there.fullName, on, text);
  const payload = await there.payload('issue_comment');
  return there.job({ event: 'issue_comment', payload, actor: login, runId, with: rehearse, env });
}

/** What was answered last, without ids and times. */
export function lastAnswer(there: Stage, number = there.issue): string {
  return timeless(there, there.repository.comments(number).at(-1)?.body ?? '');
}

/** A text without ids, times and hosts. */
export function timeless(there: Stage, text: string): string {
  return text
    .replaceAll(/r[a-z2-7]{15}/g, 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'TIME')
    .replaceAll(there.github.url, 'HOST')
    .replaceAll(/\n*<!--.*-->/g, '');
}
