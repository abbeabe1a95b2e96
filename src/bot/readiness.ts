// What /readyz says: whether the store takes a write, GitHub answers, and nothing that failed is still to be done. Looks when it is asked; decides nothing else.
import { clockOff } from '../github/index.ts';
import type { GitHubApp } from '../github/index.ts';
import type { Readiness } from '../server/index.ts';
import type { Store } from '../store/index.ts';
import { isoTime, messageOf, probeWrite } from '../support/index.ts';
import type { Clock, Json, Troubles } from '../support/index.ts';
import { providersReady } from './provider-readiness.ts';

/** What is asked. */
export interface ReadinessPorts {
  readonly store: Store;
  readonly troubles: Troubles;
  readonly clock: Clock;
  readonly githubTime: Pick<GitHubApp['time'], 'aheadMs'>;
  /** Where work lies: written on a try where nothing else tells that the disk is well again. */
  readonly workFolder: string;
  sandboxWorks(): Promise<boolean>;
}

/** A step that failed longer ago than this would have been tried again, if it still waited. */
const staleMs = 60_000;

/** The answer. */
export async function readiness(ports: ReadinessPorts): Promise<Readiness> {
  const { store, troubles, clock } = ports;
  const sandbox = (await ports.sandboxWorks()) ? 'fs' : 'env';
  const refused = await whyNot(() => store.check());
  await forgetStale(ports);
  const open = troubles.all();
  const told: Json = Object.fromEntries(open.map(({ part, why, since }) => [part, { why, since: isoTime(since) }]));
  const halted = await haltedNow(store);
  const aheadMs = ports.githubTime.aheadMs();
  const off = aheadMs === 0 ? {} : { clock: clockOff(aheadMs) };
  const details = {
    store: refused ?? 'ok',
    sandbox,
    ...off,
    ...halted,
    ...(open.length === 0 ? {} : { troubles: told }),
  };
  if (refused !== undefined || open.length > 0) return { ready: false, details };
  return { ready: true, details: { ...details, providers: providersReady(await store.providers.all(), clock.now()) } };
}

/** Steps are told as well by the next try; one that is not tried any more must not be told for ever. */
async function forgetStale({ troubles, clock, workFolder }: ReadinessPorts): Promise<void> {
  const stale = troubles.all().filter(({ part, at }) => part.startsWith('run ') && clock.now() - at > staleMs);
  if (stale.length === 0 || (await whyNot(() => probeWrite(workFolder))) !== undefined) return;
  for (const { part } of stale) troubles.worked(part);
}

/** Work that an operator has stopped is no reason to restart anything. */
async function haltedNow({ halts }: Store): Promise<{ readonly paused?: Json }> {
  try {
    const order = await halts.now();
    if (order === undefined) return {};
    return { paused: { by: order.login, since: isoTime(order.at), reason: order.reason } };
  } catch {
    // what cannot be read is told as the store's trouble
    return {};
  }
}

async function whyNot(look: () => Promise<void>): Promise<string | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
