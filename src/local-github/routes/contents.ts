// Routes of files, trees and blobs. Git answers them; a file written through the API is a commit.
import { defined, withoutEnds } from '../../support/index.ts';
import { holds } from '../traffic/caller.ts';
import { signature } from '../changes/merges.ts';
import { movingRefs } from '../changes/refs.ts';
import {
  commitFiles,
  listTree,
  objectType,
  readBlob,
  readCommit,
  resolveCommit,
  resolveRef,
  writeBlob,
} from '../git/index.ts';
import { optionalText, text } from '../world/input.ts';
import { created, forbidden, HttpError, notFound, ok, unprocessable } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { base64Lines, commitShape, contentShape } from '../shapes/commit.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import { nodeId } from '../world/world.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

const reads = [grant('contents', 'read')];
const writes = [grant('contents', 'write')];

/** `/contents`, `/git/trees`, `/git/blobs`. */
export const contentRoutes: readonly Route[] = [
  onRepository('GET /contents/{path}', reads, readContents),
  onRepository('PUT /contents/{path}', writes, writeContents),
  onRepository('GET /git/trees/{tree_sha}', reads, readTree),
  onRepository('GET /git/blobs/{file_sha}', reads, async ({ world, repository, params }) => {
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
  onRepository('POST /git/blobs', writes, async ({ world, repository, body }) => {
    const bytes = Buffer.from(text(body, 'content'), optionalText(body, 'encoding') === 'base64' ? 'base64' : 'utf8');
    const sha = await writeBlob(repository.dir, bytes);
    return created({ sha, url: `${repositoryUrl(world, repository)}/git/blobs/${sha}` });
  }),
];

async function readContents(request: RepositoryRequest): Promise<Reply> {
  const { repository, params, headers } = request;
  const ref = request.url.searchParams.get('ref') ?? repository.defaultBranch;
  const commit = await resolveRef(repository.dir, ref);
  if (commit === undefined) throw notFound(`No commit found for the ref ${ref}`);
  const path = withoutEnds(params['path'] ?? '', '/');
  const [entry] = path === '' ? [] : await listTree(repository.dir, commit, { path });
  if (path !== '' && entry === undefined) throw notFound();
  if (entry === undefined || entry.type === 'tree') {
    const entries = await listTree(repository.dir, entry?.sha ?? commit);
    const inFolder = entries.map((one) => ({ ...one, path: path === '' ? one.path : `${path}/${one.path}` }));
    return ok(await Promise.all(inFolder.map((one) => contentShape(request, { entry: one, ref, withContent: false }))));
  }
  if (/\braw\b/.test(headers['accept'] ?? ''))
    return {
      status: 200,
      raw: { bytes: await readBlob(repository.dir, entry.sha), type: 'application/vnd.github.raw+json; charset=utf-8' },
    };
  return ok(await contentShape(request, { entry, ref, withContent: true }));
}

/** A file written through the API is a commit on the branch. `sha` is the blob it replaces. */
async function writeContents(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, actor, params, body } = request;
  const path = params['path'] ?? '';
  const branch = optionalText(body, 'branch') ?? repository.defaultBranch;
  refuseWorkflowFiles(request, path);
  const commit = await movingRefs(request, async () => {
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
  const content = await contentShape(request, { entry, ref: branch, withContent: false });
  const full = commitShape(request, await readCommit(repository.dir, commit));
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
      ...defined({ size: entry.size }),
      url: `${api}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`,
    })),
    truncated: false,
  });
}

/** Files under .github/workflows need a permission of their own. */
function refuseWorkflowFiles({ caller }: RepositoryRequest, path: string): void {
  if (!path.startsWith('.github/workflows/') || caller.kind !== 'installation') return;
  if (!holds(caller.token.permissions ?? {}, 'workflows', 'write'))
    throw forbidden('Resource not accessible by integration', {
      'x-accepted-github-permissions': 'contents=write; workflows=write',
    });
}
