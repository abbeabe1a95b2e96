// What tier 2 adds to a request: the ways to its models, a meter, and what the gateway saw above what the agent says. Elsewhere it adds nothing.
import { TroupeError, defined, oneLine } from '../../support/index.ts';
import type { ErrorClass } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';
import { gatewayMessages as say } from '../gateway/messages.ts';
import { createMeter } from '../gateway/meter.ts';
import type { Meter } from '../gateway/meter.ts';
import { modelWays } from '../gateway/model-ways.ts';
import type { WaysFor } from '../gateway/model-ways.ts';
import { refusedHosts } from '../gateway/refused-hosts.ts';
import type { RefusedHosts } from '../gateway/refused-hosts.ts';
import { allowanceFor } from '../model/allowance.ts';
import type { ModelTrouble } from '../model/gateway.ts';
import type {
  Persona,
  PersonaResult,
  ProviderContext,
  ProviderProblem,
  ProviderServices,
  SandboxOpen,
} from '../model/types.ts';
import { metered } from '../result/metered.ts';

/** What a request has of the gateway. */
export interface BehindGateway {
  /** What is started, without its keys and with its ways. */
  within<Open extends SandboxOpen>(open: Open): Open;
  /** The result with what was counted, and with the true class where the agent has none of its own. */
  settled(result: PersonaResult): PersonaResult;
}

/** Who asks, and what ends it. */
export interface GatewayAsk extends WaysFor {
  readonly persona: Persona;
  readonly context: ProviderContext;
  /** Ends the agent: its budget is spent, or its model will not answer it. */
  end(): void;
}

/** After so many failures in a row an agent that still asks is ended: it would ask until its time is over. */
const patience: Partial<Record<ErrorClass, number>> = { auth: 3, rate_limit: 6, transient: 12 };
/** Whoever is told to wait longer is not waited for. */
const longestWaitMs = 120_000;
/** Refusals for want of budget, and the time after the first, until the agent is ended. */
const mostRefusals = 4;
const graceMs = 20_000;
/** Characters of what a host of a model says that are looked at. */
const mostWords = 1_000;

const outside: BehindGateway = { within: (open) => open, settled: (result) => result };

/** Throws `sandbox/no-way` where the agent cannot work without its key. */
export async function behindGateway(ask: GatewayAsk): Promise<BehindGateway> {
  const { context } = ask;
  if (context.sandbox.tier !== 'gateway') return outside;
  const ways = modelWays(ask);
  if ('message' in ways) throw new TroupeError('sandbox/no-way', ways.message, { class: 'config', hint: ways.hint });
  const refused = refusedHosts();
  let stopGrace: (() => void) | undefined;
  const meter = await meterOf(ask, () => (stopGrace = context.clock.after(graceMs, ask.end)));
  return {
    within: (open) => ({
      ...open,
      env: ways.within(open.env),
      gateway: {
        routes: ways.routes,
        meter,
        onRefused(host, port) {
          // a program may try the same a thousand times: the first time is told
          if (refused.add(host, port)) context.transcript?.({ kind: 'refused', host, port });
        },
      },
    }),
    settled(result) {
      stopGrace?.();
      const words = (text: string): string => oneLine(context.redactor.head(text, mostWords), 400);
      return settle(result, { meter, refused, isAsking: ways.routes.length > 0, words });
    },
  };
}

/** The tables of prices are large: read only where a gateway needs them. */
async function meterOf({ context, persona, end }: GatewayAsk, onFirstRefusal: () => void): Promise<Meter> {
  const allowance = allowanceFor(persona, context.allowance);
  const { priceOf } = await import('../prices/price-of.ts');
  let isUnpricedTold = false;
  return createMeter({
    allowance,
    priceOf,
    onCall(call, costUsd) {
      const { model, inputTokens, outputTokens, cacheReadTokens, status, isWhole } = call;
      context.transcript?.({
        kind: 'model',
        model,
        status,
        ...(inputTokens === undefined ? {} : { inputTokens }),
        ...(outputTokens === undefined ? {} : { outputTokens }),
        ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
        ...(costUsd === undefined ? {} : { costUsd }),
      });
      if (costUsd !== undefined || !isWhole || isUnpricedTold || allowance.costUsd === undefined) return;
      isUnpricedTold = true;
      context.progress(context.redactor.text(say.unpriced(model)));
    },
    onSpent(refusals) {
      if (refusals === 1) onFirstRefusal();
      if (refusals >= mostRefusals) end();
    },
    onFailure({ class: kind, retryAfterMs = 0 }, inARow) {
      if (inARow >= (patience[kind] ?? Number.POSITIVE_INFINITY) || retryAfterMs > longestWaitMs) end();
    },
  });
}

interface Seen {
  readonly meter: Meter;
  readonly refused: RefusedHosts;
  /** It has a model to ask. */
  readonly isAsking: boolean;
  /** What a host of a model said, fit to be told. */
  words(text: string): string;
}

/** Pure but for what it reads of the meter. */
function settle(result: PersonaResult, { meter, refused, isAsking, words }: Seen): PersonaResult {
  if (!isAsking) return withRefusals(result, refused);
  const usage: Usage = metered(meter.usage(), result.usage);
  const error = errorOf(result, meter, words);
  if (error === undefined) return withRefusals({ ...result, usage }, refused);
  return withRefusals({ ...result, status: 'error', outputs: {}, usage, error }, refused);
}

/** undefined: the result stands as it is. */
function errorOf(
  { status, error }: PersonaResult,
  meter: Meter,
  told: Seen['words'],
): PersonaResult['error'] | undefined {
  const seen = meter.trouble();
  const trouble = seen && { ...seen, message: told(seen.message) };
  // nobody but a model judges: where none ever answered, whatever was handed in was made up
  if (status !== 'error' && meter.answers() === 0)
    return trouble === undefined
      ? { class: 'contract', message: say.neverAsked() }
      : { ...waiting(trouble), class: trouble.class, message: say.seen(trouble.message, say.neverAsked()) };
  if (status !== 'error' || error?.class === 'cancelled' || error?.class === 'config') return undefined;
  const words = error?.message ?? '';
  const spent = meter.spent();
  if (spent !== undefined) return { class: 'budget', message: spent };
  if (trouble === undefined) return undefined;
  return { ...waiting(trouble), class: trouble.class, message: say.seen(trouble.message, words) };
}

function waiting({ retryAfterMs }: ModelTrouble): { readonly retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** People are told, whatever came of it: it may be why nothing came. */
function withRefusals(result: PersonaResult, refused: RefusedHosts): PersonaResult {
  const told = refused.told();
  if (told === undefined) return result;
  const notes = [...(result.notes ?? []), told];
  if (result.error === undefined) return { ...result, notes };
  return { ...result, notes, error: { ...result.error, message: `${result.error.message}. ${told}` } };
}

/** What keeps a persona that asks for these walls from them, before anything is started. */
export async function gatewayProblems(
  about: WaysFor,
  persona: Persona,
  services: Pick<ProviderServices, 'sandbox'>,
): Promise<readonly ProviderProblem[]> {
  if (persona.sandbox !== 'gateway') return [];
  const ways = modelWays(about);
  if ('message' in ways) return [{ severity: 'error', ...ways }];
  try {
    await services.sandbox('gateway');
    return [];
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    return [{ severity: 'error', message: error.message, ...defined({ hint: error.hint }) }];
  }
}
