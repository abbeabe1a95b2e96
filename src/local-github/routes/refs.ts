// Routes of refs and branches. Git answers them; what follows from a move is in changes/refs.ts.
import { movingRefs } from '../changes/refs.ts';
import { isAncestor, isRefName, listRefs, readCommit, resolveCommit, updateRef, zeroSha } from '../git/index.ts';
import { text } from '../world/input.ts';
import { created, forbidden, noContent, notFound, ok, page, unprocessable } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { commitShape, refShape } from '../shapes/commit.ts';
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

const reads = [grant('contents', 'read')];
const writes = [grant('contents', 'write')];

/** `/git/ref…`, `/branches`. */
export const refRoutes: readonly Route[] = [
  onRepository('GET /git/ref/{ref}', reads, async (request) => {
    const { repository, params } = request;
    const ref = `refs/${params['ref'] ?? ''}`;
    const sha = (await listRefs(repository.dir)).get(ref);
    if (sha === undefined) throw notFound();
    return ok(refShape(request, ref, sha));
  }),
  onRepository('GET /git/matching-refs/{ref}', reads, async (request) => {
    const { repository, params, url } = request;
    const refs = [...(await listRefs(repository.dir))].filter(([ref]) => ref.startsWith(`refs/${params['ref'] ?? ''}`));
    return page(url, refs, (some) => some.map(([ref, sha]) => refShape(request, ref, sha)));
  }),
  onRepository('POST /git/refs', writes, createRef),
  onRepository('PATCH /git/refs/{ref}', writes, moveRef),
  onRepository('DELETE /git/refs/{ref}', writes, async (request) => {
    const { repository, params } = request;
    const ref = writableRef(`refs/${params['ref'] ?? ''}`);
    await movingRefs(request, async () => {
      const sha = (await listRefs(repository.dir)).get(ref);
      if (sha === undefined) throw unprocessable('Reference does not exist');
      await updateRef(repository.dir, ref, { to: zeroSha, from: sha });
    });
    return noContent();
  }),
  onRepository('GET /branches', reads, async ({ world, repository, url }) => {
    const branches = [...(await listRefs(repository.dir))].filter(([ref]) => ref.startsWith('refs/heads/'));
    return page(url, branches, (some) =>
      some.map(([ref, sha]) => ({
        name: ref.slice('refs/heads/'.length),
        commit: { sha, url: `${repositoryUrl(world, repository)}/commits/${sha}` },
        protected: repository.protection.has(ref.slice('refs/heads/'.length)),
      })),
    );
  }),
  onRepository('GET /branches/{branch}', reads, async (request) => {
    const { world, repository, params } = request;
    const name = params['branch'] ?? '';
    const sha = await resolveCommit(repository.dir, `refs/heads/${name}`);
    if (sha === undefined) throw notFound('Branch not found');
    const self = `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(name)}`;
    const rule = repository.protection.get(name);
    return ok({
      name,
      commit: commitShape(request, await readCommit(repository.dir, sha)),
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
];

async function createRef(request: RepositoryRequest): Promise<Reply> {
  const { repository, body } = request;
  const ref = writableRef(text(body, 'ref'));
  const sha = text(body, 'sha');
  if (!(await isRefName(repository.dir, ref))) throw unprocessable(`${ref} is not a valid ref name.`);
  await movingRefs(request, async () => {
    if ((await resolveCommit(repository.dir, sha)) === undefined) throw unprocessable('Object does not exist');
    if ((await listRefs(repository.dir)).has(ref)) throw unprocessable('Reference already exists');
    if (!(await updateRef(repository.dir, ref, { to: sha, from: zeroSha })))
      throw unprocessable('Reference already exists');
  });
  return created(refShape(request, ref, sha));
}

async function moveRef(request: RepositoryRequest): Promise<Reply> {
  const { repository, body, params } = request;
  const ref = writableRef(`refs/${params['ref'] ?? ''}`);
  const sha = text(body, 'sha');
  await movingRefs(request, async () => {
    const before = (await listRefs(repository.dir)).get(ref);
    if (before === undefined) throw unprocessable('Reference does not exist');
    if ((await resolveCommit(repository.dir, sha)) === undefined) throw unprocessable('Object does not exist');
    const forward = await isAncestor(repository.dir, before, sha);
    if (!forward && body['force'] !== true) throw unprocessable('Update is not a fast forward');
    await updateRef(repository.dir, ref, { to: sha, from: before });
  });
  return ok(refShape(request, ref, sha));
}

/** Refs of pull requests are GitHub's own. */
function writableRef(ref: string): string {
  if (!ref.startsWith('refs/') || ref.split('/').length < 3)
    throw unprocessable('Reference name must start with refs/heads/ or refs/tags/');
  if (ref.startsWith('refs/pull/')) throw forbidden('Resource not accessible by integration');
  return ref;
}
