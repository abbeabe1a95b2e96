// What a failed request means: whether it was applied, can be repeated, or has to wait. Pure; never sends anything.
import { defined, isObject, messageOf, readRetryAfter, TroupeError } from '../../support/index.ts';
import { hints, messages } from './messages.ts';
import { limits } from './limits.ts';
import { acceptedOf, isAboutPermission, neededFor } from './permissions.ts';
import type { TokenHolder, Ways } from './permissions.ts';

/** How a request ended that did not succeed. `unsent`: it never left, so even a POST may be repeated. */
export type Failure =
  | { readonly kind: 'limited'; readonly waitMs: number }
  | { readonly kind: 'unauthorized' | 'unsent' | 'aborted'; readonly cause: string }
  /** `unanswered`: no answer came in time, so it may still be applied. */
  | { readonly kind: 'unavailable'; readonly cause: string; readonly unanswered?: true }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly cause: string;
      /** What would do, where it is a permission that is missing. */
      readonly missing?: Ways;
    };

interface HttpError {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly answered: boolean;
  readonly request: { readonly method: string; readonly url: string };
}

/** Lines of an answer that are told. */
const mostWords = 12;

const timedOut = 'timeout';
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Reads an error that Octokit or fetch threw. `now`: by GitHub's clock. */
export function failureOf(error: unknown, now: number, waited: number): Failure {
  const http = httpErrorOf(error);
  if (http === undefined || !http.answered) {
    if (isAbort(error)) return { kind: 'aborted', cause: 'stopped' };
    if (http === undefined && !isNetworkError(error)) throw error;
    const code = networkCode(error);
    const cause = code || messageOf(error);
    if (neverSent.has(code)) return { kind: 'unsent', cause };
    return { kind: 'unavailable', cause, ...(code === timedOut ? { unanswered: true } : {}) };
  }
  const { status, headers } = http;
  if (status === 401) return { kind: 'unauthorized', cause: http.message };
  const waitMs = status === 403 || status === 429 ? limitWait(http, now, waited) : undefined;
  if (waitMs !== undefined) return { kind: 'limited', waitMs };
  if (status >= 500) return { kind: 'unavailable', cause: `status ${status}` };
  // the header comes with every answer: only the words tell that it is about a permission
  if (status !== 403 || !isAboutPermission(http.message)) return { kind: 'refused', status, cause: http.message };
  const accepted = acceptedOf(headers['x-accepted-github-permissions']);
  const missing = accepted.length > 0 ? accepted : neededFor(http.request);
  return { kind: 'refused', status, cause: http.message, missing };
}

/** A request that failed, and with what. */
export interface Attempted {
  /** What it was for. */
  readonly what: string;
  /** It is of a kind that must not be repeated blindly. */
  readonly once: boolean;
  /** It changes something. */
  readonly isWrite: boolean;
  readonly cause: unknown;
  /** Whose token it was sent with. */
  readonly holder: TokenHolder;
}

/** The failure as an error that callers can act on. */
export function errorOf(failure: Failure, { what, once, isWrite, cause, holder }: Attempted): TroupeError {
  switch (failure.kind) {
    case 'limited':
      return new TroupeError('github/rate-limit', messages.limited(what), {
        class: 'rate_limit',
        retryAfterMs: failure.waitMs,
        hint: hints.limited,
      });
    case 'aborted':
      return new TroupeError('github/stopped', messages.stopped(what), { class: 'cancelled' });
    case 'unauthorized':
      return new TroupeError('github/auth', messages.unauthorized(what), {
        class: 'auth',
        hint: hints.unauthorized[holder],
      });
    case 'unsent':
    case 'unavailable': {
      const isLate = isWrite && mayBeApplied(failure);
      if (isLate || (once && failure.kind === 'unavailable')) {
        const rest = { class: 'transient', cause, mayComeLate: isLate } as const;
        return new TroupeError('github/unclear', messages.unclear(what, failure.cause), rest);
      }
      return new TroupeError('github/unavailable', messages.unavailable(what, failure.cause), {
        class: 'transient',
        hint: hints.unavailable,
        cause,
      });
    }
    case 'refused':
      return refusal(failure, what, holder);
  }
}

/** Whether a write may still be applied after we stopped to wait for its answer. */
export function mayBeApplied(failure: Failure): boolean {
  return failure.kind === 'unavailable' && failure.unanswered === true;
}

function refusal(
  { status, cause, missing }: Extract<Failure, { kind: 'refused' }>,
  what: string,
  holder: TokenHolder,
): TroupeError {
  if (status === 404) return new TroupeError('github/not-found', messages.notFound(what));
  if (status === 410) return new TroupeError('github/gone', messages.gone(what));
  if (status === 403 && /archived|read-only/i.test(cause)) {
    return new TroupeError('github/archived', messages.archived(what));
  }
  if (status === 403 && /(?:issue|conversation) is locked/i.test(cause)) {
    return new TroupeError('github/locked', messages.locked(what), { class: 'auth', hint: hints.locked });
  }
  if (status === 403 && missing === undefined)
    return new TroupeError('github/setting', messages.setting(what, cause), {
      class: 'auth',
      ...defined({ hint: hints.setting(cause) }),
    });
  if (status === 403) {
    return new TroupeError('github/permission', messages.permission(what, missing ?? [], holder), {
      class: 'auth',
      hint: hints.permission(missing ?? [], holder),
    });
  }
  if (status === 409) return new TroupeError('github/conflict', messages.conflict(what, cause));
  return new TroupeError(codeOfRefusal(status, cause), messages.refused(what, cause));
}

// GitHub tells these apart only by their words.
function codeOfRefusal(status: number, cause: string): string {
  if (status === 405) return 'github/not-mergeable';
  if (status !== 422) return 'github/refused';
  if (/already[ _]exists/i.test(cause)) return 'github/exists';
  if (/draft pull requests are not supported/i.test(cause)) return 'github/drafts-unavailable';
  if (/no commits between/i.test(cause)) return 'github/no-commits';
  return 'github/invalid';
}

/** How long a rate limit asks us to wait; undefined when the 403 is about something else. */
function limitWait(error: HttpError, now: number, waited: number): number | undefined {
  const header = error.headers['retry-after'];
  const asked = readRetryAfter(
    typeof header === 'number' ? String(header) : typeof header === 'string' ? header : '',
    now,
  );
  if (asked !== undefined) return within(asked);
  const reset = Number(error.headers['x-ratelimit-reset']);
  if (String(error.headers['x-ratelimit-remaining']) === '0' && Number.isFinite(reset)) {
    return within(reset * 1_000 - now);
  }
  const secondary = error.status === 429 || /secondary rate limit|abuse detection/i.test(error.message);
  return secondary ? limits.secondaryWaitMs * 2 ** Math.min(waited, 4) : undefined;
}

/** No limit of GitHub's lasts longer than its hour, whatever a clock makes of it. */
function within(ms: number): number {
  return Math.min(limits.longestWaitMs, Math.max(1_000, ms));
}

function httpErrorOf(error: unknown): HttpError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const response = 'response' in error && isObject(error.response) ? error.response : undefined;
  const headers = isObject(response?.['headers']) ? response['headers'] : {};
  const message = wordsOf(response?.['data']) ?? error.message;
  return { status: error.status, message, headers, answered: response !== undefined, request: requestOf(error) };
}

function requestOf(error: Error): HttpError['request'] {
  const request = 'request' in error && isObject(error.request) ? error.request : {};
  const { method, url } = request;
  return { method: typeof method === 'string' ? method : 'GET', url: typeof url === 'string' ? url : '' };
}

/** GitHub's own words: the message and what it says of each error; Octokit would add JSON and the address of a manual. */
function wordsOf(data: unknown): string | undefined {
  if (!isObject(data) || typeof data['message'] !== 'string') return undefined;
  const errors = Array.isArray(data['errors']) ? data['errors'].map(detailOf) : [];
  const lines = [data['message'], ...errors].flatMap((text) => text.split('\n')).map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, mostWords).join('; ');
}

function detailOf(error: unknown): string {
  if (!isObject(error)) return typeof error === 'string' ? error : '';
  if (typeof error['message'] === 'string') return error['message'];
  return [error['resource'], error['field'], error['code']].filter((part) => typeof part === 'string').join(' ');
}

function isAbort(error: unknown): boolean {
  return chain(error).some((link) => link.name === 'AbortError');
}

function isNetworkError(error: unknown): boolean {
  return chain(error).some((link) => link.name === 'TimeoutError' || link.message === 'fetch failed' || 'code' in link);
}

function networkCode(error: unknown): string {
  for (const link of chain(error)) {
    if ('code' in link && typeof link.code === 'string') return link.code;
    if (link.name === 'TimeoutError') return timedOut;
  }
  return '';
}

function chain(error: unknown): Error[] {
  const links: Error[] = [];
  for (let link = error; link instanceof Error && links.length < 5; link = link.cause) links.push(link);
  return links;
}
