// What requests to personas took, added up from the journals of runs by day, persona, repository, workflow or model. Pure; what nobody told is counted as unknown, never as 0.
import { fold, stepAt } from '../../engine/index.ts';
import type { RunEvent, RunState, Usage } from '../../engine/index.ts';
import { addDecimal, compareDecimal, defined, isDecimal, isoTime } from '../../support/index.ts';
import type { RunId, StepPath } from '../../support/index.ts';
import type { CostGroup } from '../schemas/cost-groups.ts';

/** A request that was asked, and what is known of what it took. */
export interface CostRequest {
  readonly run: RunId;
  /** `2026-11-30`, in UTC. */
  readonly day: string;
  readonly workflow: string;
  readonly persona?: string;
  readonly repository?: string;
  readonly model?: string;
  readonly usage: Usage;
}

/** Tokens of several requests. */
export interface TokenSum {
  /** null: no request told any. */
  readonly known: number | null;
  /** How many requests told none. */
  readonly untold: number;
}

/** What requests took together. */
export interface CostSum {
  readonly runs: number;
  readonly requests: number;
  /** Decimal text of what is known; null: no request has a price. */
  readonly costUsd: string | null;
  /** How many requests have no price, or only a part of one. */
  readonly unpriced: number;
  /** Some of it is worked out from tokens. */
  readonly estimated: boolean;
  readonly tokens: {
    readonly read: TokenSum;
    readonly written: TokenSum;
    readonly cacheRead: TokenSum;
    readonly cacheWritten: TokenSum;
  };
}

/** A line of the view: null where it is not known whose it is. */
export interface CostLine extends CostSum {
  readonly key: string | null;
}

/** The requests of one run that ended at or after `since`, each once: what comes late counts when its request ended. */
export function requestsOf(events: readonly RunEvent[], since: number): readonly CostRequest[] {
  const end = events.find(({ type }) => type === 'run.finished')?.at ?? Number.POSITIVE_INFINITY;
  const moment = ({ at }: RunEvent): number => Math.min(at, end);
  const told: { day: string; path: StepPath; index: number }[] = [];
  const known = new Map<StepPath, number>();
  let state: RunState | undefined;
  for (const stretch of stretches(events, (event) => (moment(event) < since ? '' : dayOf(moment(event))))) {
    state = fold(state, stretch.events);
    for (const { path, usage = [] } of state.steps.values()) {
      for (let index = known.get(path) ?? 0; index < usage.length; index += 1)
        told.push({ day: stretch.day, path, index });
      known.set(path, usage.length);
    }
  }
  if (state === undefined) return [];
  const whole = state;
  return told.flatMap(({ day, path, index }) => (day === '' ? [] : requestAt(whole, { day, path, index })));
}

/** The sums, the newest day or what cost most first. */
export function sumsBy(group: CostGroup, requests: readonly CostRequest[]): readonly CostLine[] {
  const groups = Map.groupBy(requests, (request) => request[group] ?? null);
  const lines = [...groups].map(([key, all]) => ({ key, ...sumOf(all) }));
  return lines.toSorted((a, b) => {
    const byKey = (a.key ?? '\uFFFF') < (b.key ?? '\uFFFF') ? -1 : 1;
    return group === 'day' ? -byKey : compareDecimal(b.costUsd ?? '0', a.costUsd ?? '0') || byKey;
  });
}

/** What they took together. */
export function sumOf(requests: readonly CostRequest[]): CostSum {
  const usage = requests.map((request) => request.usage);
  const prices = usage.flatMap(({ costUsd }) => (isPrice(costUsd) ? [costUsd] : []));
  return {
    runs: new Set(requests.map(({ run }) => run)).size,
    requests: requests.length,
    costUsd: prices.length === 0 ? null : prices.reduce(addDecimal, '0'),
    unpriced: usage.filter(({ costUsd, complete }) => !complete || !isPrice(costUsd)).length,
    estimated: usage.some(({ source, costUsd }) => source === 'estimated' && isPrice(costUsd)),
    tokens: {
      read: tokensOf(usage, 'inputTokens'),
      written: tokensOf(usage, 'outputTokens'),
      cacheRead: tokensOf(usage, 'cacheReadTokens'),
      cacheWritten: tokensOf(usage, 'cacheWriteTokens'),
    },
  };
}

function isPrice(costUsd: string | undefined): costUsd is string {
  return costUsd !== undefined && isDecimal(costUsd);
}

type Counted = 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens';

function tokensOf(usage: readonly Usage[], key: Counted): TokenSum {
  const told = usage.map((one) => one[key]).filter((one) => one !== undefined);
  const known = told.length === 0 ? null : told.reduce((sum, one) => sum + one, 0);
  return { known, untold: usage.length - told.length };
}

/** Neighbouring events of one day: a journal is folded day by day, and what is new by then is that day's. */
function stretches(
  events: readonly RunEvent[],
  dayOfEvent: (event: RunEvent) => string,
): readonly { readonly day: string; readonly events: readonly RunEvent[] }[] {
  const found: { day: string; events: RunEvent[] }[] = [];
  for (const event of events) {
    const day = dayOfEvent(event);
    const last = found.at(-1);
    if (last?.day === day) last.events.push(event);
    else found.push({ day, events: [event] });
  }
  return found;
}

function dayOf(ms: number): string {
  return isoTime(ms).slice(0, 10);
}

/** As the whole journal tells it: a later record of the same request stands in the place of the first. */
function requestAt(
  state: RunState,
  { day, path, index }: { readonly day: string; readonly path: StepPath; readonly index: number },
): readonly CostRequest[] {
  const { id, spec, steps } = state;
  const step = steps.get(path);
  const usage = step?.usage?.[index];
  if (usage === undefined) return [];
  const definition = stepAt(state, path);
  const persona = definition !== undefined && 'persona' in definition ? String(definition.persona) : undefined;
  const isOfResult = usage.request !== undefined && step?.result?.usage?.request === usage.request;
  const model = usage.model ?? (isOfResult ? step?.result?.model : undefined);
  const repository = spec.repository === undefined ? undefined : `${spec.repository.owner}/${spec.repository.name}`;
  return [{ run: id, day, workflow: spec.workflow.id, usage, ...defined({ persona, repository, model }) }];
}
