// Routes of commits and their comparison. Git answers them.
import { countCommits, log, mergeBase, readCommit, resolveRef } from '../git/index.ts';
import type { Repository } from '../model/index.ts';
import { notFound, ok, page } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { commitShape } from '../shapes/commit.ts';
import { fileShapes } from '../shapes/file.ts';
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts';
import { commitOf } from './lookups.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

const reads = [grant('contents', 'read')];

/** `/commits`, `/compare`. */
export const commitRoutes: readonly Route[] = [
  onRepository('GET /commits', reads, async (request) => {
    const { repository, url } = request;
    const sha = await resolveRef(repository.dir, url.searchParams.get('sha') ?? repository.defaultBranch);
    if (sha === undefined) throw notFound();
    return page(url, await log(repository.dir, sha), (some) => some.map((commit) => commitShape(request, commit)));
  }),
  onRepository('GET /commits/{ref}', reads, readOneCommit),
  onRepository('GET /compare/{basehead}', reads, compare),
];

async function readOneCommit(request: RepositoryRequest): Promise<Reply> {
  const { repository } = request;
  const sha = await commitOf(request);
  if (/\bsha\b/.test(request.headers['accept'] ?? ''))
    return { status: 200, raw: { bytes: sha, type: 'application/vnd.github.sha; charset=utf-8' } };
  const commit = await readCommit(repository.dir, sha);
  const from = commit.parents[0] ?? emptyTree;
  const files = await fileShapes(request, { from, to: sha });
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...commitShape(request, commit),
    stats: { additions, deletions, total: additions + deletions },
    files,
  });
}

async function compare(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, params } = request;
  const [left = '', right = ''] = (params['basehead'] ?? '').split('...');
  const base = await resolveRef(repository.dir, withoutOwner(repository, left));
  const head = await resolveRef(repository.dir, withoutOwner(repository, right));
  if (base === undefined || head === undefined) throw notFound();
  const fork = await mergeBase(repository.dir, base, head);
  if (fork === undefined) throw notFound(`No common ancestor between ${left} and ${right}.`);
  const [ahead, behind] = await Promise.all([
    countCommits(repository.dir, base, head),
    countCommits(repository.dir, head, base),
  ]);
  const html = `${repositoryPage(world, repository)}/compare/${left}...${right}`;
  const commits = (await log(repository.dir, `${base}..${head}`)).toReversed();
  return ok({
    url: `${repositoryUrl(world, repository)}/compare/${left}...${right}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitShape(request, await readCommit(repository.dir, base)),
    merge_base_commit: commitShape(request, await readCommit(repository.dir, fork)),
    status: ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => commitShape(request, commit)),
    files: await fileShapes(request, { from: fork, to: head }),
  });
}

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

function withoutOwner(repository: Repository, side: string): string {
  const [, owner, ref] = /^([^:]+):(.+)$/.exec(side) ?? [];
  return owner?.toLowerCase() === repository.owner.login.toLowerCase() ? (ref ?? side) : side;
}
