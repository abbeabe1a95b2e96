// What requests to personas took, folded into the state: each request once, whoever tells it and whenever. What nobody tells is unknown.
import { addDecimal, isDecimal, isObject } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import type { Draft, StepDraft } from './draft.ts';
import { requestUnderWay } from '../plan/wanted-tickets.ts';
import type { UsageTotal } from '../model/state.ts';
import type { Usage } from '../model/types.ts';

const unknown = { source: 'none', complete: false } as const;

/** Counts usage of a step. The same request told again replaces what was told of it. */
export function countUsage(draft: Draft, step: StepDraft | undefined, usage: Usage | undefined): void {
  if (usage === undefined) return;
  const told = step?.usage ?? [];
  const at = usage.request === undefined ? -1 : told.findIndex(({ request }) => request === usage.request);
  if (step !== undefined) step.usage = at === -1 ? [...told, usage] : told.with(at, usage);
  draft.run.usage = at === -1 ? addUsage(draft.run.usage, usage) : totalOf(draft);
}

/** A persona step starts. It counts as a request from now on, so that limits hold for steps side by side. */
export function countStart(draft: Draft, step: StepDraft, asksAnew: boolean): void {
  if (!asksAnew) return;
  // the attempt before it died
  if (step.status === 'running') closeRequest(draft, step);
  addRequest(draft);
  draft.run.personaAttempts = (draft.run.personaAttempts ?? 0) + 1;
  step.mayAsk = true;
}

/** What a checkpoint tells about a request: that it was sent, when, or what its answer took. */
export function countCheckpoint(
  draft: Draft,
  step: StepDraft,
  { data, at }: { readonly data: Json; readonly at: number },
): void {
  if (!isObject(data)) return;
  const { phase, ticket, isFree, usage } = data;
  // written by the step: its usage is one
  if ((phase === 'answered' || phase === 'handed-in') && isObject(usage))
    countUsage(draft, step, usage as unknown as Usage);
  if (phase !== 'asked') return;
  const id = isObject(ticket) ? ticket['requestId'] : undefined;
  const request = typeof id === 'string' ? id : `${draft.run.id}:${step.path}:${step.attempts}`;
  const isAgain = step.mayAsk !== true && step.asked !== undefined && step.asked.request !== request;
  // with an answer of people an agent is asked once more; a person or a script is not hired for it
  if (isAgain && requestUnderWay(step.checkpoint) !== undefined)
    draft.run.personaAttempts = (draft.run.personaAttempts ?? 0) + 1;
  if (isAgain) closeLost(draft, step);
  // with an answer of people nobody is hired anew; whoever is asked once more because the work is lost is
  const isAnew = request === `${draft.run.id}:${step.path}:${step.attempts}`;
  if (isAgain && (isFree !== true || isAnew)) addRequest(draft);
  delete step.mayAsk;
  // kept again while it is waited for, it is the same request
  const since = step.asked?.request === request ? (step.asked.at ?? at) : at;
  step.asked = { request, isFree: isFree === true, at: since };
}

/**
 * An attempt ended, or died. Who was asked and told no price has one that nobody knows; who was never asked has none. A success asked
 * somebody, whatever the records say.
 */
export function countEnd(
  draft: Draft,
  step: StepDraft,
  end: { readonly usage?: Usage; readonly isSuccess: boolean },
): void {
  if (end.usage === undefined && !end.isSuccess) closeRequest(draft, step);
  delete step.mayAsk;
}

function closeRequest(draft: Draft, step: StepDraft): void {
  if (step.mayAsk === true) {
    delete step.mayAsk;
    draft.run.usage = { ...draft.run.usage, personaRuns: draft.run.usage.personaRuns - 1 };
    return;
  }
  const { asked } = step;
  if (asked === undefined || asked.isFree || step.checkpointAttempt !== step.attempts) return;
  if (step.usage?.some(({ request }) => request === asked.request) === true) return;
  countUsage(draft, step, { ...unknown, request: asked.request });
}

/** A request that was under way when its process died, and that nobody can go on with: what it took nobody knows. */
function closeLost(draft: Draft, step: StepDraft): void {
  const { asked } = step;
  if (asked === undefined || asked.isFree || requestUnderWay(step.checkpoint)?.keepsSession !== true) return;
  if (step.usage?.some(({ request }) => request === asked.request) === true) return;
  countUsage(draft, step, { ...unknown, request: asked.request });
}

function addRequest({ run }: Draft): void {
  run.usage = { ...run.usage, personaRuns: run.usage.personaRuns + 1 };
}

function totalOf({ run, steps }: Draft): UsageTotal {
  const { personaRuns } = run.usage;
  const nothing: UsageTotal = { personaRuns, inputTokens: 0, outputTokens: 0, costUsd: '0', complete: true };
  return [...steps.values()].flatMap(({ usage = [] }) => usage).reduce(addUsage, nothing);
}

function addUsage(total: UsageTotal, usage: Usage): UsageTotal {
  const { inputTokens, outputTokens, costUsd, source } = usage;
  const tokensUnknown = total.tokensUnknown === true || (inputTokens === undefined && outputTokens === undefined);
  return {
    personaRuns: total.personaRuns,
    inputTokens: total.inputTokens + (inputTokens ?? 0),
    outputTokens: total.outputTokens + (outputTokens ?? 0),
    costUsd: costUsd === undefined ? total.costUsd : addDecimal(total.costUsd, costUsd),
    complete: total.complete && usage.complete && costUsd !== undefined && isDecimal(costUsd),
    ...(tokensUnknown ? { tokensUnknown } : {}),
    ...told('cacheReadTokens', total, usage),
    ...told('cacheWriteTokens', total, usage),
    ...(total.estimated === true || (source === 'estimated' && costUsd !== undefined) ? { estimated: true } : {}),
  };
}

/** What no request told stays away. */
function told(key: 'cacheReadTokens' | 'cacheWriteTokens', total: UsageTotal, usage: Usage): Partial<UsageTotal> {
  if (total[key] === undefined && usage[key] === undefined) return {};
  return { [key]: (total[key] ?? 0) + (usage[key] ?? 0) };
}
