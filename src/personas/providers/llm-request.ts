// One request to a model over HTTP: opens it, has the conversation, counts what it took. Starts no process and writes no file.
import { defined, oneLine, TroupeError } from '../../support/index.ts';
import { openModel } from '../llm/ai-model.ts';
import { converse } from '../llm/dialogue.ts';
import { llmMessages as say } from '../llm/messages.ts';
import { ModelFailure } from '../llm/model-failure.ts';
import { priceFor } from '../llm/price.ts';
import { nothingSpent } from '../llm/spent.ts';
import type { Spent } from '../llm/spent.ts';
import { patient } from '../llm/tries.ts';
import { vendorOf } from '../llm/vendors.ts';
import { failuresTold, watched } from '../llm/watched.ts';
import { providerMessages } from '../model/messages.ts';
import { allowanceFor } from '../model/allowance.ts';
import { rightsOf } from '../model/tool-rights.ts';
import type {
  PersonaResult,
  PersonaTask,
  ProviderContext,
  ProviderProblem,
  ProviderServices,
  Ticket,
} from '../model/types.ts';
import { createRepositoryTools } from '../repository/repository-tools.ts';
import type { RepositoryTools } from '../repository/repository-tools.ts';
import { errorResult } from '../result/parse-result.ts';
import { msLeft } from './immediately.ts';
import { modelOf, reachOf } from './llm-config.ts';
import type { LlmConfig } from './llm-config.ts';
import { addressProblems, handsProblem } from './llm-problems.ts';
import { createLlmRecord } from './llm-record.ts';
import type { LlmRecord } from './llm-record.ts';

/** What a request is made of. */
export interface LlmAsk {
  readonly config: LlmConfig;
  readonly services: ProviderServices;
  readonly task: PersonaTask;
  readonly ticket: Ticket;
  readonly context: ProviderContext;
}

/** Answers of a model in one conversation, where the provider says nothing else. */
const usualRequests = 24;

/** The answer. Whatever comes of it, nothing is left waiting. */
export async function askModel(ask: LlmAsk): Promise<PersonaResult> {
  const { context, config, ticket, task } = ask;
  if (context.signal.aborted) return errorResult('cancelled', providerMessages.cancelled());
  const model = modelOf(config, task);
  const [problem] = [handsProblem(config.name, task.persona), ...addressProblems(config)].filter(
    (one): one is ProviderProblem => one !== undefined,
  );
  if (problem !== undefined) return errorResult('config', `${problem.message}. ${problem.hint ?? ''}`);
  if (model === undefined) return errorResult('config', `${say.noModel(config.name)}. ${say.noModelHint()}`);
  const timeoutMs = Math.max(
    1,
    Math.min(config.timeoutMs ?? Number.POSITIVE_INFINITY, msLeft(ticket, context.clock.now())),
  );
  const late = new AbortController();
  const stop = Number.isFinite(timeoutMs) ? context.clock.after(timeoutMs, () => late.abort()) : () => undefined;
  try {
    return await work(ask, { model, timeoutMs, late: late.signal });
  } finally {
    stop();
  }
}

interface Bounds {
  readonly model: string;
  readonly timeoutMs: number;
  /** Aborted when its time is up. */
  readonly late: AbortSignal;
}

async function work(ask: LlmAsk, bounds: Bounds): Promise<PersonaResult> {
  const { config, task } = ask;
  const vendor = vendorOf(config.options.api);
  const spent = nothingSpent(
    await priceFor(bounds.model, vendor.pricedAs, config.options.price),
    allowanceFor(task.persona, ask.context.allowance),
  );
  const record = createLlmRecord(ask.context);
  const result = await talk(ask, bounds, { spent, record }).catch((error: unknown) => failed(error, ask, bounds));
  record.keep({ kind: 'result', status: result.status, summary: result.error?.message ?? result.summary });
  return { ...result, usage: spent.usage(), model: bounds.model, ...record.artifacts(result.artifacts) };
}

interface Books {
  readonly spent: Spent;
  readonly record: LlmRecord;
}

async function talk(ask: LlmAsk, { model: name, late }: Bounds, { spent, record }: Books): Promise<PersonaResult> {
  const { config, services, task, context } = ask;
  const { options } = config;
  const opened = await openModel(vendorOf(options.api), reachOf(config, services, name), {
    clock: context.clock,
    ...defined({ maxOutputTokens: options.max_output_tokens, temperature: options.temperature }),
  });
  const watcher = { name, spent, tell: record.tell, keep: record.keep, clean: (text: string) => clean(text, context) };
  return converse(
    {
      model: watched(patient(opened, { clock: context.clock, ...failuresTold(watcher) }), watcher),
      tools: toolsFor(ask),
      spent,
      schemas: task.outputSchemas ?? [task.persona.outputs].filter((schema) => schema !== undefined),
      isShaped: options.shape !== 'text',
      requests: options.requests ?? usualRequests,
      signal: AbortSignal.any([context.signal, late]),
      tell: record.tell,
      keep: record.keep,
    },
    context.redactor.text(task.text),
  );
}

/** The model sees what the persona may see, where it can call tools at all. */
function toolsFor({ config, task, context }: LlmAsk): RepositoryTools {
  const { tools } = task.persona;
  const isBlind = task.worktree === undefined || !rightsOf(tools).seesFiles || config.options.tools === false;
  return createRepositoryTools({
    worktree: task.worktree ?? '',
    tools: isBlind ? [] : tools,
    redactor: context.redactor,
  });
}

/** Why there is no result. Throws what is no failure of a model. */
function failed(error: unknown, { config, context }: LlmAsk, { model, timeoutMs, late }: Bounds): PersonaResult {
  const who = say.who(vendorOf(config.options.api).title, model);
  if (context.signal.aborted) return errorResult('cancelled', providerMessages.cancelled());
  if (late.aborted) return errorResult('timeout', say.timeout(who, timeoutMs));
  if (error instanceof TroupeError) return errorResult(error.class, `${error.message}. ${error.hint ?? ''}`);
  if (!(error instanceof ModelFailure)) throw error;
  const { facts } = error;
  const message = say.failed(who, clean(say.refused(facts.status, facts.said), context), facts.hint);
  const result = errorResult(facts.class, message);
  return { ...result, error: { class: facts.class, message, ...defined({ retryAfterMs: facts.retryAfterMs }) } };
}

/** Words of the other side: redacted, then cut. */
function clean(text: string, { redactor }: ProviderContext): string {
  return oneLine(redactor.text(text), 400);
}
