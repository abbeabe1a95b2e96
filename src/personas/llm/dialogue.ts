// One request of a persona as a conversation with a model: it reads, it answers, it may correct itself once. Never takes anything but a result object for a result.
import { defined, toJson } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import type { PersonaResult } from '../model/types.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import { repositoryMessages } from '../repository/messages.ts';
import type { RepositoryTools } from '../repository/repository-tools.ts';
import { contractError, errorResult, parseResult } from '../result/parse-result.ts';
import { llmMessages as say } from './messages.ts';
import { ModelFailure } from './model-failure.ts';
import type { Model, ModelReply, ModelTurn, Spoken, ToolCall, ToolResult } from './model-turn.ts';
import { answerSchema } from './answer-schema.ts';
import type { Limit, Spent } from './spent.ts';

/** What a dialogue works with. */
export interface Dialogue {
  /** One request, tried again where that may help. */
  readonly model: Model;
  readonly tools: RepositoryTools;
  readonly spent: Spent;
  /** Schemas that `outputs` must all fit. */
  readonly schemas: readonly JsonObject[];
  /** Whether the endpoint is asked for the shape of an answer, or told in words. */
  readonly isShaped: boolean;
  /** Answers of the model at most, calls of tools included. */
  readonly requests: number;
  readonly signal: AbortSignal;
  /** Tells people what goes on. */
  tell(text: string): void;
  keep(entry: TranscriptEntry): void;
}

/** The result of the work that the prompt asks for. Throws a `ModelFailure`, or the reason of the signal. */
export async function converse(about: Dialogue, prompt: string): Promise<PersonaResult> {
  const talk: Talk = { about, prompt, spoken: [], sent: 0, isShaped: about.isShaped };
  const first = await exchange(talk, [prompt, ...terms(talk)].join('\n\n'), true);
  if (first.error?.class !== 'contract') return first;
  about.tell(first.error.message);
  about.keep({ kind: 'note', text: first.error.message });
  return exchange(talk, say.again(first.error.message), false);
}

/** A conversation under way. */
interface Talk {
  readonly about: Dialogue;
  readonly prompt: string;
  readonly spoken: Spoken[];
  sent: number;
  isShaped: boolean;
}

function terms({ about, isShaped }: Talk): readonly string[] {
  const { rules } = about.tools;
  return [
    '# Your surroundings',
    say.place(rules),
    ...(rules === '' ? [] : [say.requests(about.requests)]),
    say.handIn(isShaped),
  ];
}

/** From a message of ours to an answer without calls, however many calls are between them. */
async function exchange(talk: Talk, text: string, mayCall: boolean): Promise<PersonaResult> {
  const { about } = talk;
  add(talk, text);
  const most = mayCall ? about.requests : talk.sent + 1;
  for (;;) {
    const limit = about.spent.limitAhead();
    if (limit !== undefined) return errorResult('budget', say.budget(wordsOf(limit)));
    const isLast = talk.sent + 1 >= most;
    const reply = await ask(talk, mayCall && !isLast);
    talk.spoken.push({ by: 'model', reply });
    if (reply.calls.length === 0) return resultOf(reply, talk);
    // every call has to have an answer before the conversation can go on
    const results = isLast ? reply.calls.map(unheard) : await use(talk, reply.calls);
    talk.spoken.push({ by: 'tools', results });
    if (isLast) return contractError(say.outOfRequests(about.requests));
    if (talk.sent + 1 >= most) add(talk, say.last());
  }
}

function add({ about, spoken }: Talk, text: string): void {
  spoken.push({ by: 'troupe', text });
  about.keep({ kind: 'message', from: 'troupe', text });
}

/** One answer. An endpoint that refuses the shape is asked in words from then on. */
async function ask(talk: Talk, mayCall: boolean): Promise<ModelReply> {
  const { about } = talk;
  try {
    return await send(talk, mayCall);
  } catch (error) {
    if (!talk.isShaped || !(error instanceof ModelFailure) || error.facts.isOfShape !== true) throw error;
    talk.isShaped = false;
    about.keep({ kind: 'note', text: say.plainer() });
    add(talk, say.handIn(false));
    return send(talk, mayCall);
  }
}

async function send(talk: Talk, mayCall: boolean): Promise<ModelReply> {
  const { about, spoken, isShaped } = talk;
  const turn: ModelTurn = {
    conversation: spoken,
    tools: about.tools.list,
    mayCall: mayCall && about.tools.list.length > 0,
    ...(isShaped ? { schema: answerSchema(about.schemas) } : {}),
  };
  const reply = await about.model.ask(turn, about.signal);
  talk.sent += 1;
  if (reply.thought !== '') about.keep({ kind: 'message', from: 'persona', text: reply.thought, thought: true });
  if (reply.text !== '') about.keep({ kind: 'message', from: 'persona', text: reply.text });
  return reply;
}

function unheard(call: ToolCall): ToolResult {
  return { call, text: repositoryMessages.noCallsLeft() };
}

async function use({ about }: Talk, calls: readonly ToolCall[]): Promise<readonly ToolResult[]> {
  const results: ToolResult[] = [];
  for (const call of calls) {
    about.signal.throwIfAborted();
    const input = inputOf(call);
    const title = repositoryMessages.does(call.name, input);
    const entry = { kind: 'tool', id: call.id, tool: about.tools.classOf(call.name), title } as const;
    about.tell(title);
    about.keep({ ...entry, state: 'open', input, ...pathsIn(input) });
    const { text, isRefused } = await about.tools.use(call.name, call.input);
    about.keep({ ...entry, state: isRefused ? 'failed' : 'done', output: text });
    results.push({ call, text });
  }
  return results;
}

function inputOf({ input }: ToolCall): JsonObject {
  const json: Json = toJson(input ?? null);
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : { input: json };
}

function pathsIn({ path }: JsonObject): { readonly paths?: readonly string[] } {
  return defined({ paths: typeof path === 'string' ? [path] : undefined });
}

function resultOf({ text, ending }: ModelReply, { about, prompt }: Talk): PersonaResult {
  if (ending === 'refused') return contractError(say.filtered());
  // what was cut off may be whole by chance only
  if (ending === 'cut') return contractError(say.cut());
  if (text.trim() === '') return contractError(say.nothing());
  const result = parseResult({ output: text, prompt }, about.schemas);
  // what a model says of its own cost is made up: it was counted
  return { ...result, usage: { source: 'none', complete: false } };
}

function wordsOf(limit: Limit): string {
  return limit.of === 'money' ? say.money(limit.left) : say.tokens(limit.left);
}
