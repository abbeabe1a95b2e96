// Releases and deployments as GitHub's API shows them.
import type { Deployment, Release } from '../model/index.ts';
import { nodeId } from '../world/world.ts';
import { userShape } from './account.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import type { InRepository } from '../world/subject.ts';

/** A `release`. */
export function releaseShape(here: InRepository, release: Release) {
  const { world, repository } = here;
  const url = `${repositoryUrl(world, repository)}/releases/${release.id}`;
  const page = repositoryPage(world, repository);
  const tag = encodeURIComponent(release.tag);
  return {
    id: release.id,
    node_id: nodeId('RE', release.id),
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: `${page}/releases/tag/${tag}`,
    tarball_url: `${repositoryUrl(world, repository)}/tarball/${tag}`,
    zipball_url: `${repositoryUrl(world, repository)}/zipball/${tag}`,
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    published_at: release.draft ? null : release.createdAt,
    author: userShape(world, release.author),
    assets: [],
  };
}

/** A `deployment`. */
export function deploymentShape(here: InRepository, deployment: Deployment) {
  const { world, repository } = here;
  const url = `${repositoryUrl(world, repository)}/deployments/${deployment.id}`;
  return {
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    url,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: userShape(world, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(world, repository),
    transient_environment: false,
    production_environment: deployment.environment === 'production',
  };
}
