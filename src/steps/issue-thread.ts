// The conversation on the issue as a persona reads it: who said what, and whether they may write. Reads GitHub, writes nothing.
import type { StepContext } from '../engine/index.ts';
import type { CommentInfo, RepositoryApi } from '../github/index.ts';
import type { Comment } from '../personas/index.ts';
import { classOf, messageOf } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { Workplace } from './common/types.ts';

/** The newest of them. */
const mostComments = 100;
/** So many people are asked about; what the others may is not told. */
const mostAuthors = 30;

/** What people said, or why nobody knows. */
export interface IssueThread {
  readonly comments: readonly Comment[];
  readonly warnings: readonly string[];
}

/** Everything but what Troupe wrote, and orders to it. Where there is no GitHub: what came with the task. */
export async function threadOf({ spec }: StepContext, workplace: Workplace): Promise<IssueThread> {
  const { kind, number, comments = [] } = spec.task;
  const { api, botLogin } = workplace;
  if (api === undefined || number === undefined || kind === 'cli' || kind === 'none')
    return { comments: comments.filter(({ body }) => !isOrder(body)).slice(-mostComments), warnings: [] };
  try {
    const said = (await api.comments(number)).filter(({ author, body }) => author !== botLogin && !isOrder(body));
    return { comments: await withStandings(said.slice(-mostComments), api), warnings: [] };
  } catch (error) {
    // without the permission to read issues a persona still has its task; what passes by itself is tried again
    if (classOf(error) === 'transient' || classOf(error) === 'rate_limit') throw error;
    return { comments: [], warnings: [personaStepMessages.noThread(number, messageOf(error))] };
  }
}

async function withStandings(said: readonly CommentInfo[], api: RepositoryApi): Promise<readonly Comment[]> {
  const authors = [...new Set(said.map(({ author }) => author).toReversed())].slice(0, mostAuthors);
  const mayWrite = new Map(
    await Promise.all(
      authors.map(async (author) => [author, /^(?:admin|maintain|write)$/.test(await api.permission(author))] as const),
    ),
  );
  return said.map(({ author, body, createdAt }) => {
    const may = mayWrite.get(author);
    return {
      author,
      body,
      ...(may === undefined ? {} : { mayWrite: may }),
      ...(createdAt === undefined ? {} : { at: createdAt }),
    };
  });
}

/** `/troupe approve` says nothing about the work. */
function isOrder(body: string): boolean {
  return body
    .trim()
    .split('\n')
    .every((line) => line.trim() === '' || line.trim().startsWith('/troupe'));
}
