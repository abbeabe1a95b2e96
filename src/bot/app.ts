// Troupe as a Probot app: every event goes to the coordinator. Holds no rules of its own and calls no API.
import { Probot } from 'probot';
import type { ApplicationFunction } from 'probot';
import type { Coordinator, DeliveryToHandle, HandleResult } from '../coordinator/index.ts';
import type { InboxEntry } from '../store/index.ts';
import { oneLine } from '../support/index.ts';
import type { Logger, Redactor } from '../support/index.ts';
import type { BotEnvironment } from './environment.ts';
import type { Received } from './lanes.ts';
import { laneMessages } from './messages.ts';

/** The Probot app: hands over every event that it gets. */
export function createApp(deliver: (delivery: DeliveryToHandle) => Promise<unknown>): ApplicationFunction {
  return (app) => {
    app.onAny(async ({ id, name, payload }) => {
      await deliver({ id, event: name, payload });
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
    // what goes wrong is told to whoever hands a delivery over; Probot would write errors, and at `debug` whole payloads, to a log of its own
    logLevel: 'fatal',
  });
}

/**
 * What lanes call with a stored delivery: hands it to the app through `probot.receive` and tells what came of it. Each delivery
 * has an app of its own, so that what comes of it goes straight back to whoever handed it over.
 */
export function createReceiver(
  newProbot: () => Probot,
  coordinator: Pick<Coordinator, 'handle'>,
  { redactor, log }: { readonly redactor: Redactor; readonly log: Logger },
): (entry: InboxEntry) => Promise<Received> {
  return async (entry) => {
    let handled: Promise<HandleResult> | undefined;
    const app = createApp((delivery) => {
      handled = coordinator.handle({ ...delivery, receivedAt: entry.receivedAt });
      // a failure is not Probot's to see: it would log the payload beside it
      return Promise.allSettled([handled]);
    });
    const probot = newProbot();
    await probot.load(app, { cwd: '/', addHandler: () => undefined });
    try {
      await probot.receive(eventOf(entry));
    } catch (error) {
      // Probot could not even make an event of it: it will not the next time either
      if (handled !== undefined) throw error;
      log.warn({ delivery: entry.id, event: entry.event }, laneMessages.refused);
      return { state: 'ignored', note: laneMessages.malformed };
    }
    const result = await handled;
    if (result === undefined) return { state: 'ignored' };
    return { state: result.outcome === 'ignored' ? 'ignored' : 'done', note: noteOf(result, redactor) };
  };
}

const longestNote = 4_000;

/** What `explain` shows later: the reason, and below it what it came from. */
function noteOf({ reason, why }: HandleResult, redactor: Redactor): string {
  const line = (text: string): string => oneLine(redactor.text(text), 300);
  const lines = why.map(({ topic, subject, ok, detail }) => `${ok ? '✓' : '✗'} ${topic} ${subject}: ${line(detail)}`);
  return [line(reason), ...lines].join('\n').slice(0, longestNote);
}

function eventOf(entry: InboxEntry): Parameters<Probot['receive']>[0] {
  // the coordinator checks the payload's shape itself and ignores events it does not know
  return { id: entry.id, name: entry.event, payload: entry.payload } as unknown as Parameters<Probot['receive']>[0];
}
