// Routes of releases and deployments. What they change is in changes/releases.ts.
import { createDeployment, createRelease } from '../changes/releases.ts';
import { optionalText, text } from '../world/input.ts';
import { created, notFound, ok, page } from '../world/replies.ts';
import { deploymentShape, releaseShape } from '../shapes/release.ts';
import { isObject } from '../../support/index.ts';
import { grant, onRepository } from './route.ts';
import type { Route } from './route.ts';

const contents = { read: [grant('contents', 'read')], write: [grant('contents', 'write')] };
const deployments = { read: [grant('deployments', 'read')], write: [grant('deployments', 'write')] };

/** `/releases`, `/deployments`. */
export const releaseRoutes: readonly Route[] = [
  onRepository('GET /releases', contents.read, (request) =>
    page(request.url, request.repository.releases.toReversed(), (some) =>
      some.map((one) => releaseShape(request, one)),
    ),
  ),
  onRepository('GET /releases/tags/{tag}', contents.read, (request) => {
    const { repository, params } = request;
    const found = repository.releases.find(({ tag, draft }) => tag === params['tag'] && !draft);
    if (found === undefined) throw notFound();
    return ok(releaseShape(request, found));
  }),
  onRepository('POST /releases', contents.write, async (request) => {
    const { body, repository } = request;
    const tag = text(body, 'tag_name');
    const release = await createRelease(request, {
      tag,
      target: optionalText(body, 'target_commitish') ?? repository.defaultBranch,
      name: optionalText(body, 'name') ?? tag,
      body: optionalText(body, 'body') ?? '',
      draft: body['draft'] === true,
      prerelease: body['prerelease'] === true,
    });
    return created(releaseShape(request, release));
  }),
  onRepository('GET /deployments', deployments.read, (request) => {
    const { repository, url } = request;
    const wanted = ['sha', 'ref', 'task', 'environment'] as const;
    const found = repository.deployments.filter((one) =>
      wanted.every((key) => [null, 'none', one[key]].includes(url.searchParams.get(key))),
    );
    return page(url, found.toReversed(), (some) => some.map((one) => deploymentShape(request, one)));
  }),
  onRepository('POST /deployments', deployments.write, async (request) => {
    const { body } = request;
    const contexts = body['required_contexts'];
    const deployment = await createDeployment(request, {
      ref: text(body, 'ref'),
      task: optionalText(body, 'task') ?? 'deploy',
      environment: optionalText(body, 'environment') ?? 'production',
      description: optionalText(body, 'description') ?? null,
      payload: isObject(body['payload']) ? body['payload'] : (optionalText(body, 'payload') ?? ''),
      contexts: Array.isArray(contexts) ? contexts.map(String) : undefined,
    });
    return created(deploymentShape(request, deployment));
  }),
];
