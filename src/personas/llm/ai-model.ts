// A model over HTTP through the library `ai`: one streamed request at a time. Decides nothing about the conversation; tries nothing twice.
import type * as ai from 'ai';
import type { LanguageModel, ModelMessage, ToolSet } from 'ai';
import { messageOf, TroupeError, wallOf, defined } from '../../support/index.ts';
import type { Clock, JsonObject } from '../../support/index.ts';
import type { RepositoryTool } from '../repository/repository-tools.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { llmMessages as say } from './messages.ts';
import { failureOf, ModelFailure } from './model-failure.ts';
import type { Model, ModelReply, ModelTurn, Spoken, ToolCall } from './model-turn.ts';
import type { Reach, Vendor } from './vendors.ts';

type Library = typeof ai;

/** How every answer of a model is made. */
export interface ModelSettings {
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
}

/** More than any answer has to say. */
const mostCharacters = 2 * 1024 * 1024;

/** The model, its library loaded. Throws a TroupeError where that is not installed. */
export async function openModel(vendor: Vendor, reach: Reach, about: ModelSettings & { clock: Clock }): Promise<Model> {
  const { clock, ...settings } = about;
  const [library, model] = await load(vendor, { ...reach, fetch: guardedFetch(reach.fetch) });
  return {
    async ask(turn, signal) {
      try {
        return await request({ library, model, vendor, settings }, turn, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw failureOf(error, wallOf(clock).getTime());
      }
    },
  };
}

async function load(vendor: Vendor, reach: Reach): Promise<readonly [Library, LanguageModel]> {
  try {
    const library = await import('ai');
    // it writes to the console what it thinks of our requests
    globalThis.AI_SDK_LOG_WARNINGS = false;
    return [library, await vendor.open(reach)];
  } catch (error) {
    throw new TroupeError('persona/library', say.noLibrary(vendor.library, messageOf(error)), {
      class: 'config',
      hint: say.noLibraryHint(vendor.library),
      cause: error,
    });
  }
}

interface Loaded {
  readonly library: Library;
  readonly model: LanguageModel;
  readonly vendor: Vendor;
  readonly settings: ModelSettings;
}

async function request(loaded: Loaded, turn: ModelTurn, signal: AbortSignal): Promise<ModelReply> {
  const { library, model, vendor, settings } = loaded;
  const end = new AbortController();
  const streamed = library.streamText({
    model,
    messages: turn.conversation.map(messagesOf).flat(),
    tools: toolsOf(turn.tools, library),
    toolChoice: turn.mayCall ? 'auto' : 'none',
    ...(turn.schema === undefined ? {} : { output: outputOf(turn.schema) }),
    // whoever asks counts tries, waits and money
    maxRetries: 0,
    abortSignal: AbortSignal.any([signal, end.signal]),
    onError: () => undefined,
    providerOptions: vendor.options,
    ...settings,
  });
  const heard = nothingHeard();
  for await (const part of streamed.stream) {
    if (part.type === 'error') throw part.error;
    signal.throwIfAborted();
    hear(heard, part);
    if (heard.characters <= mostCharacters) continue;
    end.abort();
    throw new ModelFailure({ class: 'contract', said: say.endless(), status: 200, mayCost: true });
  }
  if (!heard.isWhole) throw new ModelFailure({ class: 'transient', said: say.brokenOff(), status: 0, mayCost: true });
  const { text, thought, calls, tokens, ending, model: named } = heard;
  const { messages } = await streamed.response;
  return { text, thought, calls, tokens, ending, ...defined({ model: named }), kept: messages };
}

/** What has come of an answer so far. */
interface Heard extends Omit<ModelReply, 'kept' | 'calls'> {
  text: string;
  thought: string;
  readonly calls: ToolCall[];
  tokens: ModelReply['tokens'];
  ending: ModelReply['ending'];
  model?: string;
  characters: number;
  isWhole: boolean;
}

function nothingHeard(): Heard {
  return {
    text: '',
    thought: '',
    calls: [],
    tokens: { input: undefined, output: undefined },
    ending: 'done',
    characters: 0,
    isWhole: false,
  };
}

type Part = ReturnType<Library['streamText']>['stream'] extends AsyncIterable<infer One> ? One : never;

function hear(heard: Heard, part: Part): void {
  if (part.type === 'text-delta') heard.text += part.text;
  else if (part.type === 'reasoning-delta') heard.thought += part.text;
  else if (part.type === 'tool-input-delta') heard.characters += part.delta.length;
  else if (part.type === 'tool-call') heard.calls.push({ id: part.toolCallId, name: part.toolName, input: part.input });
  else if (part.type === 'finish-step') finish(heard, part);
  if (part.type === 'text-delta' || part.type === 'reasoning-delta') heard.characters += part.text.length;
}

function finish(heard: Heard, part: Extract<Part, { type: 'finish-step' }>): void {
  const { usage, finishReason, rawFinishReason, response } = part;
  heard.tokens = {
    input: usage.inputTokens,
    output: usage.outputTokens,
    ...defined({
      cacheRead: usage.inputTokenDetails.cacheReadTokens,
      cacheWrite: usage.inputTokenDetails.cacheWriteTokens,
    }),
  };
  heard.ending = finishReason === 'length' ? 'cut' : finishReason === 'content-filter' ? 'refused' : 'done';
  // some clients name it, others only say nothing of how it ended
  const isOpen = finishReason === 'other' && rawFinishReason === undefined;
  heard.isWhole = !isOpen && finishReason !== 'error' && finishReason !== 'interrupted';
  if (response.modelId !== '') heard.model = response.modelId;
}

function messagesOf(spoken: Spoken): ModelMessage[] {
  if (spoken.by === 'troupe') return [{ role: 'user', content: spoken.text }];
  // this file made it: the messages of one answer
  if (spoken.by === 'model') return (spoken.reply.kept as ModelMessage[]).filter(({ role }) => role === 'assistant');
  const content = spoken.results.map(({ call, text }) => ({
    type: 'tool-result' as const,
    toolCallId: call.id,
    toolName: call.name,
    output: { type: 'text' as const, value: text },
  }));
  return [{ role: 'tool', content }];
}

/** Tools without a function behind them: they are called by us, between two requests. */
function toolsOf(tools: readonly RepositoryTool[], { tool, jsonSchema }: Library): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, input }) => [name, tool({ description, inputSchema: jsonSchema(plain(input)) })]),
  );
}

/**
 * The shape of an answer, told to the vendor and no more: the library's own reads all of the answer again with each piece of it, and what
 * comes of it here is read as any other text.
 */
function outputOf(schema: JsonObject): ai.OutputInterface<string, string, never> {
  return {
    name: 'object',
    responseFormat: Promise.resolve({ type: 'json', schema: plain(schema), name: 'result' }),
    parseCompleteOutput: ({ text }) => Promise.resolve(text),
    parsePartialOutput: () => Promise.resolve(undefined),
    createElementStreamTransform: () => undefined,
  };
}

/** A schema as the library types it. */
function plain(schema: JsonObject): ai.JSONSchema7 {
  // JSON Schema is JSON; the library's type is narrower than the language
  return schema as unknown as ai.JSONSchema7;
}
