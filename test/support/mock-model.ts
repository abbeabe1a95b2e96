// A model that answers what a test says, over real HTTP in the dialect of each vendor: aimock. Costs nothing, and shows what it was sent.
import { LLMock } from '@copilotkit/aimock';
import type { ChatCompletionRequest, FixtureOpts, LLMock as Mock } from '@copilotkit/aimock';
import { isObject } from '../../src/support/index.ts';

/** One thing that the model does when it is asked. */
export type Move =
  | { readonly say: string; readonly tokens?: Tokens; readonly cut?: true }
  /** Its result, in the way that it is asked for one: an answer, or the tool that some vendors have in its place. */
  | { readonly result: unknown; readonly tokens?: Tokens }
  | { readonly use: readonly { readonly name: string; readonly input: unknown }[]; readonly tokens?: Tokens }
  | { readonly fail: number; readonly message?: string; readonly retryAfter?: number };

/** What an answer says that it took. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
}

/** The mock and its book. */
export interface MockModel {
  /** For `base_url`, by dialect. */
  url(api: string): string;
  /** What it was asked, in the order in which it was asked. */
  readonly asked: readonly ChatCompletionRequest[];
  /** Headers of each request. */
  headers(): readonly Readonly<Record<string, string>>[];
  stop(): Promise<void>;
}

/** A mock whose moves are chosen by the request and its number, counted from 0. `options`: how its answers go over the line. */
export async function mockModel(
  move: (request: ChatCompletionRequest, index: number) => Move | Promise<Move>,
  options: FixtureOpts = {},
): Promise<MockModel> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' });
  const asked: ChatCompletionRequest[] = [];
  mock.on(
    { predicate: () => true },
    async (request) => {
      asked.push(request);
      return answerOf(await move(request, asked.length - 1), request);
    },
    options,
  );
  await mock.start();
  return {
    url: (api) => `${mock.url}${api === 'google' ? '/v1beta' : '/v1'}`,
    asked,
    headers: () => mock.getRequests().map(({ headers }) => headers),
    stop: () => mock.stop(),
  };
}

type Factory = Extract<Parameters<Mock['on']>[1], (request: ChatCompletionRequest) => unknown>;
type Answer = Awaited<ReturnType<Factory>>;

function answerOf(move: Move, request: ChatCompletionRequest): Answer {
  if ('fail' in move)
    return {
      status: move.fail,
      error: { message: move.message ?? 'the mock refuses', type: 'mock' },
      ...(move.retryAfter === undefined ? {} : { retryAfter: move.retryAfter }),
    };
  const usage = usageOf(move.tokens ?? { input: 100, output: 10 });
  if ('use' in move)
    return {
      toolCalls: move.use.map(({ name, input }) => ({ name, arguments: JSON.stringify(input) })),
      usage,
    };
  if ('say' in move) return { content: move.say, usage, ...(move.cut === true ? { finishReason: 'length' } : {}) };
  const stand = request.tools?.find(({ function: { name } }) => name === 'json')?.function.name;
  const text = JSON.stringify(move.result);
  return stand === undefined ? { content: text, usage } : { toolCalls: [{ name: stand, arguments: text }], usage };
}

/** In the words of all vendors at once. */
function usageOf({ input, output, cached = 0 }: Tokens) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output,
    ...(cached === 0 ? {} : { prompt_tokens_details: { cached_tokens: cached }, cached_tokens: cached }),
  };
}

/** Everything that was said in a request, in one text. */
export function saidIn(request: ChatCompletionRequest | undefined): string {
  return (request?.messages ?? [])
    .map(({ content }) =>
      typeof content === 'string'
        ? content
        : (content ?? []).map((part) => (isObject(part) ? String(part.text ?? '') : '')).join('\n'),
    )
    .join('\n');
}

/** How answers come over the line. `brokenAfter`: the part of an answer's stream after which it ends, as if all were well. */
export function lineTo(mock: { readonly brokenAfter?: number } = {}): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok) return response;
    // xAI tells a status of each thought; the mock, which has the dialect of OpenAI, leaves it out
    const text = (await response.text()).replaceAll(
      '"type":"reasoning","id"',
      '"type":"reasoning","status":"completed","id"',
    );
    const { status, headers } = response;
    return new Response(text.slice(0, Math.ceil(text.length * (mock.brokenAfter ?? 1))), { status, headers });
  };
}
