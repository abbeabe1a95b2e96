// Every run that a query names: a journal gives them page by page. Reads only.
import { defined } from '../support/index.ts';
import type { Journal } from './ports.ts';
import type { RunQuery, RunSummary } from './model/types.ts';

const pageSize = 500;

/** All of them, newest first. */
export async function listAll(
  journal: Pick<Journal, 'list'>,
  query: Omit<RunQuery, 'limit' | 'after'>,
): Promise<readonly RunSummary[]> {
  const found: RunSummary[] = [];
  let after: string | undefined;
  do {
    const page = await journal.list({ ...query, limit: pageSize, ...defined({ after }) });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}
