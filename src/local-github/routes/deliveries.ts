// The App's list of webhook deliveries, kept three days, and redelivery.
import { isoTime } from '../../support/index.ts';
import { numberParam } from '../world/input.ts';
import { notFound, ok } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { onRoot } from './route.ts';
import type { ApiRequest, Route } from './route.ts';
import type { StoredDelivery } from '../world/world.ts';
import { appOf } from './app.ts';

const keptMs = 3 * 86_400_000;

/** `/app/hook/deliveries`. */
export const deliveryRoutes: readonly Route[] = [
  onRoot('GET /app/hook/deliveries', list),
  onRoot('GET /app/hook/deliveries/{delivery_id}', (request) => ok(detail(one(request)))),
  onRoot('POST /app/hook/deliveries/{delivery_id}/attempts', async (request) => {
    await request.courier.redeliver(request.world, one(request));
    return { status: 202, body: {} };
  }),
];

/** Newest first, by cursor. */
function list(request: ApiRequest): Reply {
  const { url } = request;
  const size = Math.min(100, Math.max(1, Number(url.searchParams.get('per_page') ?? 30) || 30));
  const cursor = /^v1_(\d+)$/.exec(url.searchParams.get('cursor') ?? '')?.[1];
  const status = url.searchParams.get('status');
  const all = own(request)
    .filter((delivery) => status === null || (status === 'success') === isSuccess(delivery))
    .toReversed();
  const start = cursor === undefined ? 0 : all.findIndex((delivery) => delivery.id === Number(cursor));
  if (start < 0) return ok([]);
  const items = all.slice(start, start + size);
  const following = all[start + size];
  const next = new URL(url);
  if (following !== undefined) next.searchParams.set('cursor', `v1_${following.id}`);
  return {
    status: 200,
    body: items.map(summary),
    ...(following === undefined ? {} : { headers: { link: `<${next.href}>; rel="next"` } }),
  };
}

function own({ world, caller }: ApiRequest): StoredDelivery[] {
  const app = appOf(caller);
  const since = world.clock.now() - keptMs;
  // those still under way are not listed
  return world.deliveries.filter(
    (delivery) => delivery.hookId === app.hook.id && delivery.deliveredAt > since && delivery.status !== 'pending',
  );
}

function one(request: ApiRequest): StoredDelivery {
  const id = numberParam(request.params, 'delivery_id');
  const found = own(request).find((delivery) => delivery.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function isSuccess(delivery: StoredDelivery): boolean {
  return delivery.statusCode >= 200 && delivery.statusCode < 400;
}

function summary(delivery: StoredDelivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: isoTime(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: Math.round(delivery.durationMs) / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function detail(delivery: StoredDelivery) {
  return {
    ...summary(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
