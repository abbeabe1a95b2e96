// Routes of releases and deployments. A release makes the tag that is missing; a deployment deploys nothing here.
import { movingRefs } from '../changes/refs.ts';
import { actorOf } from '../caller.ts';
import { isRefName, listRefs, resolveRef, updateRef, zeroSha } from '../git.ts';
import { optionalText, text } from '../input.ts';
import type { Deployment, Release, Repository } from '../model.ts';
import { created, HttpError, notFound, ok, page, unprocessable, validationFailed } from '../replies.ts';
import type { Reply } from '../replies.ts';
import { grant, onRepository } from '../router.ts';
import type { RepositoryRequest, Route } from '../router.ts';
import { deploymentShape, releaseShape } from '../shapes/release.ts';
import { isObject } from '../../support/index.ts';

const contents = { read: [grant('contents', 'read')], write: [grant('contents', 'write')] };
const deployments = { read: [grant('deployments', 'read')], write: [grant('deployments', 'write')] };

/** `/releases`, `/deployments`. */
export const releaseRoutes: readonly Route[] = [
  onRepository('GET', '/releases', contents.read, ({ world, repository, url }) =>
    page(url, repository.releases.toReversed(), (some) => some.map((one) => releaseShape(world, repository, one))),
  ),
  onRepository('GET', '/releases/tags/{tag}', contents.read, ({ world, repository, params }) => {
    const found = repository.releases.find(({ tag, draft }) => tag === params['tag'] && !draft);
    if (found === undefined) throw notFound();
    return ok(releaseShape(world, repository, found));
  }),
  onRepository('POST', '/releases', contents.write, createRelease),
  onRepository('GET', '/deployments', deployments.read, ({ world, repository, url }) => {
    const wanted = ['sha', 'ref', 'task', 'environment'] as const;
    const found = repository.deployments.filter((one) =>
      wanted.every((key) => [null, 'none', one[key]].includes(url.searchParams.get(key))),
    );
    return page(url, found.toReversed(), (some) => some.map((one) => deploymentShape(world, repository, one)));
  }),
  onRepository('POST', '/deployments', deployments.write, createDeployment),
];

async function createRelease(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const actor = actorOf(request.caller);
  const tag = text(body, 'tag_name');
  const target = optionalText(body, 'target_commitish') ?? repository.defaultBranch;
  const ref = `refs/tags/${tag}`;
  if (!(await isRefName(repository.dir, ref)))
    throw validationFailed({ resource: 'Release', field: 'tag_name', code: 'invalid' });
  await movingRefs(world, repository, actor, async () => {
    if (repository.releases.some((one) => one.tag === tag))
      throw validationFailed({ resource: 'Release', field: 'tag_name', code: 'already_exists' });
    if ((await listRefs(repository.dir)).has(ref)) return;
    const sha = await resolveRef(repository.dir, target);
    if (sha === undefined) throw validationFailed({ resource: 'Release', field: 'target_commitish', code: 'invalid' });
    await updateRef(repository.dir, ref, sha, zeroSha);
  });
  const release: Release = {
    id: world.nextId(),
    tag,
    target,
    name: optionalText(body, 'name') ?? tag,
    body: optionalText(body, 'body') ?? '',
    draft: body['draft'] === true,
    prerelease: body['prerelease'] === true,
    author: actor.user,
    createdAt: world.now(),
  };
  repository.releases.push(release);
  const shape = releaseShape(world, repository, release);
  await world.emit({
    event: 'release',
    action: 'published',
    repository,
    sender: actor.user,
    payload: { release: shape },
  });
  return created(shape);
}

async function createDeployment(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const actor = actorOf(request.caller);
  const ref = text(body, 'ref');
  const sha = await resolveRef(repository.dir, ref);
  if (sha === undefined) throw unprocessable(`No ref found for: ${ref}`);
  requireContexts(repository, sha, body['required_contexts']);
  const deployment: Deployment = {
    id: world.nextId(),
    sha,
    ref,
    task: optionalText(body, 'task') ?? 'deploy',
    environment: optionalText(body, 'environment') ?? 'production',
    description: optionalText(body, 'description') ?? null,
    payload: isObject(body['payload']) ? body['payload'] : (optionalText(body, 'payload') ?? ''),
    creator: actor.user,
    createdAt: world.now(),
  };
  repository.deployments.push(deployment);
  const shape = deploymentShape(world, repository, deployment);
  await world.emit({
    event: 'deployment',
    action: 'created',
    repository,
    sender: actor.user,
    payload: { deployment: shape },
  });
  return created(shape);
}

/** Without a list GitHub wants every status and check of the commit to be good; an empty list asks for none. */
function requireContexts(repository: Repository, sha: string, wanted: unknown): void {
  const newest = new Map<string, boolean>();
  for (const one of repository.statuses) if (one.sha === sha) newest.set(one.context, one.state === 'success');
  for (const check of repository.checks.values())
    if (check.headSha === sha) newest.set(check.name, check.conclusion === 'success');
  const names = Array.isArray(wanted) ? wanted : [...newest.keys()];
  if (names.every((name) => newest.get(String(name)) === true)) return;
  throw new HttpError(409, { message: `Conflict: Commit status checks failed for ${sha}.` });
}
