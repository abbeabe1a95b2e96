// Finds deliveries that GitHub could not hand over, and stores them as if they had come. Stores each one once; decides nothing.
import type { DeliveryInfo, GitHubApp } from '../github/index.ts';
import { deliveryOf } from '../store/index.ts';
import type { Delivery, Inbox } from '../store/index.ts';
import type { ServedRepositories } from './served-repositories.ts';

/** What the search works with. */
export interface MissedDeliveryPorts {
  readonly app: Pick<GitHubApp, 'deliveries' | 'delivery' | 'time'>;
  readonly inbox: Inbox;
  readonly served: ServedRepositories;
}

/** What a search came to. */
export interface MissedDeliveries {
  readonly listed: number;
  readonly fetched: number;
  readonly stored: number;
}

/** GitHub forgets deliveries after three days. */
const keptMs = 3 * 24 * 60 * 60_000;
/** Looked at once more than needed: clocks differ, and a delivery is listed only when it has ended. */
const overlapMs = 10 * 60_000;
const bodiesAtOnce = 8;

/** Actions that somebody handles, by event; `true`: all. What is not named here is never fetched: our own checks alone make thousands. */
const handled: Readonly<Record<string, true | readonly string[]>> = {
  issues: true,
  issue_comment: true,
  pull_request: true,
  pull_request_review: true,
  pull_request_review_comment: ['created'],
  check_run: ['rerequested', 'requested_action'],
  check_suite: ['rerequested', 'completed'],
  push: true,
  delete: true,
  repository: true,
  repository_dispatch: true,
  installation: true,
  installation_repositories: true,
};

/**
 * Looks through GitHub's list from the newest back to where the last complete search began, and stores what the inbox does not
 * know, oldest first. Before the first complete search only failed deliveries count: an older inbox may have had the others.
 */
export async function fetchMissed(ports: MissedDeliveryPorts, signal: AbortSignal): Promise<MissedDeliveries> {
  const { app, inbox } = ports;
  // GitHub tells when it delivered by its own clock, which the first answer tells: ours may show anything
  let page = await app.deliveries();
  const startedAt = app.time.now().getTime();
  const before = await inbox.sweptAt();
  const since = Math.max(startedAt - keptMs, Math.min(before ?? 0, startedAt) - overlapMs);
  const missed = new Map<string, DeliveryInfo>();
  let listed = 0;
  for (;;) {
    listed += page.items.length;
    let isOld = false;
    for (const delivery of page.items) {
      if (Date.parse(delivery.deliveredAt) < since) isOld = true;
      else if (await isMissed(ports, delivery, before === undefined)) missed.set(delivery.guid, delivery);
    }
    // newest come first
    const cursor = isOld ? undefined : page.next;
    if (cursor === undefined || signal.aborted) break;
    page = await app.deliveries(cursor);
  }
  const stored = await storeAll(ports, [...missed.values()].toReversed(), signal);
  if (!signal.aborted) await inbox.sweptTo(startedAt);
  return { listed, fetched: missed.size, stored };
}

async function isMissed(ports: MissedDeliveryPorts, delivery: DeliveryInfo, onlyFailed: boolean): Promise<boolean> {
  if (onlyFailed && delivery.statusCode >= 200 && delivery.statusCode < 300) return false;
  const actions = handled[delivery.event];
  if (actions === undefined || (actions !== true && !actions.includes(delivery.action ?? ''))) return false;
  if (await ports.inbox.has(delivery.guid)) return false;
  return ports.served.covers(delivery.installationId, delivery.repositoryId);
}

async function storeAll(
  ports: MissedDeliveryPorts,
  missed: readonly DeliveryInfo[],
  signal: AbortSignal,
): Promise<number> {
  let stored = 0;
  for (let start = 0; start < missed.length && !signal.aborted; start += bodiesAtOnce) {
    const bodies = await Promise.all(missed.slice(start, start + bodiesAtOnce).map((one) => bodyOf(ports, one)));
    for (const delivery of bodies) if (delivery !== undefined && (await ports.inbox.put(delivery)).stored) stored += 1;
  }
  return stored;
}

async function bodyOf(ports: MissedDeliveryPorts, info: DeliveryInfo): Promise<Delivery | undefined> {
  const { event, guid, payload } = await ports.app.delivery(info.id);
  const headers = { 'x-github-delivery': guid, 'x-github-event': event };
  // its own time: it comes before what arrived after it
  return deliveryOf(headers, payload, Date.parse(info.deliveredAt));
}
