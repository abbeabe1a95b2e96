// Drives a claimed run: load, fold, decide, append, execute, and again, until it ends or parks. The only doer of the engine.
import { messageOf, sleep, TroupeError } from '../support/index.ts';
import { abortReason, startAttempt } from './attempt.ts';
import { nextWake, remainingMs } from './decide.ts';
import type { Decision } from './decide.ts';
import { ClaimLost } from './model/errors.ts';
import { createMailbox } from './mailbox.ts';
import { text } from './model/messages.ts';
import type { Claim } from './ports.ts';
import { openRecorder } from './recorder.ts';
import { isRunOver } from './model/statuses.ts';
import { summaryOf } from './summary.ts';
import { isCurrent, takeTurn } from './turn.ts';
import type { Drive, DriveDeps, Turn } from './turn.ts';
import { wantedTickets } from './plan/wanted-tickets.ts';

/**
 * Drives the run of a claim until it ends, parks, or the claim is lost. Resolves in all three cases; rejects when the
 * journal cannot be read or written. Attempts it started are over or aborted then.
 * @example await journal.serve((claim) => driveRun(claim, deps), { concurrency: 8 });
 */
export async function driveRun(claim: Claim, deps: DriveDeps): Promise<void> {
  const recorder = await openRecorder(claim, deps.clock, (state, events) => deps.onEvents?.(state, events));
  const drive: Drive = {
    claim,
    deps,
    recorder,
    mailbox: createMailbox(),
    live: new Map(),
    unwinding: new Set(),
    timers: new Set(),
    hasLock: claim.spec.lockKey === undefined,
    isStopping: false,
  };
  const stopListening = claim.onExternal((events) => {
    recorder.receive(events);
    drive.mailbox.post({ kind: 'external' });
  });
  const stopWatching = [watch(drive, claim.lost, 'lost'), watch(drive, claim.stopping, 'stopping')];
  try {
    // Posts between the load and the listener are not told.
    await recorder.catchUp();
    await loop(drive);
  } catch (error) {
    if (!(error instanceof ClaimLost)) throw error;
    deps.log.info({ run: claim.run, epoch: claim.epoch }, 'claim lost, another process goes on');
  } finally {
    stopListening();
    for (const stop of stopWatching) stop();
    await abandon(drive);
  }
}

async function loop(drive: Drive): Promise<void> {
  const { claim, recorder, mailbox } = drive;
  while (!isRunOver(recorder.state().status)) {
    const messages = mailbox.take();
    if (messages.some((message) => message.kind === 'grace-over')) return;
    if (messages.some((message) => message.kind === 'lost')) claim.lost.throwIfAborted();
    if (messages.some((message) => message.kind === 'stopping')) beginStop(drive);
    await ensureLock(drive);
    const turn = takeTurn(drive, messages);
    const { foreseen } = turn;
    if (foreseen.events.length > 0) {
      claim.describe(summaryOf(foreseen.state()));
      await recorder.confirm(foreseen);
    }
    abortEnded(drive);
    await keepTickets(drive);
    for (const decision of turn.starts) start(drive, decision);
    // What came from outside since it was decided may change the end: decide again. Parked on it, nobody would look at it.
    const isAsDecided = recorder.state().seq === foreseen.state().seq;
    if (turn.end !== undefined && isAsDecided && (await leave(drive, turn.end))) return;
    if (turn.end !== undefined) continue;
    if (drive.isStopping && drive.live.size === 0) return;
    // What comes due while nothing may start is looked at when that is over; what came due since the turn, at once.
    const isHeld = drive.isStopping || drive.unwinding.size > 0;
    const wakeAt = isHeld ? null : nextWake(recorder.state(), foreseen.at);
    if (wakeAt !== null && wakeAt > foreseen.at && wakeAt <= drive.deps.clock.now()) continue;
    const cancelTick = tickAt(drive, wakeAt);
    await mailbox.wait();
    cancelTick();
  }
}

function start(drive: Drive, decision: Turn['starts'][number]): void {
  const { path } = decision;
  const { claim, recorder, deps, mailbox, live } = drive;
  const step = recorder.state().steps.get(path);
  // An event from outside may have come between the decision and now.
  if (step?.status !== 'running') return;
  const attempt = startAttempt({ ...deps, claim, recorder }, path);
  if (attempt === undefined) return;
  live.set(path, attempt);
  // a container's timeout is decided on
  const remaining = decision.kind === 'join' ? undefined : remainingMs(step, deps.clock.now());
  const cancelTimer =
    remaining === undefined ? undefined : timer(drive, remaining, () => mailbox.post({ kind: 'timeout', attempt }));
  void attempt.ended.then((outcome) => {
    cancelTimer?.();
    mailbox.post({ kind: 'ended', attempt, outcome });
  });
}

/** Aborts what the journal says is over: cancelled, superseded, timed out. The decision is durable, now it is acted on. */
function abortEnded(drive: Drive): void {
  const { recorder, live, unwinding, mailbox, deps } = drive;
  const state = recorder.state();
  for (const attempt of live.values()) {
    if (isCurrent(state, attempt)) continue;
    live.delete(attempt.path);
    unwinding.add(attempt);
    timer(drive, graceOf(deps), () => mailbox.post({ kind: 'given-up', attempt }));
    const step = state.steps.get(attempt.path);
    attempt.abort(abortReason(step, step?.error?.message ?? text.attemptCancelled()));
  }
}

/** Tells the executor when a ticket is wanted no more. Not while attempts unwind: they may be sending it. */
async function keepTickets(drive: Drive): Promise<void> {
  const { claim, recorder, unwinding } = drive;
  if (recorder.state().ticketsSent === undefined || unwinding.size > 0) return;
  const wanted = new Set(wantedTickets(recorder.state()).map(({ requestId }) => requestId));
  const isSettled = drive.wanted !== undefined && [...drive.wanted].every((requestId) => wanted.has(requestId));
  drive.wanted = wanted;
  if (isSettled) return;
  // Who was fenced knows an old state.
  await claim.append([]);
  await giveUpTickets(drive);
}

/** What fails here is done again at the next claim, or at the next start where the run has ended. */
async function giveUpTickets({ claim, recorder, deps }: Drive): Promise<void> {
  if (recorder.state().ticketsSent === undefined) return;
  try {
    await deps.executor.keepTickets?.(claim.run, () => wantedTickets(recorder.state()));
  } catch (error) {
    deps.log.warn({ run: claim.run, error: messageOf(error) }, 'tickets that nobody waits for could not be given up');
  }
}

async function ensureLock(drive: Drive): Promise<void> {
  const { claim, recorder } = drive;
  const { lockKey } = claim.spec;
  if (drive.hasLock || lockKey === undefined || drive.isStopping) return;
  // Who waits paused lets the others pass.
  if (recorder.state().paused !== undefined && recorder.state().startedAt === undefined) return;
  // A run that began has its lock: locks belong to runs, not to processes.
  drive.hasLock = recorder.state().startedAt !== undefined || (await claim.lock(lockKey));
}

/** false: something arrived since it was decided. */
function leave(drive: Drive, end: NonNullable<Turn['end']>): Promise<boolean> {
  return end.kind === 'finish' ? finish(drive, end) : park(drive, end.until);
}

async function park(drive: Drive, until: number | null): Promise<boolean> {
  const { claim, recorder } = drive;
  const state = recorder.state();
  const isNew = state.startedAt !== undefined && state.parkedSince === undefined;
  if (isNew) await recorder.append([{ type: 'run.parked', data: { until } }]);
  const parked = recorder.state();
  // what came from outside during the append was not decided on: it would lie there until somebody wakes the run
  if (parked.seq !== state.seq + (isNew ? 1 : 0)) return false;
  if (await claim.park(parked.seq, until, summaryOf(parked))) return true;
  await recorder.catchUp();
  return false;
}

/** false: something arrived since it was decided. It may change the end, so it is looked at first. */
async function finish(drive: Drive, decision: Extract<Decision, { kind: 'finish' }>): Promise<boolean> {
  const { claim, recorder, deps } = drive;
  const { outcome, outputs } = decision;
  const { status, reason } = outcome;
  const summary = { ...summaryOf(recorder.state()), status, reason };
  const end = { type: 'run.finished', data: { status, reason, outputs } } as const;
  const event = await claim.finish(recorder.state().seq, end, summary);
  if (event === undefined) {
    await recorder.catchUp();
    return false;
  }
  recorder.receive([event]);
  deps.log.info({ run: claim.run, status, reason }, 'run finished');
  await giveUpTickets(drive);
  return true;
}

/** The host stops: attempts have their grace. */
function beginStop(drive: Drive): void {
  drive.isStopping = true;
  timer(drive, graceOf(drive.deps), () => drive.mailbox.post({ kind: 'grace-over' }));
}

/** Aborts what still executes and gives it time to unwind. Nothing is recorded: the next driver sees it as interrupted. */
async function abandon(drive: Drive): Promise<void> {
  const { claim, live, unwinding, deps, timers } = drive;
  for (const cancel of timers) cancel();
  if (live.size === 0 && unwinding.size === 0) return;
  // attempts know by this that another process goes on with what they leave
  const why = claim.lost.aborted
    ? new ClaimLost(claim.run)
    : new TroupeError('engine/stopped', text.hostStops(), { class: 'cancelled' });
  for (const attempt of live.values()) attempt.abort(why);
  const rest = [...live.values(), ...unwinding].map((attempt) => attempt.ended);
  const patience = new AbortController();
  await Promise.race([Promise.all(rest), sleep(deps.clock, graceOf(deps), patience.signal).catch(() => undefined)]);
  patience.abort();
}

function tickAt(drive: Drive, at: number | null): () => void {
  if (at === null) return () => undefined;
  const { clock } = drive.deps;
  return timer(drive, Math.max(0, at - clock.now()), () => drive.mailbox.post({ kind: 'tick' }));
}

/** Tells the loop when the signal is aborted. Returns the way to stop. */
function watch({ mailbox }: Drive, signal: AbortSignal, kind: 'lost' | 'stopping'): () => void {
  const tell = (): void => mailbox.post({ kind });
  signal.addEventListener('abort', tell, { once: true });
  if (signal.aborted) tell();
  return () => signal.removeEventListener('abort', tell);
}

/** A timer that ends with the drive. */
function timer(drive: Drive, ms: number, callback: () => void): () => void {
  const cancel = drive.deps.clock.after(ms, () => {
    drive.timers.delete(cancel);
    callback();
  });
  drive.timers.add(cancel);
  return () => {
    drive.timers.delete(cancel);
    cancel();
  };
}

function graceOf(deps: DriveDeps): number {
  return deps.graceMs ?? 10_000;
}
