// Routes of commit statuses, each with its webhook.
import { optionalText, text } from '../world/input.ts';
import { created, ok, page, unprocessable } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { statusShape } from '../shapes/check.ts';
import { repositoryShape, repositoryUrl } from '../shapes/repository.ts';
import { tell } from '../world/subject.ts';
import { commitOf } from './lookups.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

/** `/statuses/{sha}`, `/commits/{ref}/status`, `/commits/{ref}/statuses`. */
export const statusRoutes: readonly Route[] = [
  onRepository('POST /statuses/{sha}', [grant('statuses', 'write')], createStatus),
  onRepository('GET /commits/{ref}/statuses', [grant('statuses', 'read')], async (request) => {
    const { repository, url } = request;
    const sha = await commitOf(request);
    const all = repository.statuses.filter((status) => status.sha === sha).toReversed();
    return page(url, all, (some) => some.map((status) => statusShape(request, status)));
  }),
  onRepository('GET /commits/{ref}/status', [grant('statuses', 'read')], combinedStatus),
];

async function createStatus(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, actor, body } = request;
  const sha = await commitOf(request, 'sha');
  const description = optionalText(body, 'description') ?? null;
  if (Array.from(description ?? '').length > 140)
    throw unprocessable('Validation Failed: description is too long (maximum is 140 characters)');
  const status = {
    id: world.nextId(),
    sha,
    context: optionalText(body, 'context') ?? 'default',
    state: text(body, 'state'),
    description,
    targetUrl: optionalText(body, 'target_url') ?? null,
    creator: actor.user,
    createdAt: world.now(),
  };
  repository.statuses.push(status);
  await tell(request, {
    event: 'status',
    payload: {
      id: status.id,
      sha,
      name: repository.name,
      context: status.context,
      state: status.state,
      description,
      target_url: status.targetUrl,
      created_at: status.createdAt,
      updated_at: status.createdAt,
    },
  });
  return created(statusShape(request, status));
}

async function combinedStatus(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const sha = await commitOf(request);
  const newest = new Map(
    repository.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]),
  );
  const states = [...newest.values()].map(({ state }) => state);
  const failed = states.some((state) => state === 'failure' || state === 'error');
  const state = failed ? 'failure' : states.length === 0 || states.includes('pending') ? 'pending' : 'success';
  const api = repositoryUrl(world, repository);
  return ok({
    state,
    statuses: [...newest.values()].map((status) => statusShape(request, status)),
    sha,
    total_count: newest.size,
    repository: repositoryShape(world, repository),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  });
}
