// The one fetch of this folder: time limit, conditional GETs, GitHub's time and the request log. Never retries and never waits.
import type { Clock } from '../support/index.ts';
import { limits } from './client/limits.ts';
import type { GitHubTime } from './client/github-time.ts';

/** One request as it was sent; `cached`: GitHub answered 304 and the kept answer was used. */
export interface RequestEntry {
  readonly method: string;
  /** Path and query, without the host. */
  readonly path: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly durationMs: number;
  readonly cached: boolean;
  /** When GitHub answered, by its own clock, to the second; absent without an answer. */
  readonly answeredAt?: number;
}

/** What a transport is made of. */
export interface TransportOptions {
  readonly clock: Clock;
  readonly requestLog?: (entry: RequestEntry) => void;
  /** Told the `Date` of each answer. */
  readonly time?: Pick<GitHubTime, 'learn'>;
  /** Told of a repository that was asked for by a name that it has no more. */
  moved?(id: number): void;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const mostRedirects = 3;

/** Who hears of answers on the way. */
type Told = Pick<TransportOptions, 'time' | 'moved'>;

interface Kept {
  readonly etag: string;
  readonly body: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** A `fetch` for Octokit. Answers with an ETag are kept; GitHub is still asked each time, so nothing is ever out of date. */
export function createTransport({
  clock,
  requestLog,
  signal,
  timeoutMs = limits.requestTimeoutMs,
  ...told
}: TransportOptions): typeof fetch {
  const kept = new Map<string, Kept>();
  let keptBytes = 0;

  return async function transport(input, init = {}) {
    const url = input instanceof Request ? input.url : String(input);
    const method = init.method ?? 'GET';
    const headers = new Headers(init.headers);
    const key = `${headers.get('accept') ?? ''} ${url}`;
    const known = method === 'GET' ? kept.get(key) : undefined;
    if (known !== undefined) headers.set('if-none-match', known.etag);
    const startedAt = clock.now();
    function report(status: number, cached: boolean, date?: string | null): void {
      const { pathname, search } = new URL(url);
      const durationMs = clock.now() - startedAt;
      requestLog?.({ method, path: pathname + search, status, durationMs, cached, ...answeredIn(date) });
    }
    const signals = [
      AbortSignal.timeout(timeoutMs),
      ...(signal ? [signal] : []),
      ...(init.signal ? [init.signal] : []),
    ];
    try {
      const response = await followed(url, { ...init, headers, signal: AbortSignal.any(signals) }, told);
      const cached = response.status === 304 && known !== undefined;
      // Reading the body here keeps its failures inside this try: a torn answer is logged as no answer.
      const body = cached ? known.body : await response.text();
      report(response.status, cached, response.headers.get('date'));
      if (cached) return answer(known.body, { status: 200, headers: merged(known.headers, response.headers), url });
      if (method === 'GET' && response.ok) keep(key, response.headers, body);
      return answer(body, { status: response.status, headers: response.headers, url });
    } catch (error) {
      report(0, false);
      throw error;
    }
  };

  function keep(key: string, headers: Headers, body: string): void {
    const etag = headers.get('etag');
    forget(key);
    if (etag === null || body.length > limits.cachedBytes / 8) return;
    kept.set(key, { etag, body, headers: [...headers] });
    keptBytes += body.length;
    for (const oldest of kept.keys()) {
      if (kept.size <= limits.cachedAnswers && keptBytes <= limits.cachedBytes) break;
      forget(oldest);
    }
  }

  function forget(key: string): void {
    keptBytes -= kept.get(key)?.body.length ?? 0;
    kept.delete(key);
  }
}

/** When an answer says that it was made. */
function answeredIn(date: string | null | undefined): Pick<RequestEntry, 'answeredAt'> {
  const answeredAt = Date.parse(date ?? '');
  return Number.isNaN(answeredAt) ? {} : { answeredAt };
}

/**
 * A repository that was renamed or moved answers with its new place. `fetch` would follow with a GET whatever was asked, and
 * without the token: the same request goes there again, and only within GitHub's own API.
 */
async function followed(url: string, init: RequestInit, told: Told): Promise<Response> {
  let target = url;
  for (let hops = 0; ; hops += 1) {
    const response = await fetch(target, { ...init, redirect: 'manual' });
    told.time?.learn(response.headers.get('date'));
    const location = response.headers.get('location');
    if (![301, 302, 307, 308].includes(response.status) || location === null || hops >= mostRedirects) return response;
    const next = new URL(location, target);
    if (next.origin !== new URL(target).origin) return response;
    await response.body?.cancel();
    const [, id] = /\/repositories\/(\d{1,16})(?:\/|$)/.exec(next.pathname) ?? [];
    if (id !== undefined) told.moved?.(Number(id));
    target = next.href;
  }
}

function merged(old: Kept['headers'], fresh: Headers): Headers {
  const headers = new Headers(old.map(([name, value]): [string, string] => [name, value]));
  for (const [name, value] of fresh) if (name.startsWith('x-ratelimit')) headers.set(name, value);
  return headers;
}

function answer(
  body: string,
  { status, headers, url }: { readonly status: number; readonly headers: Headers; readonly url: string },
): Response {
  const copy = new Headers(headers);
  // The text is decoded already.
  copy.delete('content-encoding');
  copy.delete('content-length');
  const empty = status === 204 || status === 205 || status === 304;
  const response = new Response(empty ? null : body, { status, headers: copy });
  return Object.defineProperty(response, 'url', { value: url });
}
