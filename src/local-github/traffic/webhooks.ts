// Makes webhooks of state changes and delivers them, signed as GitHub signs. Never makes up a payload of its own.
import { createHmac, randomUUID } from 'node:crypto';
import { messageOf, sleep, toJson, defined } from '../../support/index.ts';
import type { Hook, Installation, Repository } from '../model/index.ts';
import { installationShape, userShape } from '../shapes/account.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { covers, nodeId } from '../world/world.ts';
import type { Emission, StoredDelivery, World } from '../world/world.ts';
import type { DeliveryFaults } from './faults.ts';

/** Sends deliveries and knows which are under way. */
export interface Courier {
  emit(world: World, event: Emission): Promise<void>;
  /** Sends one that was made before, under the same id. */
  redeliver(world: World, delivery: StoredDelivery): Promise<void>;
  /** Sends held deliveries in this order. */
  sendHeld(world: World, held: readonly StoredDelivery[]): Promise<void>;
  settled(): Promise<void>;
}

/** What an App must be allowed to read to hear of an event. */
const permissionOfEvent: Readonly<Record<string, string>> = {
  check_run: 'checks',
  check_suite: 'checks',
  create: 'contents',
  delete: 'contents',
  push: 'contents',
  issues: 'issues',
  issue_comment: 'issues',
  deployment: 'deployments',
  label: 'issues',
  pull_request: 'pull_requests',
  pull_request_review: 'pull_requests',
  pull_request_review_comment: 'pull_requests',
  release: 'contents',
  repository: 'metadata',
  status: 'statuses',
};

const always = new Set(['installation', 'installation_repositories']);
const answerTimeoutMs = 10_000;

/** A courier that asks `faults` what to do with each delivery. */
export function createCourier(faults: DeliveryFaults): Courier {
  const underWay = new Set<Promise<void>>();

  function start(world: World, delivery: StoredDelivery, secret: string): void {
    world.deliveries.push(delivery);
    const sending = send(world, delivery, secret).finally(() => underWay.delete(sending));
    underWay.add(sending);
  }

  function dispatch(world: World, delivery: StoredDelivery): void {
    const secret = hookOf(world, delivery.hookId)?.secret ?? '';
    const effect = faults.effectOn(delivery);
    if (effect === 'drop') world.deliveries.push({ ...delivery, status: 'failed to connect to host' });
    else if (effect === 'hold') faults.held.push(delivery);
    else if (effect === 'twice') for (let copy = 0; copy < 2; copy += 1) start(world, { ...delivery }, secret);
    else if (effect === 'two-ids')
      for (let copy = 0; copy < 2; copy += 1) start(world, withNewIds(world, delivery, copy === 0), secret);
    else if (effect === undefined) start(world, delivery, secret);
    else {
      const later = sleep(world.clock, effect.delayMs).then(() => start(world, delivery, secret));
      underWay.add(later);
      void later.finally(() => underWay.delete(later));
    }
  }

  return {
    emit(world, event) {
      for (const { hook, installation } of listeners(world, event))
        if (hook.url !== undefined) dispatch(world, newDelivery(world, event, { hook, url: hook.url, installation }));
      world.changed();
      return Promise.resolve();
    },
    async redeliver(world, delivery) {
      const hook = hookOf(world, delivery.hookId);
      const again: StoredDelivery = {
        ...delivery,
        id: world.nextId(),
        url: hook?.url ?? delivery.url,
        redelivery: true,
        deliveredAt: world.clock.now(),
        statusCode: 0,
        status: 'pending',
      };
      start(world, again, hook?.secret ?? '');
      await Promise.resolve();
    },
    async sendHeld(world, held) {
      for (const delivery of held) {
        world.deliveries.push(delivery);
        await send(world, delivery, hookOf(world, delivery.hookId)?.secret ?? '');
      }
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** The headers of a signature: sha256, and the older sha1 that nobody may trust. */
export function signatures(secret: string, body: string): Record<string, string> {
  if (secret === '') return {};
  return {
    'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
}

function listeners(world: World, event: Emission): { hook: Hook; installation: Installation | undefined }[] {
  const { repository } = event;
  const found: { hook: Hook; installation: Installation | undefined }[] = [];
  for (const installation of world.installations.values())
    if (hears(installation, event)) found.push({ hook: installation.app.hook, installation });
  if (event.installation !== undefined && !world.installations.has(event.installation.id))
    found.push({ hook: event.installation.app.hook, installation: event.installation }); // `installation.deleted`
  if (repository !== undefined && event.onlyApp === undefined)
    for (const hook of repository.hooks) found.push({ hook, installation: undefined });
  return found;
}

function hears(installation: Installation, event: Emission): boolean {
  const { app } = installation;
  if (installation.suspended) return false;
  if (event.installation !== undefined) return event.installation.id === installation.id;
  if (event.repository === undefined || !covers(installation, event.repository)) return false;
  const needed = permissionOfEvent[event.event];
  if (needed !== undefined && needed !== 'metadata' && installation.permissions[needed] === undefined) return false;
  if (event.onlyApp !== undefined) return event.onlyApp.id === app.id;
  return always.has(event.event) || app.events.includes(event.event);
}

function newDelivery(
  world: World,
  event: Emission,
  to: { readonly hook: Hook; readonly url: string; readonly installation: Installation | undefined },
): StoredDelivery {
  const { repository } = event;
  const owner = repository?.owner;
  const installation =
    to.installation === undefined
      ? {}
      : always.has(event.event)
        ? { installation: installationShape(world, to.installation) }
        : { installation: { id: to.installation.id, node_id: nodeId('MDI', to.installation.id) } };
  const payload = {
    ...defined({ action: event.action }),
    ...event.payload,
    ...(repository === undefined ? {} : { repository: repositoryShape(world, repository) }),
    ...(owner?.type === 'Organization' ? { organization: userShape(world, owner) } : {}),
    sender: userShape(world, event.sender),
    ...installation,
  };
  const body = JSON.stringify(payload);
  const guid = randomUUID();
  return {
    id: world.nextId(),
    guid,
    hookId: to.hook.id,
    event: event.event,
    action: event.action ?? null,
    installationId: to.installation?.id ?? null,
    repositoryId: repository?.id ?? null,
    redelivery: false,
    deliveredAt: world.clock.now(),
    statusCode: 0,
    status: 'pending',
    durationMs: 0,
    url: to.url,
    payload: toJson(payload),
    body,
    requestHeaders: headersOf(world, event.event, { guid, ...to, repository }),
    responseHeaders: {},
    responseBody: '',
  };
}

function headersOf(
  world: World,
  event: string,
  to: {
    readonly guid: string;
    readonly hook: Hook;
    readonly installation: Installation | undefined;
    readonly repository: Repository | undefined;
  },
): Record<string, string> {
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': `GitHub-Hookshot/${nodeId('H', to.hook.id).slice(-7)}`,
    'x-github-delivery': to.guid,
    'x-github-event': event,
    'x-github-hook-id': String(to.hook.id),
    'x-github-hook-installation-target-id': String(to.installation?.app.id ?? to.repository?.id ?? ''),
    'x-github-hook-installation-target-type': to.installation === undefined ? 'repository' : 'integration',
  };
}

async function send(world: World, delivery: StoredDelivery, secret: string): Promise<void> {
  const started = performance.now();
  try {
    const response = await fetch(delivery.url, {
      method: 'POST',
      headers: { ...delivery.requestHeaders, ...signatures(secret, delivery.body) },
      body: delivery.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    delivery.responseBody = (await response.text()).slice(0, 4096);
    delivery.responseHeaders = Object.fromEntries(response.headers);
    delivery.statusCode = response.status;
    delivery.status = response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`;
  } catch (error) {
    delivery.status =
      error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'failed to connect to host';
    delivery.responseBody = messageOf(error);
  }
  delivery.durationMs = performance.now() - started;
  world.changed();
}

function withNewIds(world: World, delivery: StoredDelivery, keep: boolean): StoredDelivery {
  if (keep) return { ...delivery };
  const guid = randomUUID();
  return {
    ...delivery,
    id: world.nextId(),
    guid,
    requestHeaders: { ...delivery.requestHeaders, 'x-github-delivery': guid },
  };
}

function hookOf(world: World, id: number): Hook | undefined {
  for (const app of world.apps.values()) if (app.hook.id === id) return app.hook;
  for (const repository of world.repositories.values())
    for (const hook of repository.hooks) if (hook.id === id) return hook;
  return undefined;
}
