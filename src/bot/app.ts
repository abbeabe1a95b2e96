// Troupe as a Probot app: every event goes to the coordinator. Holds no rules of its own and calls no API.
import { Probot } from 'probot';
import type { ApplicationFunction } from 'probot';
import type { Coordinator, HandleResult } from '../coordinator/index.ts';
import type { InboxEntry } from '../store/index.ts';
import { oneLine } from '../support/index.ts';
import type { BotEnvironment } from './environment.ts';
import type { Received } from './lanes.ts';

/** The Probot app over a coordinator. */
export function createApp(coordinator: Pick<Coordinator, 'handle'>): ApplicationFunction {
  return (app) => {
    app.onAny(async ({ id, name, payload }) => {
      await coordinator.handle({ id, event: name, payload });
    });
  };
}

/** A Probot for the bot's environment. It receives nothing by itself: no server, and none of Probot's set-up routes. */
export function createProbot(environment: BotEnvironment): Probot {
  return new Probot({
    appId: environment.appId,
    privateKey: environment.privateKey,
    secret: environment.webhookSecrets[0],
    baseUrl: environment.apiUrl,
    logFormat: 'json',
    // at `debug` Probot writes whole payloads to its log
    logLevel: environment.logLevel === 'silent' ? 'fatal' : 'warn',
  });
}

/**
 * What lanes call with a stored delivery: hands it to the app through `probot.receive` and tells what came of it. A failure
 * is thrown as the coordinator threw it; Probot never sees it, because it would log the payload beside it.
 */
export async function createReceiver(
  probot: Probot,
  coordinator: Pick<Coordinator, 'handle'>,
): Promise<(entry: InboxEntry) => Promise<Received>> {
  const results = new Map<string, () => HandleResult>();
  const times = new Map<string, number>();
  await probot.load(
    createApp({
      async handle(delivery) {
        try {
          const receivedAt = times.get(delivery.id);
          const result = await coordinator.handle({ ...delivery, ...(receivedAt === undefined ? {} : { receivedAt }) });
          results.set(delivery.id, () => result);
          return result;
        } catch (error) {
          results.set(delivery.id, () => {
            throw error;
          });
          return { outcome: 'ignored', reason: '', why: [], runs: [] };
        }
      },
    }),
    { cwd: '/', addHandler: () => undefined },
  );
  return async (entry) => {
    times.set(entry.id, entry.receivedAt);
    try {
      await probot.receive(eventOf(entry));
      const result = results.get(entry.id)?.();
      if (result === undefined) return { state: 'ignored' };
      return { state: result.outcome === 'ignored' ? 'ignored' : 'done', note: noteOf(result) };
    } finally {
      results.delete(entry.id);
      times.delete(entry.id);
    }
  };
}

const longestNote = 4_000;

/** What `explain` shows later: the reason, and below it what it came from. */
function noteOf({ reason, why }: HandleResult): string {
  const lines = why.map(
    ({ topic, subject, ok, detail }) => `${ok ? '✓' : '✗'} ${topic} ${subject}: ${oneLine(detail, 300)}`,
  );
  return [oneLine(reason, 300), ...lines].join('\n').slice(0, longestNote);
}

function eventOf(entry: InboxEntry): Parameters<Probot['receive']>[0] {
  // the coordinator checks the payload's shape itself and ignores events it does not know
  return { id: entry.id, name: entry.event, payload: entry.payload } as unknown as Parameters<Probot['receive']>[0];
}
