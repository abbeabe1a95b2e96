// Whether GitHub answers, and takes the App's key and this machine's clock: seen from the requests that are made anyway. Repeats nothing, waits for nothing.
import { githubPart as part, isObject, messageOf, parseJson } from '../support/index.ts';
import type { Clock, Redactor, Troubles } from '../support/index.ts';
import { messages } from './client/messages.ts';
import type { GitHubTime } from './client/github-time.ts';

/** What is watched with. */
export interface StandingOptions {
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly time: GitHubTime;
  readonly troubles: Pick<Troubles, 'failed' | 'worked'>;
  readonly redactor: Redactor;
  /** Ends requests when the host stops: then nobody is to blame. */
  readonly signal?: AbortSignal;
}

const appPart = 'github app';
const clockPart = 'github clock';
/** A refused clock is told for so long, although what is signed next goes by GitHub's time: whoever looks every ten seconds sees it. */
const toldMs = 10_000;

/** The same fetch; each failure is told, and each answer ends what was told before. */
export function watched(transport: typeof fetch, options: StandingOptions): typeof fetch {
  const { baseUrl, troubles, signal } = options;
  const clockStanding = standingOfClock(options);
  return async (input, init) => {
    try {
      const response = await transport(input, init);
      await judge(response, {
        url: new URL(input instanceof Request ? input.url : input),
        isApps: isSignedByApp(init),
        clockStanding,
        options,
      });
      return response;
    } catch (error) {
      if (signal?.aborted !== true && init?.signal?.aborted !== true)
        troubles.failed(part, messages.noAnswer(new URL(baseUrl).origin, causeOf(error)));
      throw error;
    }
  };
}

interface Asked {
  readonly url: URL;
  /** Signed with the key itself: what GitHub says to it, it says of the key. */
  readonly isApps: boolean;
  readonly clockStanding: ReturnType<typeof standingOfClock>;
  readonly options: StandingOptions;
}

async function judge(response: Response, { url, isApps, clockStanding, options }: Asked): Promise<void> {
  const { troubles, baseUrl, time } = options;
  const { status } = response;
  const { origin } = new URL(baseUrl);
  // one request that fails at their side says nothing of all; without the App's own nothing works
  if (status >= 500) {
    if (isApps) troubles.failed(part, messages.noAnswer(origin, `status ${status}`));
    return;
  }
  troubles.worked(part);
  if (!isApps) return;
  if (status === 401) {
    const words = options.redactor.text(await wordsOf(response)).slice(0, 200);
    const isClock = time.aheadMs() !== 0 || /'(?:exp|iat)'|expiration time|issued at/i.test(words);
    return isClock ? clockStanding.refused() : troubles.failed(appPart, messages.keyRefused(words));
  }
  if (status === 404 && /\/app(?:\/installations|\/hook\/deliveries)?$/.test(url.pathname))
    return troubles.failed(appPart, messages.appUnknown(origin));
  if (!response.ok && status !== 404) return;
  troubles.worked(appPart);
  clockStanding.accepted();
}

/** What GitHub says to this machine's clock. */
function standingOfClock({ clock, time, troubles }: StandingOptions) {
  let refusedAt: number | undefined;
  return {
    refused() {
      refusedAt = clock.now();
      troubles.failed(clockPart, messages.clockRefused(time.aheadMs()));
    },
    accepted() {
      if (refusedAt === undefined || clock.now() - refusedAt < toldMs) return;
      refusedAt = undefined;
      troubles.worked(clockPart);
    },
  };
}

async function wordsOf(response: Response): Promise<string> {
  try {
    const body: unknown = parseJson(await response.clone().text());
    return isObject(body) && typeof body['message'] === 'string' ? body['message'] : '';
  } catch {
    return '';
  }
}

/** A token of GitHub's has no dots; what the App signs has two. */
function isSignedByApp(init: RequestInit | undefined): boolean {
  const sent = new Headers(init?.headers).get('authorization') ?? '';
  return /^bearer [\w-]+\.[\w-]+\.[\w-]+$/i.test(sent);
}

/** `fetch failed` says nothing; what it came from does. */
function causeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  if (isObject(cause) && typeof cause['code'] === 'string') return cause['code'];
  return messageOf(cause ?? error);
}
