// One turn of the drive loop: results and all that follows from them as one list of events. Executes and appends nothing.
import { asksPersona, isContainer } from '../definition/index.ts';
import type { Clock, Logger, StepPath } from '../support/index.ts';
import type { Attempt, AttemptOutcome } from './attempt.ts';
import { decide } from './decide.ts';
import type { Decision } from './decide.ts';
import { eventsOf } from './decision-events.ts';
import { ClaimLost } from './model/errors.ts';
import { foresee } from './events/fold.ts';
import type { Foresight } from './events/fold.ts';
import type { Mailbox } from './mailbox.ts';
import { text } from './model/messages.ts';
import { planOf } from './plan/plan.ts';
import type { Claim, StepExecutor } from './ports.ts';
import type { Recorder } from './recorder.ts';
import { attemptEnded } from './retry.ts';
import type { RunState } from './model/state.ts';
import type { NewEvent, RunEvent } from './events/types.ts';
import type { StepError, Usage } from './model/types.ts';

/** What a drive works with. */
export interface DriveDeps {
  readonly executor: StepExecutor;
  readonly clock: Clock;
  /** 0 ≤ x < 1, for the jitter of retries. */
  readonly random: () => number;
  readonly log: Logger;
  /** Hears of every event after it is durable, in order. */
  readonly onEvents?: (state: RunState, events: readonly RunEvent[]) => void;
  /** How long attempts may take to end: on a stop of the host on their own, after an abort to unwind. Default 10 s. */
  readonly graceMs?: number;
  /** Whether the run may have done more than its journal says: it was put back from a copy. Then every write is looked for before it is made. Absent: never. */
  readonly mayHaveDoneMore?: (state: RunState) => boolean;
  /** Independent branches go on after a failure. */
  readonly collectErrors?: boolean;
}

/** When a run asks again for a lock that another run has, should nobody wake it. */
const lockPauseMs = 60_000;

/** What the loop hears. */
export type Message =
  | { readonly kind: 'ended'; readonly attempt: Attempt; readonly outcome: AttemptOutcome }
  | { readonly kind: 'timeout' | 'given-up'; readonly attempt: Attempt }
  | { readonly kind: 'external' | 'tick' | 'lost' | 'stopping' | 'grace-over' };

/** A drive at work. */
export interface Drive {
  readonly claim: Claim;
  readonly deps: DriveDeps;
  readonly recorder: Recorder;
  readonly mailbox: Mailbox<Message>;
  readonly live: Map<StepPath, Attempt>;
  /** Aborted, and still unwinding. Nothing new starts beside them. */
  readonly unwinding: Set<Attempt>;
  readonly timers: Set<() => void>;
  /** The tickets that the executor was last told of; undefined before it was. */
  wanted?: ReadonlySet<string>;
  hasLock: boolean;
  /** The host stops: results are recorded, nothing starts. */
  isStopping: boolean;
}

/** A decision that begins an attempt. */
type Beginning = Extract<Decision, { kind: 'start' | 'join' }>;

/** What a turn comes to. */
export interface Turn {
  /** Its events, and the state as it will be when they are recorded. */
  readonly foreseen: Foresight;
  readonly starts: readonly Beginning[];
  readonly end?: Extract<Decision, { kind: 'finish' | 'park' }>;
}

/** Results and all that follows from them, as one append: a step's result and the next step's start. */
export function takeTurn(drive: Drive, messages: readonly Message[]): Turn {
  const { deps, recorder, live } = drive;
  const now = deps.clock.now();
  const foreseen = foresee(recorder.state(), now);
  const starts = new Map<StepPath, Beginning>();
  for (const message of messages) foreseen.add(eventsOfMessage(drive, message, foreseen.state()));
  if (drive.isStopping) return { foreseen, starts: [] };
  for (;;) {
    const state = foreseen.state();
    const busy = new Set([...live.keys(), ...starts.keys()]);
    const decisions = decide(state, now, {
      live: busy,
      collectErrors: deps.collectErrors === true,
      joins: deps.executor.join !== undefined,
    });
    const isHeld = drive.unwinding.size > 0 || [...live.values()].some((attempt) => !isCurrent(state, attempt));
    const allowed = decisions.filter((decision) => isAllowed(drive, decision, isHeld));
    const end = allowed.find((decision) => decision.kind === 'finish' || decision.kind === 'park');
    if (end !== undefined) return { foreseen, starts: [], end };
    if (!drive.hasLock && decisions.some((decision) => decision.kind === 'begin-run'))
      return { foreseen, starts: [], end: { kind: 'park', until: now + lockPauseMs } };
    for (const decision of allowed) {
      if (isBeginning(decision)) starts.set(decision.path, decision);
      if (decision.kind === 'cancel') starts.delete(decision.path);
    }
    foreseen.add(allowed.flatMap(eventsOf));
    // A start makes nothing else possible, so it needs no second look.
    if (allowed.every(isBeginning)) return { foreseen, starts: [...starts.values()] };
  }
}

/** While attempts unwind nothing starts and the run neither ends nor parks: they may still hold a worktree. */
function isAllowed(drive: Drive, decision: Decision, isHeld: boolean): boolean {
  if (decision.kind === 'begin-run') return drive.hasLock;
  return !isHeld || !['start', 'join', 'open', 'finish', 'park'].includes(decision.kind);
}

function eventsOfMessage(drive: Drive, message: Message, state: RunState): NewEvent[] {
  const { deps, live, unwinding } = drive;
  if (message.kind === 'timeout') {
    const { attempt } = message;
    if (live.get(attempt.path) !== attempt || !isCurrent(state, attempt)) return [];
    return endOf(drive, state, { attempt, outcome: { kind: 'failed', error: timeoutError(state, attempt) } });
  }
  if (message.kind === 'given-up') {
    // most end long before their grace is over
    if (unwinding.delete(message.attempt))
      deps.log.warn({ run: state.id, step: message.attempt.path }, 'an aborted attempt does not end');
    return [];
  }
  if (message.kind !== 'ended') return [];
  const { attempt, outcome } = message;
  if (outcome.kind === 'lost') throw new ClaimLost(state.id);
  unwinding.delete(attempt);
  const isLate = live.get(attempt.path) !== attempt || !isCurrent(state, attempt);
  if (live.get(attempt.path) === attempt) live.delete(attempt.path);
  return isLate ? lateUsage(drive, attempt, outcome) : endOf(drive, state, { attempt, outcome });
}

function endOf(
  drive: Drive,
  state: RunState,
  { attempt, outcome }: { readonly attempt: Attempt; readonly outcome: Exclude<AttemptOutcome, { kind: 'lost' }> },
): NewEvent[] {
  const plan = planOf(state);
  const place = plan.get(attempt.path);
  if (place === undefined) return [];
  const { clock, random, log } = drive.deps;
  if (isContainer(place.definition)) {
    if (outcome.kind === 'failed')
      log.warn({ run: state.id, step: place.path, error: outcome.error.message }, 'steps were not brought into order');
    return [joined(attempt)];
  }
  return attemptEnded(state, plan, { place, outcome, now: clock.now(), random: random() });
}

function joined({ path, number }: Attempt): NewEvent {
  return { type: 'step.checkpoint', step: path, attempt: number, data: { data: { joined: true } } };
}

function isBeginning(decision: Decision): decision is Beginning {
  return decision.kind === 'start' || decision.kind === 'join';
}

/** What comes after a timeout or cancel changes nothing, but it was paid. */
function lateUsage(drive: Drive, attempt: Attempt, outcome: AttemptOutcome): NewEvent[] {
  const usage = usageOf(outcome);
  if (usage === undefined) return [];
  const step = planOf(drive.recorder.state()).get(attempt.path)?.step;
  const result = outcome.kind === 'succeeded' ? outcome.result : undefined;
  const named = step !== undefined && asksPersona(step) ? step.provider : undefined;
  const provider = result?.provider ?? named ?? drive.claim.spec.settings.defaultProvider;
  const model = result?.model === undefined ? {} : { model: result.model };
  const data = { usage, provider, ...model, late: true };
  return [{ type: 'usage.recorded', step: attempt.path, attempt: attempt.number, data }];
}

function usageOf(outcome: AttemptOutcome): Usage | undefined {
  if (outcome.kind === 'succeeded') return outcome.result.usage;
  return outcome.kind === 'failed' ? outcome.usage : undefined;
}

/** Whether the journal still expects this attempt. */
export function isCurrent(state: RunState, attempt: Attempt): boolean {
  const step = state.steps.get(attempt.path);
  return step?.status === 'running' && step.attempts === attempt.number;
}

function timeoutError(state: RunState, attempt: Attempt): StepError {
  const ms = state.steps.get(attempt.path)?.timeoutMs ?? 0;
  return { class: 'timeout', code: 'engine/timed-out', message: text.timedOut(ms), hint: text.timedOutHint() };
}
