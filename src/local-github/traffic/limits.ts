// Counts requests against GitHub's primary and secondary limits. Never waits.
import { HttpError } from '../world/replies.ts';
import type { Caller } from './caller.ts';
import type { LimitOptions } from '../types/index.ts';
import type { Clock } from '../../support/index.ts';

/** Counts requests per caller. */
export interface Limiter {
  /** Throws 403 or 429 when the request is one too many. */
  admit(caller: Caller, request: { readonly method: string; readonly route: string }): void;
  /** A conditional request that changed nothing costs nothing. */
  giveBack(caller: Caller): void;
  headers(caller: Caller): Record<string, string>;
  state(caller: Caller): {
    readonly limit: number;
    readonly used: number;
    readonly remaining: number;
    readonly reset: number;
  };
}

interface Bucket {
  reset: number;
  used: number;
  readonly content: number[];
  readonly points: { readonly at: number; readonly cost: number }[];
}

const hour = 3_600_000;
const minute = 60_000;
const contentRoutes = /^(POST|PATCH|PUT|DELETE) \/repos\/\{owner\}\/\{repo\}\/(issues|pulls)(\/|$)|^POST \/graphql$/;

/** A limiter with GitHub's hourly limit and whichever secondary limits are given. */
export function createLimiter(clock: Clock, options: LimitOptions = {}): Limiter {
  const limit = options.perHour ?? 5_000;
  const buckets = new Map<string, Bucket>();

  function bucketOf(caller: Caller): Bucket {
    const key = bucketKey(caller);
    const now = clock.now();
    let bucket = buckets.get(key);
    if (bucket === undefined || bucket.reset <= now) {
      bucket = { reset: now + hour, used: 0, content: bucket?.content ?? [], points: bucket?.points ?? [] };
      buckets.set(key, bucket);
    }
    return bucket;
  }

  function state(caller: Caller) {
    const bucket = bucketOf(caller);
    const reset = Math.ceil(bucket.reset / 1000);
    return { limit, used: Math.min(bucket.used, limit), remaining: Math.max(0, limit - bucket.used), reset };
  }

  function headers(caller: Caller): Record<string, string> {
    const now = state(caller);
    return {
      'x-ratelimit-limit': String(now.limit),
      'x-ratelimit-remaining': String(now.remaining),
      'x-ratelimit-used': String(now.used),
      'x-ratelimit-reset': String(now.reset),
      'x-ratelimit-resource': 'core',
    };
  }

  return {
    state,
    headers,
    admit(caller, request) {
      const bucket = bucketOf(caller);
      if (bucket.used >= limit) {
        const message = `API rate limit exceeded for ${bucketKey(caller)}.`;
        throw new HttpError(403, { message }, headers(caller));
      }
      bucket.used += 1;
      admitSecondary(bucket, request, { now: clock.now(), options });
    },
    giveBack(caller) {
      const bucket = bucketOf(caller);
      bucket.used = Math.max(0, bucket.used - 1);
    },
  };
}

/** Throws when the request is one too many for a secondary limit; counts it otherwise. */
function admitSecondary(
  bucket: Bucket,
  request: { readonly method: string; readonly route: string },
  { now, options }: { readonly now: number; readonly options: LimitOptions },
): void {
  const cost = request.method === 'GET' ? 1 : 5;
  const points = bucket.points.filter(({ at }) => at > now - minute);
  const spent = points.reduce((sum, point) => sum + point.cost, 0);
  const oldest = points[0]?.at ?? now;
  if (spent + cost > (options.pointsPerMinute ?? Number.POSITIVE_INFINITY))
    throw tooMany(options, oldest + minute - now);
  bucket.points.splice(0, bucket.points.length, ...points, { at: now, cost });
  if (request.method === 'GET' || !contentRoutes.test(request.route)) return;
  const lastHour = bucket.content.filter((at) => at > now - hour);
  const lastMinute = lastHour.filter((at) => at > now - minute);
  if (lastMinute.length >= (options.contentPerMinute ?? Number.POSITIVE_INFINITY))
    throw tooMany(options, (lastMinute[0] ?? now) + minute - now);
  if (lastHour.length >= (options.contentPerHour ?? Number.POSITIVE_INFINITY))
    throw tooMany(options, (lastHour[0] ?? now) + hour - now);
  bucket.content.splice(0, bucket.content.length, ...lastHour, now);
}

function bucketKey(caller: Caller): string {
  if (caller.kind === 'installation') return `installation ID ${caller.installation.id}`;
  if (caller.kind === 'user') return `user ID ${caller.user.id}`;
  if (caller.kind === 'app') return `app ID ${caller.app.id}`;
  return '127.0.0.1';
}

function tooMany(options: LimitOptions, waitMs: number): HttpError {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  const retryAfter = { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
  if (options.answer === '429') return new HttpError(429, { message }, retryAfter);
  return new HttpError(403, { message }, options.answer === '403-without-retry-after' ? {} : retryAfter);
}
