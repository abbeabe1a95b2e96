// Finds what agent programs and model APIs report about themselves in one JSON value of their output. Adds nothing up. Pure.
import { addDecimal, isObject } from '../../support/index.ts';
import { costOf, tokenKeys, tokensOf } from './usage.ts';
import type { Figures } from './usage.ts';

/** One report. */
export interface UsageReport {
  /** The agent's session; '' where it names none. */
  readonly session: string;
  /**
   * What the figures are about. `part`: so much more. `message`: one answer of a model, told again with each of its pieces. `session`:
   * all of the session until now. A part and a session report contain the messages before them.
   */
  readonly tokens: 'part' | 'message' | 'session';
  readonly cost: 'part' | 'session';
  /** Of a message. */
  readonly id?: string;
  readonly figures: Figures;
}

type Fields = { readonly [key: string]: unknown };
interface Nesting {
  readonly session: string;
  readonly depth: number;
}

/** Where programs put a report of their own inside another object. Texts are never looked into: they are a model's. */
const wrappers = ['msg', 'payload', 'data', 'part', 'event', 'response', 'result', 'message', 'info', 'output'];
const maxDepth = 4;

/** The session that a value names, for what comes after it and names none. */
export function sessionOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  for (const key of ['session_id', 'sessionId', 'sessionID', 'thread_id']) {
    const id = value[key];
    if (typeof id === 'string' && id !== '') return id;
  }
  return undefined;
}

/** Every report in the value. */
export function usageReports(value: unknown, nesting: Nesting = { session: '', depth: 0 }): readonly UsageReport[] {
  if (nesting.depth > maxDepth) return [];
  if (Array.isArray(value)) {
    let session = nesting.session;
    return value.flatMap((item) => {
      session = sessionOf(item) ?? session;
      return usageReports(item, { session, depth: nesting.depth + 1 });
    });
  }
  if (!isObject(value)) return [];
  const session = sessionOf(value) ?? nesting.session;
  let own: readonly UsageReport[] | undefined;
  for (const read of readers) if ((own = read(value, session)) !== undefined) break;
  if (own !== undefined) return own.filter(({ figures }) => Object.keys(figures).length > 0);
  return wrappers.flatMap((key) =>
    isObject(value[key]) || Array.isArray(value[key])
      ? usageReports(value[key], { session, depth: nesting.depth + 1 })
      : [],
  );
}

type Reader = (value: Fields, session: string) => readonly UsageReport[] | undefined;

/** Asked in this order: the first that knows the shape answers. */
const readers: readonly Reader[] = [copied, claude, codex, gemini, opencode, copilot, modelMessage, anyUsage];

/** Pieces of what is reported as a whole afterwards, what a tool gave, and a persona's own result, which is read as such. */
function copied(value: Fields): readonly UsageReport[] | undefined {
  const { type, role } = value;
  const isPiece = type === 'stream_event' || type === 'user' || role === 'user' || role === 'tool';
  return isPiece || 'outputs' in value || ('summary' in value && 'status' in value) ? [] : undefined;
}

/** `claude --output-format json`, and the last line of its stream. The cost is the session's, and so are the figures by model. */
function claude(value: Fields, session: string): readonly UsageReport[] | undefined {
  const { modelUsage, usage } = value;
  const isReport = 'total_cost_usd' in value || 'totalCostUsd' in value || isObject(modelUsage);
  if (!isReport) return undefined;
  const models = isObject(modelUsage) ? Object.values(modelUsage).filter(isObject) : [];
  const told = costOf(value);
  const cost = told.costUsd === undefined ? sumOf(models.map((model) => costOf(model))) : told;
  const byModel = sumOf(models.map((model) => tokensOf(model)));
  const isByModel = byModel.inputTokens !== undefined || byModel.outputTokens !== undefined;
  const tokens = isByModel ? byModel : isObject(usage) ? tokensOf(usage) : {};
  return [{ session, tokens: isByModel ? 'session' : 'part', cost: 'session', figures: { ...tokens, ...cost } }];
}

/** `codex exec --json`: tokens of the whole thread at the end of each turn. */
function codex(value: Fields, session: string): readonly UsageReport[] | undefined {
  const { type, usage, info } = value;
  const counted = type === 'token_count' && isObject(info) ? info['total_token_usage'] : undefined;
  const told = type === 'turn.completed' ? usage : counted;
  if (!isObject(told)) return undefined;
  return [{ session, tokens: 'session', cost: 'part', figures: { ...tokensOf(told), ...costOf(told) } }];
}

/** `gemini -o json` and `stream-json`: statistics of the process, by model or in one. */
function gemini(value: Fields, session: string): readonly UsageReport[] | undefined {
  const { stats } = value;
  if (!isObject(stats)) return undefined;
  const models = isObject(stats['models']) ? Object.values(stats['models']).filter(isObject) : undefined;
  const tokens =
    models === undefined
      ? tokensOf(stats)
      : sumOf(models.map(({ tokens: told }) => (isObject(told) ? tokensOf(withoutTotal(told)) : {})));
  return [{ session, tokens: 'part', cost: 'part', figures: { ...tokens, ...costOf(value), ...costOf(stats) } }];
}

/** `opencode run --format json`: the price and the tokens of each step. */
function opencode(value: Fields, session: string): readonly UsageReport[] | undefined {
  const { tokens } = value;
  if (!isObject(tokens)) return undefined;
  const figures = { ...tokensOf(withoutTotal(tokens)), ...costOf(value, ['cost']) };
  return [{ session, tokens: 'part', cost: 'part', figures }];
}

/** `copilot --output-format json`. Its `cost` is a count of premium requests, not of dollars. */
function copilot({ type, data }: Fields, session: string): readonly UsageReport[] | undefined {
  if (type !== 'assistant.usage' || !isObject(data)) return undefined;
  return [{ session, tokens: 'part', cost: 'part', figures: tokensOf(data) }];
}

/** One answer of a model inside a stream: a line for each of its pieces, each with the usage until then. */
function modelMessage(value: Fields, session: string): readonly UsageReport[] | undefined {
  const message = isObject(value['message']) ? value['message'] : value;
  const { usage, id } = message;
  const isMessage = value['type'] === 'assistant' || value['type'] === 'message' || message['type'] === 'message';
  if (isObject(value['usageMetadata'])) {
    const answer = typeof value['responseId'] === 'string' ? value['responseId'] : 'response';
    return [{ session, tokens: 'message', cost: 'part', id: answer, figures: tokensOf(value['usageMetadata']) }];
  }
  if (!isMessage || !isObject(usage) || typeof id !== 'string') return undefined;
  return [
    { session, tokens: 'message', cost: 'part', id, figures: { ...tokensOf(usage), ...costOf(usage, ['cost']) } },
  ];
}

/** Every other object with a `usage` in it: chat completions, responses, and programs that follow them. */
function anyUsage(value: Fields, session: string): readonly UsageReport[] | undefined {
  const usage = value['usage'] ?? value['usage_metadata'] ?? value['token_usage'];
  if (!isObject(usage)) {
    const own = { ...('eval_count' in value ? tokensOf(value) : {}), ...costOf(value) };
    return Object.keys(own).length === 0 ? undefined : [one(session, own)];
  }
  return [one(session, { ...tokensOf(usage), ...costOf(usage, ['cost']), ...costOf(value) })];
}

function one(session: string, figures: Figures): UsageReport {
  return { session, tokens: 'part', cost: 'part', figures };
}

/** Figures added up; what none of them names stays away. */
export function sumOf(all: readonly Figures[]): Figures {
  const sum: { -readonly [Key in keyof Figures]: Figures[Key] } = {};
  for (const next of all) {
    for (const key of tokenKeys) if (next[key] !== undefined) sum[key] = (sum[key] ?? 0) + next[key];
    if (next.costUsd !== undefined) sum.costUsd = addDecimal(sum.costUsd ?? '0', next.costUsd);
  }
  return sum;
}

/** gemini names what is new (`input`) beside the whole of it (`prompt`), which counts. */
function withoutTotal({ total: _total, ...tokens }: Fields): Fields {
  if (!('prompt' in tokens)) return tokens;
  const { input: _input, ...rest } = tokens;
  return rest;
}
