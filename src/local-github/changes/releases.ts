// Releases and deployments, each with its webhook. A release makes the tag that is missing; a deployment deploys nothing here. Never asks who may.
import { isRefName, listRefs, resolveRef, updateRef, zeroSha } from '../git/index.ts';
import type { Deployment, Release, Repository } from '../model/index.ts';
import { HttpError, unprocessable, validationFailed } from '../world/replies.ts';
import { deploymentShape, releaseShape } from '../shapes/release.ts';
import { tell } from '../world/subject.ts';
import type { Subject } from '../world/subject.ts';
import { movingRefs } from './refs.ts';

/** Publishes a release on a tag of its own. */
export async function createRelease(
  subject: Subject,
  wish: Omit<Release, 'id' | 'author' | 'createdAt'>,
): Promise<Release> {
  const { repository } = subject;
  const ref = `refs/tags/${wish.tag}`;
  if (!(await isRefName(repository.dir, ref))) throw invalid('tag_name', 'invalid');
  await movingRefs(subject, async () => {
    if (repository.releases.some((one) => one.tag === wish.tag)) throw invalid('tag_name', 'already_exists');
    if ((await listRefs(repository.dir)).has(ref)) return;
    const sha = await resolveRef(repository.dir, wish.target);
    if (sha === undefined) throw invalid('target_commitish', 'invalid');
    await updateRef(repository.dir, ref, { to: sha, from: zeroSha });
  });
  const release: Release = { ...made(subject), author: subject.actor.user, ...wish };
  repository.releases.push(release);
  const payload = { release: releaseShape(subject, release) };
  await tell(subject, { event: 'release', action: 'published', payload });
  return release;
}

/** Keeps a deployment of a ref whose statuses and checks are good. */
export async function createDeployment(
  subject: Subject,
  wish: Omit<Deployment, 'id' | 'sha' | 'creator' | 'createdAt'> & {
    /** Without a list GitHub wants every status and check of the commit to be good; an empty list asks for none. */
    readonly contexts: readonly string[] | undefined;
  },
): Promise<Deployment> {
  const { repository } = subject;
  const { contexts, ...rest } = wish;
  const sha = await resolveRef(repository.dir, wish.ref);
  if (sha === undefined) throw unprocessable(`No ref found for: ${wish.ref}`);
  requireContexts(repository, sha, contexts);
  const deployment: Deployment = { ...made(subject), creator: subject.actor.user, sha, ...rest };
  repository.deployments.push(deployment);
  const payload = { deployment: deploymentShape(subject, deployment) };
  await tell(subject, { event: 'deployment', action: 'created', payload });
  return deployment;
}

function made({ world }: Subject) {
  return { id: world.nextId(), createdAt: world.now() };
}

function requireContexts(repository: Repository, sha: string, wanted: readonly string[] | undefined): void {
  const newest = new Map<string, boolean>();
  for (const one of repository.statuses) if (one.sha === sha) newest.set(one.context, one.state === 'success');
  for (const check of repository.checks.values())
    if (check.headSha === sha) newest.set(check.name, check.conclusion === 'success');
  if ((wanted ?? [...newest.keys()]).every((name) => newest.get(name) === true)) return;
  throw new HttpError(409, { message: `Conflict: Commit status checks failed for ${sha}.` });
}

function invalid(field: string, code: 'invalid' | 'already_exists'): HttpError {
  return validationFailed({ resource: 'Release', field, code });
}
