// Which commit each open pull request stands at, read from git in one go.
import { listRefs } from '../git/index.ts';
import type { Repository } from '../model/index.ts';

/** Number of each open pull request → its head commit. */
export async function headsOfOpenPulls(repository: Repository): Promise<Map<number, string>> {
  const open = [...repository.issues.values()].filter((issue) => issue.pull !== undefined && issue.state === 'open');
  if (open.length === 0) return new Map();
  const refs = await listRefs(repository.dir);
  return new Map(open.map((issue) => [issue.number, refs.get(`refs/pull/${issue.number}/head`) ?? '']));
}
