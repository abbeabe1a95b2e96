// Hands stored deliveries over, one at a time per issue and many at once. A failing one is tried again later, then given up; none is lost.
import type { Inbox, InboxEntry, TakenDelivery } from '../store/index.ts';
import { githubPart, machineFault, messageOf, sleep, TroupeError } from '../support/index.ts';
import type { Clock, Logger, Troubles } from '../support/index.ts';
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
  /** Told of what cannot be written. */
  readonly troubles?: Troubles;
}

/** Lanes that were started. */
export interface Lanes {
  /** Takes no more; waits at most `graceMs` for what is being handled. What is not finished is taken again at the next start. */
  stop(graceMs: number): Promise<void>;
}

const waits = [30_000, 120_000, 600_000, 1_800_000, 7_200_000];
/** An object that its own event is about is usually visible a moment later. */
const notVisibleYetMs = 5_000;

/** The machine is looked at again soon, and so is a GitHub that was away: whoever made room, or is back, waits for nothing. */
const machineWaitMs = 5_000;
const outageWaitMs = 10_000;
const outages: readonly string[] = ['github/unavailable', 'github/unclear', 'git/network'];
/** The pauses of a write that has to be done: the last one repeats. */
const writePausesMs = [250, 500, 1_000, 2_000, 5_000] as const;

/** Milliseconds until a delivery is tried again after `attempts` tries; null: given up. What the machine refuses, or a GitHub that is away, is tried until it is done. */
export function retryDelay(attempts: number, error: unknown, isAway = false): number | null {
  if (machineFault(error) !== undefined) return machineWaitMs;
  if (isAway) return outageWaitMs;
  const wait = waits[attempts - 1];
  if (wait === undefined) return null;
  if (!(error instanceof TroupeError)) return wait;
  if (error.code === 'github/not-visible' && attempts === 1) return notVisibleYetMs;
  return Math.max(wait, error.retryAfterMs ?? 0);
}

/** While GitHub answers nobody a failure says nothing of the delivery. */
function isOutage(error: unknown, { troubles }: LanePorts): boolean {
  const isAway = troubles?.all().some(({ part }) => part === githubPart) === true;
  return isAway && error instanceof TroupeError && outages.includes(error.code);
}

/** Starts to take deliveries from the inbox. */
export async function createLanes(ports: LanePorts): Promise<Lanes> {
  const { inbox, clock, log, concurrency } = ports;
  const active = new Set<Promise<void>>();
  let stopped = false;
  let stopTimer: (() => void) | undefined;
  const ending = new AbortController();

  const wake = inRounds({ pump, isStopped: () => stopped, later: setTimer, log });
  const stopListening = inbox.onPut(wake);
  wake();
  return { stop };

  async function pump(): Promise<void> {
    stopTimer?.();
    while (!stopped && active.size < concurrency) {
      const entry = await inbox.take(clock.now());
      if (entry === undefined) break;
      const work = handle(entry, ports, ending.signal).finally(() => {
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
    ending.abort();
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
  let failures = 0;

  function wake(): void {
    if (rounds.isStopped()) return;
    if (pumping) {
      again = true;
      return;
    }
    pumping = true;
    rounds.pump().then(
      () => {
        failures = 0;
        rest();
      },
      (error: unknown) => {
        // once: it is tried each second
        if (failures === 0 && !rounds.isStopped()) rounds.log.error({ error: messageOf(error) }, laneMessages.broken);
        failures += 1;
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

async function handle(entry: TakenDelivery, ports: LanePorts, ending: AbortSignal): Promise<void> {
  const { inbox, log } = ports;
  let received: Received;
  try {
    received = await ports.receive(entry);
  } catch (error) {
    return setBack(entry, { error, ending }, ports);
  }
  const { state, note } = received;
  const kept = await untilWritten(() => inbox.done(entry, state, note), { entry, ending }, ports);
  if (kept === false) log.warn({ delivery: entry.id }, laneMessages.takenAway);
}

interface Failure {
  readonly error: unknown;
  /** Aborted when the process ends. */
  readonly ending: AbortSignal;
}

async function setBack(entry: TakenDelivery, { error, ending }: Failure, ports: LanePorts): Promise<void> {
  const { inbox, clock, log } = ports;
  const isAway = isOutage(error, ports);
  const delay = retryDelay(entry.attempts, error, isAway);
  const fields = { delivery: entry.id, event: entry.event, attempt: entry.attempts, error: messageOf(error) };
  if (delay === null) log.error(fields, laneMessages.dead);
  else if (ending.aborted) log.warn(fields, laneMessages.atNextStart);
  else log.warn({ ...fields, retryInMs: delay }, laneMessages.retry);
  const said = messageOf(error);
  const isNobodys = machineFault(error) !== undefined || isAway;
  function write(): Promise<boolean> {
    if (delay === null) return inbox.failed(entry, said, null);
    const nextAt = clock.now() + delay;
    return isNobodys ? inbox.postponed(entry, said, nextAt) : inbox.failed(entry, said, nextAt);
  }
  await untilWritten(write, { entry, ending }, ports);
}

/** A delivery that nobody may take again stands still: what became of it is written, however long that takes. undefined: the process ended before. */
async function untilWritten(
  write: () => Promise<boolean>,
  { entry, ending }: { readonly entry: TakenDelivery; readonly ending: AbortSignal },
  { clock, log, troubles }: LanePorts,
): Promise<boolean | undefined> {
  for (let tries = 0; ; tries += 1) {
    try {
      const written = await write();
      troubles?.worked('inbox');
      return written;
    } catch (error) {
      const fields = { delivery: entry.id, error: messageOf(error) };
      if (!ending.aborted && tries === 0) log.error(fields, laneMessages.notWritten);
      if (!ending.aborted) troubles?.failed('inbox', messageOf(error));
      const isOver = await sleep(clock, pauseOf(tries), ending).then(
        () => false,
        () => true,
      );
      if (!isOver) continue;
      // it is free again at the next start
      log.warn(fields, laneMessages.atNextStart);
      return undefined;
    }
  }
}

function pauseOf(tries: number): number {
  return writePausesMs[Math.min(tries, writePausesMs.length - 1)] ?? 5_000;
}
