// Routes that read and write git: files, trees, blobs, refs, branches, commits, comparisons. Git answers them.
import { movingRefs } from '../changes/refs.ts';
import { signature } from '../changes/pulls.ts';
import { actorOf, holds } from '../caller.ts';
import {
  commitFiles,
  countCommits,
  isAncestor,
  isRefName,
  listRefs,
  listTree,
  log,
  mergeBase,
  objectType,
  readBlob,
  readCommit,
  resolveCommit,
  resolveRef,
  updateRef,
  writeBlob,
  zeroSha,
} from '../git.ts';
import { optionalText, text } from '../input.ts';
import type { Repository } from '../model.ts';
import { created, forbidden, HttpError, noContent, notFound, ok, page, unprocessable } from '../replies.ts';
import type { Reply } from '../replies.ts';
import { grant, onRepository } from '../router.ts';
import type { RepositoryRequest, Route } from '../router.ts';
import { base64Lines, commitShape, contentShape, refShape } from '../shapes/commit.ts';
import { fileShapes } from '../shapes/pull.ts';
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts';
import { nodeId } from '../world.ts';

const reads = [grant('contents', 'read')];
const writes = [grant('contents', 'write')];

/** `/contents`, `/git/…`, `/branches`, `/commits`, `/compare`. */
export const contentRoutes: readonly Route[] = [
  onRepository('GET', '/contents/{path}', reads, readContents),
  onRepository('PUT', '/contents/{path}', writes, writeContents),
  onRepository('GET', '/git/trees/{tree_sha}', reads, readTree),
  onRepository('GET', '/git/blobs/{file_sha}', reads, async ({ world, repository, params }) => {
    const sha = params['file_sha'] ?? '';
    if ((await objectType(repository.dir, sha)) !== 'blob') throw notFound();
    const bytes = await readBlob(repository.dir, sha);
    const url = `${repositoryUrl(world, repository)}/git/blobs/${sha}`;
    return ok({
      sha,
      node_id: nodeId('B', Number.parseInt(sha.slice(0, 8), 16)),
      size: bytes.length,
      url,
      content: base64Lines(bytes),
      encoding: 'base64',
    });
  }),
  onRepository('POST', '/git/blobs', writes, async ({ world, repository, body }) => {
    const bytes = Buffer.from(text(body, 'content'), optionalText(body, 'encoding') === 'base64' ? 'base64' : 'utf8');
    const sha = await writeBlob(repository.dir, bytes);
    return created({ sha, url: `${repositoryUrl(world, repository)}/git/blobs/${sha}` });
  }),
  onRepository('GET', '/git/ref/{ref}', reads, async ({ world, repository, params }) => {
    const ref = `refs/${params['ref'] ?? ''}`;
    const sha = (await listRefs(repository.dir)).get(ref);
    if (sha === undefined) throw notFound();
    return ok(refShape(world, repository, ref, sha));
  }),
  onRepository('GET', '/git/matching-refs/{ref}', reads, async ({ world, repository, params, url }) => {
    const refs = [...(await listRefs(repository.dir))].filter(([ref]) => ref.startsWith(`refs/${params['ref'] ?? ''}`));
    return page(url, refs, (some) => some.map(([ref, sha]) => refShape(world, repository, ref, sha)));
  }),
  onRepository('POST', '/git/refs', writes, createRef),
  onRepository('PATCH', '/git/refs/{ref}', writes, moveRef),
  onRepository('DELETE', '/git/refs/{ref}', writes, async (request) => {
    const { world, repository, params } = request;
    const ref = writableRef(`refs/${params['ref'] ?? ''}`);
    await movingRefs(world, repository, actorOf(request.caller), async () => {
      const sha = (await listRefs(repository.dir)).get(ref);
      if (sha === undefined) throw unprocessable('Reference does not exist');
      await updateRef(repository.dir, ref, zeroSha, sha);
    });
    return noContent();
  }),
  onRepository('GET', '/branches', reads, async ({ world, repository, url }) => {
    const branches = [...(await listRefs(repository.dir))].filter(([ref]) => ref.startsWith('refs/heads/'));
    return page(url, branches, (some) =>
      some.map(([ref, sha]) => ({
        name: ref.slice('refs/heads/'.length),
        commit: { sha, url: `${repositoryUrl(world, repository)}/commits/${sha}` },
        protected: repository.protection.has(ref.slice('refs/heads/'.length)),
      })),
    );
  }),
  onRepository('GET', '/branches/{branch}', reads, async ({ world, repository, params }) => {
    const name = params['branch'] ?? '';
    const sha = await resolveCommit(repository.dir, `refs/heads/${name}`);
    if (sha === undefined) throw notFound('Branch not found');
    const self = `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(name)}`;
    const rule = repository.protection.get(name);
    return ok({
      name,
      commit: commitShape(world, repository, await readCommit(repository.dir, sha)),
      _links: { self, html: `${repositoryPage(world, repository)}/tree/${name}` },
      protected: rule !== undefined,
      protection: {
        enabled: rule !== undefined,
        required_status_checks: {
          enforcement_level: rule === undefined ? 'off' : 'everyone',
          contexts: rule?.checks ?? [],
          checks: [],
        },
      },
      protection_url: `${self}/protection`,
    });
  }),
  onRepository('GET', '/commits', reads, async ({ world, repository, url }) => {
    const sha = await resolveRef(repository.dir, url.searchParams.get('sha') ?? repository.defaultBranch);
    if (sha === undefined) throw notFound();
    return page(url, await log(repository.dir, sha), (some) =>
      some.map((commit) => commitShape(world, repository, commit)),
    );
  }),
  onRepository('GET', '/commits/{ref}', reads, readOneCommit),
  onRepository('GET', '/compare/{basehead}', reads, compare),
];

async function readContents(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, params, headers } = request;
  const ref = request.url.searchParams.get('ref') ?? repository.defaultBranch;
  const commit = await resolveRef(repository.dir, ref);
  if (commit === undefined) throw notFound(`No commit found for the ref ${ref}`);
  const path = (params['path'] ?? '').replace(/^\/+|\/+$/g, '');
  const [entry] = path === '' ? [] : await listTree(repository.dir, commit, { path });
  if (path !== '' && entry === undefined) throw notFound();
  if (entry === undefined || entry.type === 'tree') {
    const entries = await listTree(repository.dir, entry?.sha ?? commit);
    const inFolder = entries.map((one) => ({ ...one, path: path === '' ? one.path : `${path}/${one.path}` }));
    return ok(
      await Promise.all(
        inFolder.map((one) => contentShape(world, repository, { entry: one, ref, withContent: false })),
      ),
    );
  }
  if (/\braw\b/.test(headers['accept'] ?? ''))
    return {
      status: 200,
      raw: { bytes: await readBlob(repository.dir, entry.sha), type: 'application/vnd.github.raw+json; charset=utf-8' },
    };
  return ok(await contentShape(world, repository, { entry, ref, withContent: true }));
}

/** A file written through the API is a commit on the branch. `sha` is the blob it replaces. */
async function writeContents(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, params, body } = request;
  const path = params['path'] ?? '';
  const branch = optionalText(body, 'branch') ?? repository.defaultBranch;
  const actor = actorOf(request.caller);
  refuseWorkflowFiles(request, path);
  const commit = await movingRefs(world, repository, actor, async () => {
    const tip = await resolveCommit(repository.dir, `refs/heads/${branch}`);
    if (tip === undefined) throw notFound(`Branch ${branch} not found`);
    const [entry] = await listTree(repository.dir, tip, { path });
    const replaced = optionalText(body, 'sha');
    if (entry !== undefined && replaced === undefined)
      throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
    if (entry?.sha !== replaced) throw new HttpError(409, { message: `${path} does not match ${replaced}` });
    return commitFiles(repository.dir, {
      branch,
      message: text(body, 'message'),
      author: signature(world, actor.user),
      files: { [path]: Buffer.from(text(body, 'content'), 'base64') },
    });
  });
  const [entry] = await listTree(repository.dir, commit, { path });
  if (entry === undefined) throw notFound();
  const content = await contentShape(world, repository, { entry, ref: branch, withContent: false });
  const full = commitShape(world, repository, await readCommit(repository.dir, commit));
  const reply = {
    content,
    commit: { ...full.commit, sha: commit, node_id: full.node_id, html_url: full.html_url, parents: full.parents },
  };
  return optionalText(body, 'sha') === undefined ? created(reply) : ok(reply);
}

async function readTree({ world, repository, params, url }: RepositoryRequest): Promise<Reply> {
  const wanted = params['tree_sha'] ?? '';
  const type = await objectType(repository.dir, wanted);
  const commit = type === 'tree' ? undefined : await resolveRef(repository.dir, wanted);
  const sha =
    type === 'tree' ? wanted : commit === undefined ? undefined : (await readCommit(repository.dir, commit)).tree;
  if (sha === undefined) throw notFound();
  const api = repositoryUrl(world, repository);
  const entries = await listTree(repository.dir, sha, { recursive: url.searchParams.has('recursive') });
  return ok({
    sha,
    url: `${api}/git/trees/${sha}`,
    tree: entries.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      url: `${api}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`,
    })),
    truncated: false,
  });
}

async function createRef(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const ref = writableRef(text(body, 'ref'));
  const sha = text(body, 'sha');
  if (!(await isRefName(repository.dir, ref))) throw unprocessable(`${ref} is not a valid ref name.`);
  await movingRefs(world, repository, actorOf(request.caller), async () => {
    if ((await resolveCommit(repository.dir, sha)) === undefined) throw unprocessable('Object does not exist');
    if ((await listRefs(repository.dir)).has(ref)) throw unprocessable('Reference already exists');
    if (!(await updateRef(repository.dir, ref, sha, zeroSha))) throw unprocessable('Reference already exists');
  });
  return created(refShape(world, repository, ref, sha));
}

async function moveRef(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body, params } = request;
  const ref = writableRef(`refs/${params['ref'] ?? ''}`);
  const sha = text(body, 'sha');
  await movingRefs(world, repository, actorOf(request.caller), async () => {
    const before = (await listRefs(repository.dir)).get(ref);
    if (before === undefined) throw unprocessable('Reference does not exist');
    if ((await resolveCommit(repository.dir, sha)) === undefined) throw unprocessable('Object does not exist');
    const forward = await isAncestor(repository.dir, before, sha);
    if (!forward && body['force'] !== true) throw unprocessable('Update is not a fast forward');
    await updateRef(repository.dir, ref, sha, before);
  });
  return ok(refShape(world, repository, ref, sha));
}

async function readOneCommit(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, params } = request;
  const sha = await resolveRef(repository.dir, params['ref'] ?? '');
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params['ref']}`);
  if (/\bsha\b/.test(request.headers['accept'] ?? ''))
    return { status: 200, raw: { bytes: sha, type: 'application/vnd.github.sha; charset=utf-8' } };
  const commit = await readCommit(repository.dir, sha);
  const from = commit.parents[0] ?? emptyTree;
  const files = await fileShapes(world, repository, { from, to: sha });
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...commitShape(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files,
  });
}

async function compare({ world, repository, params }: RepositoryRequest): Promise<Reply> {
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
    base_commit: commitShape(world, repository, await readCommit(repository.dir, base)),
    merge_base_commit: commitShape(world, repository, await readCommit(repository.dir, fork)),
    status: ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => commitShape(world, repository, commit)),
    files: await fileShapes(world, repository, { from: fork, to: head }),
  });
}

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

function withoutOwner(repository: Repository, side: string): string {
  const [, owner, ref] = /^([^:]+):(.+)$/.exec(side) ?? [];
  return owner?.toLowerCase() === repository.owner.login.toLowerCase() ? (ref ?? side) : side;
}

/** Refs of pull requests are GitHub's own. */
function writableRef(ref: string): string {
  if (!ref.startsWith('refs/') || ref.split('/').length < 3)
    throw unprocessable('Reference name must start with refs/heads/ or refs/tags/');
  if (ref.startsWith('refs/pull/')) throw forbidden('Resource not accessible by integration');
  return ref;
}

/** Files under .github/workflows need a permission of their own. */
function refuseWorkflowFiles({ caller }: RepositoryRequest, path: string): void {
  if (!path.startsWith('.github/workflows/') || caller.kind !== 'installation') return;
  if (!holds(caller.token.permissions ?? {}, 'workflows', 'write'))
    throw forbidden('Resource not accessible by integration', {
      'x-accepted-github-permissions': 'contents=write; workflows=write',
    });
}
