// When a request may leave: concurrency, the pace of writes, and pauses that GitHub asked for. One per installation; knows no HTTP.
import { TroupeError } from '../../support/index.ts';
import type { Clock } from '../../support/index.ts';
import { limits } from './limits.ts';
import { messages } from './messages.ts';
import type { WriteClass } from './types.ts';

/** What a request is, for the pacer. `content`: it creates something people are notified of. */
export interface Paced {
  readonly what: string;
  readonly urgency: 'read' | WriteClass;
  readonly content?: boolean;
}

/** Lets requests through. */
export interface Pacer {
  /** Runs `send` when its turn comes. A `progress` write is refused with `github/paced` when half the burst is used up. */
  run<Result>(paced: Paced, send: () => Promise<Result>): Promise<Result>;
  /** Nothing leaves before this time: a rate limit is of the installation, not of one request. */
  pauseUntil(at: number): void;
}

/** What a pacer is made of. `intervalMs` 0 switches the pace of writes off. */
export interface PacerOptions {
  readonly clock: Clock;
  readonly intervalMs?: number;
  readonly burst?: number;
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly paced: Paced;
  go(): void;
}

const urgencies = ['urgent', 'read', 'create', 'progress'] as const;

/** A pacer with a full bucket. */
export function createPacer(options: PacerOptions): Pacer {
  const { clock, signal } = options;
  const allowance = createAllowance(options);
  const queues = new Map<Paced['urgency'], Waiting[]>(urgencies.map((urgency) => [urgency, []]));
  let active = 0;
  let stopTimer: (() => void) | undefined;

  async function run<Result>(paced: Paced, send: () => Promise<Result>): Promise<Result> {
    if (paced.urgency === 'progress') allowance.refuseWhenBusy(paced);
    await turn(paced);
    try {
      return await send();
    } finally {
      active -= 1;
      pump();
    }
  }

  function turn(paced: Paced): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = queues.get(paced.urgency) ?? [];
      function leave(): void {
        queue.splice(queue.indexOf(waiting), 1);
        reject(new TroupeError('github/stopped', messages.stopped(paced.what), { class: 'cancelled' }));
      }
      function go(): void {
        signal?.removeEventListener('abort', leave);
        resolve();
      }
      const waiting: Waiting = { paced, go };
      queue.push(waiting);
      if (signal?.aborted) return leave();
      signal?.addEventListener('abort', leave, { once: true });
      pump();
    });
  }

  function pump(): void {
    allowance.refill();
    let soonest = Number.POSITIVE_INFINITY;
    for (const queue of queues.values()) {
      for (let next = queue[0]; next !== undefined && active < limits.concurrentRequests; next = queue[0]) {
        const wait = allowance.waitOf(next.paced);
        if (wait > 0) {
          soonest = Math.min(soonest, wait);
          break;
        }
        queue.shift();
        active += 1;
        allowance.take(next.paced);
        next.go();
      }
    }
    stopTimer?.();
    stopTimer = Number.isFinite(soonest) ? clock.after(soonest, pump) : undefined;
  }

  return { run, pauseUntil: allowance.pauseUntil };
}

/** How much may be sent now: tokens of writes, what made content lately, and a pause that GitHub asked for. Sends nothing. */
function createAllowance({ clock, intervalMs = limits.writeIntervalMs, burst = limits.writeBurst }: PacerOptions) {
  let tokens = burst;
  let refilledAt = clock.now();
  let pausedUntil = 0;
  let content: number[] = [];

  function refuseWhenBusy(paced: Paced): void {
    refill();
    if (intervalMs === 0 || (tokens >= burst / 2 && pausedUntil <= clock.now())) return;
    const retryAfterMs = Math.max(pausedUntil - clock.now(), Math.ceil((burst / 2 - tokens) * intervalMs), 1);
    throw new TroupeError('github/paced', messages.paced(paced.what), { class: 'rate_limit', retryAfterMs });
  }

  function waitOf(paced: Paced): number {
    const now = clock.now();
    if (pausedUntil > now) return pausedUntil - now;
    if (paced.urgency === 'read' || intervalMs === 0) return 0;
    if (tokens < 1) return Math.max(1, Math.ceil((1 - tokens) * intervalMs));
    return paced.content === true ? contentWait(now) : 0;
  }

  function contentWait(now: number): number {
    const minute = content.filter((at) => at > now - 60_000);
    if (minute.length >= limits.contentPerMinute) return (minute[0] ?? now) + 60_000 - now;
    if (content.length >= limits.contentPerHour) return (content[0] ?? now) + 3_600_000 - now;
    return 0;
  }

  function take(paced: Paced): void {
    if (paced.urgency === 'read') return;
    tokens -= 1;
    if (paced.content === true) content.push(clock.now());
  }

  function refill(): void {
    const now = clock.now();
    if (intervalMs > 0) tokens = Math.min(burst, tokens + (now - refilledAt) / intervalMs);
    refilledAt = now;
    content = content.filter((at) => at > now - 3_600_000);
  }

  return {
    refuseWhenBusy,
    waitOf,
    take,
    refill,
    pauseUntil(at: number) {
      pausedUntil = Math.max(pausedUntil, at);
    },
  };
}
