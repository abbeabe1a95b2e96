// Hands stored deliveries over, one at a time per issue and many at once. A failing one is tried again later, then given up; none is lost.
import type { Inbox, InboxEntry, TakenDelivery } from '../store/index.ts';
import { messageOf, TroupeError } from '../support/index.ts';
import type { Clock, Logger } from '../support/index.ts';
import { laneMessages } from './messages.ts';

/** What came of a delivery. */
export interface Received {
  readonly state: 'done' | 'ignored';
  readonly note?: string;
}

/** What lanes work with. */
export interface LanePorts {
  readonly inbox: Inbox;
  /** Handles one delivery; a throw means: not handled, try again. */
  receive(entry: InboxEntry): Promise<Received>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Deliveries handled at once, each of another issue. */
  readonly concurrency: number;
}

/** Lanes that were started. */
export interface Lanes {
  /** Takes no more; waits at most `graceMs` for what is being handled. What is not finished is taken again at the next start. */
  stop(graceMs: number): Promise<void>;
}

const waits = [30_000, 120_000, 600_000, 1_800_000, 7_200_000];
/** An object that its own event is about is usually visible a moment later. */
const notVisibleYetMs = 5_000;

/** Milliseconds until a delivery is tried again after `attempts` tries; null: given up. */
export function retryDelay(attempts: number, error: unknown): number | null {
  const wait = waits[attempts - 1];
  if (wait === undefined) return null;
  if (!(error instanceof TroupeError)) return wait;
  if (error.code === 'github/not-visible' && attempts === 1) return notVisibleYetMs;
  return Math.max(wait, error.retryAfterMs ?? 0);
}

/** Starts to take deliveries from the inbox. */
export async function createLanes(ports: LanePorts): Promise<Lanes> {
  const { inbox, clock, log, concurrency } = ports;
  const active = new Set<Promise<void>>();
  let stopped = false;
  let stopTimer: (() => void) | undefined;

  const wake = inRounds({ pump, isStopped: () => stopped, later: setTimer, log });
  const stopListening = inbox.onPut(wake);
  wake();
  return { stop };

  async function pump(): Promise<void> {
    stopTimer?.();
    while (!stopped && active.size < concurrency) {
      const entry = await inbox.take(clock.now());
      if (entry === undefined) break;
      const work = handle(entry, ports).finally(() => {
        active.delete(work);
        wake();
      });
      active.add(work);
    }
    if (stopped || active.size >= concurrency) return;
    const next = await inbox.nextAt();
    // what is due now waits for its lane, and the end of the work in it wakes us
    if (next !== undefined && next > clock.now()) setTimer(next - clock.now());
  }

  function setTimer(ms: number): void {
    stopTimer?.();
    stopTimer = clock.after(ms, wake);
  }

  async function stop(graceMs: number): Promise<void> {
    stopped = true;
    stopListening();
    stopTimer?.();
    if (active.size > 0) await endOf([...active], graceMs, clock);
  }
}

/** Rounds, one at a time: who asks for another while one is under way gets it right after. */
function inRounds(rounds: {
  pump(): Promise<void>;
  isStopped(): boolean;
  /** Asks for a round then. */
  later(ms: number): void;
  readonly log: LanePorts['log'];
}): () => void {
  let pumping = false;
  let again = false;

  function wake(): void {
    if (rounds.isStopped()) return;
    if (pumping) {
      again = true;
      return;
    }
    pumping = true;
    rounds.pump().then(
      () => rest(),
      (error: unknown) => {
        rounds.log.error({ error: messageOf(error) }, laneMessages.broken);
        again = false;
        rest(1_000);
      },
    );
  }

  /** After a round: another one if something came meanwhile, else when the next delivery's time has come. */
  function rest(wait?: number): void {
    pumping = false;
    if (wait !== undefined && !rounds.isStopped()) rounds.later(wait);
    if (!again) return;
    again = false;
    wake();
  }

  return wake;
}

/** Waits for the work, and no longer than that. */
async function endOf(work: readonly Promise<void>[], graceMs: number, clock: Clock): Promise<void> {
  let stopWaiting: (() => void) | undefined;
  const patience = new Promise<void>((resolve) => {
    stopWaiting = clock.after(graceMs, resolve);
  });
  await Promise.race([Promise.allSettled(work), patience]);
  stopWaiting?.();
}

async function handle(entry: TakenDelivery, ports: LanePorts): Promise<void> {
  const { inbox, log } = ports;
  try {
    const received = await ports.receive(entry);
    if (!(await inbox.done(entry, received.state, received.note)))
      log.warn({ delivery: entry.id }, laneMessages.takenAway);
  } catch (error) {
    await setBack(entry, error, ports);
  }
}

async function setBack(entry: TakenDelivery, error: unknown, { inbox, clock, log }: LanePorts): Promise<void> {
  const delay = retryDelay(entry.attempts, error);
  const fields = { delivery: entry.id, event: entry.event, attempt: entry.attempts, error: messageOf(error) };
  if (delay === null) log.error(fields, laneMessages.dead);
  else log.warn({ ...fields, retryInMs: delay }, laneMessages.retry);
  try {
    await inbox.failed(entry, messageOf(error), delay === null ? null : clock.now() + delay);
  } catch (failure) {
    // it stays `working` and is taken again when the lease has expired, at the latest at the next start
    log.error({ delivery: entry.id, error: messageOf(failure) }, laneMessages.broken);
  }
}
