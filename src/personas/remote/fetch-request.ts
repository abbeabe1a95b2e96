// A request as the worker that was called for it fetches it, and how its answer is handed in. Both go on while Troupe is out; neither believes a redirect.
import { Webhook } from 'standardwebhooks';
import { isObject, parseJson, readRetryAfter, sleep, TroupeError } from '../../support/index.ts';
import type { Clock, Logger } from '../../support/index.ts';
import { whyUnreachable } from '../http/exchange.ts';
import { remoteMessages as say } from './messages.ts';
import type { RequestPlace } from './sealed-request.ts';

/** What both need of the world. */
export interface RemoteReach {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** What is handed in, and where. */
export interface HandingIn {
  readonly requestId: string;
  readonly url: string;
  /** Of Standard Webhooks. */
  readonly secret: string;
  readonly body: string;
}

/** Pauses while nobody answers; the last one repeats. */
const pausesMs = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;
/** Troupe is restarted in less; whoever waits longer costs more than it brings. */
const longestMs = 30 * 60_000;
/** One exchange. */
const oneMs = 60_000;

/**
 * The body of the request; `taken`: another worker has it; `over`: nobody waits any more. `by`: a name that this worker keeps when it asks
 * again. Throws `persona/request`.
 */
export async function fetchRequest(
  { url }: RequestPlace,
  by: string,
  reach: RemoteReach,
): Promise<{ readonly body: string } | 'taken' | 'over'> {
  const address = new URL(url);
  address.searchParams.set('by', by);
  const { status, body } = await untilAnswered(reach, () => ({ url: address.href, init: { method: 'GET' } }));
  if (status === 200) return { body };
  if (status === 409) return 'taken';
  if (status === 410) return 'over';
  throw new TroupeError('persona/request', say.refusedRequest(status), { class: 'config' });
}

/** Hands an answer in. `over`: nobody waits for it any more. Throws `persona/hand-in`. */
export async function handIn(
  { requestId, url, secret, body }: HandingIn,
  reach: RemoteReach,
): Promise<'kept' | 'over'> {
  const { status, body: told } = await untilAnswered(reach, () => {
    // each time anew: a signature is good for five minutes
    const at = new Date(reach.clock.now());
    const headers = {
      'content-type': 'application/json',
      'webhook-id': requestId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(requestId, at, body),
    };
    return { url, init: { method: 'POST', headers, body } };
  });
  if (status >= 200 && status < 300) return 'kept';
  // it came the first time, and its answer was lost
  if (status === 410 && isKnown(told)) return 'kept';
  if (status === 410 || status === 404) return 'over';
  throw new TroupeError('persona/hand-in', say.notHandedIn(status), { class: 'failed' });
}

function isKnown(told: string): boolean {
  try {
    const answer = parseJson(told);
    return isObject(answer) && answer['outcome'] === 'known';
  } catch {
    return false;
  }
}

interface Exchange {
  readonly status: number;
  readonly body: string;
}

/** Sends it until somebody answers who knows. */
async function untilAnswered(
  { fetch: send, clock, log, signal }: RemoteReach,
  made: () => { readonly url: string; readonly init: RequestInit },
): Promise<Exchange> {
  const until = clock.now() + longestMs;
  for (let tried = 0; ; tried += 1) {
    let why = '';
    let pauseMs: number = pausesMs[Math.min(tried, pausesMs.length - 1)] ?? longestMs;
    try {
      const { url, init } = made();
      const within = AbortSignal.any([signal, AbortSignal.timeout(oneMs)]);
      const response = await send(url, { ...init, redirect: 'error', signal: within });
      const { status } = response;
      const body = await response.text();
      if (status !== 408 && status !== 429 && status < 500) return { status, body };
      why = `HTTP ${status}`;
      pauseMs = Math.max(pauseMs, readRetryAfter(response.headers.get('retry-after'), clock.now()) ?? 0);
    } catch (error) {
      signal.throwIfAborted();
      why = whyUnreachable(error);
    }
    if (clock.now() + pauseMs > until)
      throw new TroupeError('persona/hand-in', say.nobodyAnswers(why), { class: 'transient' });
    log.info({ why, pauseMs }, 'Troupe does not answer; it is asked again');
    await sleep(clock, pauseMs, signal);
  }
}
