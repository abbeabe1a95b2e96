// Who may ask a provider now, who waits, and who comes next: rules over what is known of an account. Pure; the clock comes in.
import type { ProviderState, WaitingStep } from '../../engine/index.ts';
import { defined } from '../../support/index.ts';

/** Nobody asks after this many failures in a row, or in this time, for a while; then one does. */
const limits = { inRow: 6, inTime: 8, timeMs: 5 * 60_000, openMs: 120_000 };
/** Who was called has so long to come; then the next one is. */
export const callMs = 15_000;
/** Who waits looks again by itself, should nobody call. */
const lookMs = 5 * 60_000;
/** When a limit resets its runs come one after the other. */
const apartMs = 2_000;
const mostApartMs = 5 * 60_000;

/** A step that wants to ask. */
export interface Asker extends Omit<WaitingStep, 'since' | 'calledAt'> {
  /** How many may ask at once; absent: any number. */
  readonly slots?: number;
  /** When its request is over in any case. */
  readonly until: number;
}

/** May it, or how long not, and why. */
export type Entry =
  | { readonly kind: 'in' }
  | { readonly kind: 'waits'; readonly why: 'slots'; readonly until: number; readonly slots: number }
  | { readonly kind: 'waits'; readonly why: 'probe'; readonly until: number }
  | {
      readonly kind: 'waits';
      readonly why: 'failures' | 'limit';
      /** When it looks again; `opens`: when others may. */
      readonly until: number;
      readonly opens: number;
    };

/** How a request ended, as far as it says something about the provider. */
export interface RequestEnd {
  /** `unclear`: it says nothing about the provider. */
  readonly how: 'well' | 'failed' | 'unclear';
  /** Its own limit resets then. */
  readonly limitUntil?: number;
  readonly said?: string;
  /** Its key was refused. */
  readonly isRefused?: boolean;
}

interface Changed<Result> {
  readonly state: ProviderState;
  readonly result: Result;
}

/** Lets the step in, or puts it among those that wait. */
export function enter(state: ProviderState, asker: Asker, now: number): Changed<Entry> {
  const { closed } = state;
  if (closed !== undefined && now < closed.until) return waits(state, asker, { now, ...closedEntry(state, asker) });
  const isProbe = closed?.why === 'failures';
  const { probe } = state;
  if (isProbe && probe !== undefined && probe.until > now && probe.request !== asker.request)
    return waits(state, asker, { now, why: 'probe', until: Math.min(probe.until, now + lookMs) });
  const { slots, request, run, until } = asker;
  const working = state.working.filter((one) => one.until > now && one.request !== request);
  const called = state.waiting.filter((one) => one.request !== request && isCalled(one, now));
  if (slots !== undefined && working.length + called.length >= slots)
    return waits({ ...state, slots, working }, asker, { now, why: 'slots', until: now + lookMs, slots });
  const isKnown = state.waiting.some((one) => one.request === request);
  if (slots === undefined && closed === undefined && !isKnown) return { state, result: { kind: 'in' } };
  const { closed: _closed, ...rest } = state;
  return {
    state: {
      ...rest,
      ...(isProbe ? { closed, probe: { request, until } } : {}),
      ...defined({ slots }),
      working: slots === undefined ? working : [...working, { request, run, until }],
      // its run had its turn: the others of it wait behind those of other runs
      waiting: state.waiting
        .filter((one) => one.request !== request)
        .map((one) => (one.run === run ? { ...one, since: now } : one)),
    },
    result: { kind: 'in' },
  };
}

/** What the end of a request changes; `opened`: until when nobody asks because of it. */
export function leave(
  state: ProviderState,
  { request, ...end }: RequestEnd & { readonly request: string },
  now: number,
): Changed<{ readonly opened?: number }> {
  const wasProbe = state.probe?.request === request;
  const isUnchanged = end.how === 'unclear' && end.limitUntil === undefined && end.isRefused !== true;
  const isNobody = !wasProbe && !state.working.some((one) => one.request === request);
  if (isNobody && (isUnchanged || (end.how === 'well' && isGood(state)))) return { state, result: {} };
  const { probe: _probe, ...others } = state;
  const left: ProviderState = {
    ...(wasProbe ? others : state),
    working: state.working.filter((one) => one.request !== request && one.until > now),
    failures: state.failures.filter((at) => at > now - limits.timeMs),
    ...(end.isRefused === true ? { refusedUntil: now + limits.timeMs } : {}),
  };
  if (end.limitUntil !== undefined) return closedBy(left, end.limitUntil, { why: 'limit', since: now, ...saidBy(end) });
  if (end.how === 'well') return { state: recovered(left), result: {} };
  return end.how === 'unclear' ? { state: left, result: {} } : failedOnce(left, { wasProbe, now });
}

/** Those that may come now, told from here on that they may. Who was called and did not come has lost its place. */
export function callNext(state: ProviderState, now: number): Changed<readonly WaitingStep[]> {
  const { closed, probe, slots } = state;
  if (closed !== undefined && now < closed.until) return { state, result: [] };
  const here = state.waiting.filter((one) => one.calledAt === undefined || isCalled(one, now));
  const called = here.filter((one) => isCalled(one, now)).length;
  const isProbing = closed?.why === 'failures';
  const busy = isProbing && probe !== undefined && probe.until > now ? Number.POSITIVE_INFINITY : 0;
  const places = isProbing ? 1 - busy : (slots ?? Number.POSITIVE_INFINITY) - state.working.length;
  const next = inTurn(state, here, now).slice(0, Math.max(0, places - called));
  if (next.length === 0 && here.length === state.waiting.length) return { state, result: [] };
  const names = new Set(next.map(({ request }) => request));
  const waiting = here.map((one) => (names.has(one.request) ? { ...one, calledAt: now } : one));
  return { state: { ...state, waiting }, result: next };
}

/** Not among those that wait any more. */
export function forget(state: ProviderState, request: string): Changed<undefined> {
  const waiting = state.waiting.filter((one) => one.request !== request);
  return { state: waiting.length === state.waiting.length ? state : { ...state, waiting }, result: undefined };
}

/** Fair by run: whose run has fewest requests under way goes first, then who waits longest. */
function inTurn(state: ProviderState, waiting: readonly WaitingStep[], now: number): readonly WaitingStep[] {
  const atWork = (run: string): number => state.working.filter((one) => one.run === run).length;
  return waiting
    .filter((one) => !isCalled(one, now))
    .toSorted((a, b) => atWork(a.run) - atWork(b.run) || a.since - b.since);
}

function isCalled({ calledAt }: WaitingStep, now: number): boolean {
  return calledAt !== undefined && calledAt + callMs > now;
}

type Waits = Extract<Entry, { kind: 'waits' }>;
type WaitsHow = Waits extends infer One
  ? One extends Waits
    ? Omit<One, 'kind'> & { readonly now: number }
    : never
  : never;

function waits(state: ProviderState, asker: Asker, { now, ...entry }: WaitsHow): Changed<Entry> {
  const { request, run, step, attempt } = asker;
  const before = state.waiting.find((one) => one.request === request);
  const waiting = { request, run, step, attempt, since: before?.since ?? now };
  return {
    state: { ...state, waiting: [...state.waiting.filter((one) => one.request !== request), waiting] },
    // spread over its variants, an entry is one of them again
    result: { kind: 'waits', ...entry } as Entry,
  };
}

function closedEntry({ closed, waiting }: ProviderState, { request }: Asker) {
  const opens = closed?.until ?? 0;
  const found = waiting.findIndex((one) => one.request === request);
  const apart = Math.min(mostApartMs, (found === -1 ? waiting.length : found) * apartMs);
  const why = closed?.why ?? 'failures';
  return { why, opens, until: why === 'limit' ? opens + apart : opens };
}

function closedBy(
  state: ProviderState,
  until: number,
  how: Omit<NonNullable<ProviderState['closed']>, 'until'>,
): Changed<{ readonly opened: number }> {
  const opened = Math.max(until, state.closed?.until ?? 0);
  return { state: { ...state, closed: { until: opened, ...how } }, result: { opened } };
}

function failedOnce(state: ProviderState, { wasProbe, now }: { readonly wasProbe: boolean; readonly now: number }) {
  const inRow = state.inRow + 1;
  const failures = [...state.failures, now];
  const opens = wasProbe || inRow >= limits.inRow || failures.length >= limits.inTime;
  if (!opens) return { state: { ...state, inRow, failures }, result: {} };
  return closedBy({ ...state, inRow: 0, failures: [] }, now + limits.openMs, { why: 'failures', since: now });
}

function recovered(state: ProviderState): ProviderState {
  const { closed, refusedUntil: _refused, ...rest } = state;
  // a request that began before the limit was reached ends well; the limit stands
  return { ...rest, ...(closed?.why === 'limit' ? { closed } : {}), inRow: 0 };
}

function isGood({ closed, inRow, refusedUntil }: ProviderState): boolean {
  return closed === undefined && inRow === 0 && refusedUntil === undefined;
}

function saidBy({ said }: RequestEnd): { readonly said?: string } {
  return said === undefined ? {} : { said: said.slice(0, 300) };
}
