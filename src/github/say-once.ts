// A comment that must be there once, found again by its marker. Where GitHub does not answer it is looked for again and again before it is written anew.
import { mayComeLate, nextLook, sleep } from '../support/index.ts';
import type { Clock } from '../support/index.ts';
import type { CommentInfo, RepositoryApi, WriteClass } from './client/types.ts';

/** What is said where. `body` holds the marker. */
export interface Said {
  readonly issue: number;
  readonly marker: string;
  readonly body: string;
  readonly write: WriteClass;
}

/** Says it, unless it was said. Gives the comment, and whether it was there before. */
export async function sayOnce(
  api: Pick<RepositoryApi, 'findComment' | 'createComment'>,
  { issue, marker, body, write }: Said,
  clock: Clock,
): Promise<{ readonly comment: CommentInfo; readonly isNew: boolean }> {
  const there = await api.findComment(issue, marker);
  if (there !== undefined) return { comment: there, isNew: false };
  const comment = await madeOnce(
    {
      make: () => api.createComment(issue, body, write),
      find: () => api.findComment(issue, marker),
    },
    clock,
  );
  return { comment, isNew: true };
}

/** Makes something that was not there a moment ago. What nobody answered to is made once more when it was looked for in vain for minutes. */
export async function madeOnce<Made>(
  { make, find }: { make(): Promise<Made>; find(): Promise<Made | undefined> },
  clock: Clock,
  signal?: AbortSignal,
): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    if (!mayComeLate(error)) throw error;
  }
  const since = clock.now();
  for (let at = nextLook(since, since); at !== undefined; at = nextLook(since, clock.now())) {
    await sleep(clock, at - clock.now(), signal);
    const found = await find();
    if (found !== undefined) return found;
  }
  return make();
}
