// The tokens in a model's answer, whole or in pieces, in the shapes of the vendors. Pure. What is not told stays unknown, never 0.
import { isObject, defined } from '../../support/index.ts';
import type { ModelShape } from '../model/gateway.ts';

/** What is known so far. */
export interface AnswerFacts {
  readonly model?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  /** The answer came to its own end. */
  readonly isOver?: true;
  /** It failed after it had begun. */
  readonly error?: unknown;
}

type Fields = { readonly [key: string]: unknown };

/** With one more piece; a whole answer is one piece. */
export function withPiece(shape: ModelShape, before: AnswerFacts, piece: unknown): AnswerFacts {
  if (!isObject(piece)) return before;
  if (isObject(piece['error'])) return { ...before, error: piece['error'] };
  return { ...before, ...readers[shape](piece, before) };
}

const readers: Readonly<Record<ModelShape, (piece: Fields, before: AnswerFacts) => AnswerFacts>> = {
  anthropic(piece, before) {
    const whole = piece['type'] === 'message';
    const message = isObject(piece['message']) ? piece['message'] : piece;
    const usage = isObject(message['usage']) ? message['usage'] : undefined;
    // it counts what a cache gave or took beside the rest; the last pieces tell only what has changed
    const fresh = usage === undefined ? undefined : count(usage['input_tokens']);
    const read = (usage && count(usage['cache_read_input_tokens'])) ?? before.cacheReadTokens;
    const write = (usage && count(usage['cache_creation_input_tokens'])) ?? before.cacheWriteTokens;
    const plain =
      fresh ??
      (before.inputTokens === undefined
        ? undefined
        : before.inputTokens - (before.cacheReadTokens ?? 0) - (before.cacheWriteTokens ?? 0));
    return {
      ...defined({
        model: text(message['model']),
        inputTokens: plain === undefined ? undefined : plain + (read ?? 0) + (write ?? 0),
        outputTokens: usage === undefined ? undefined : count(usage['output_tokens']),
        cacheReadTokens: read,
        cacheWriteTokens: write,
      }),
      ...over(whole || piece['type'] === 'message_stop'),
    };
  },
  chat(piece) {
    const usage = isObject(piece['usage']) ? piece['usage'] : {};
    const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
    return {
      ...defined({
        model: text(piece['model']),
        inputTokens: count(usage['prompt_tokens']),
        outputTokens: count(usage['completion_tokens']),
        cacheReadTokens: count(details['cached_tokens']),
      }),
      ...over(piece['object'] === 'chat.completion' || isObject(piece['usage'])),
    };
  },
  responses(piece) {
    const response = isObject(piece['response']) ? piece['response'] : piece;
    const usage = isObject(response['usage']) ? response['usage'] : {};
    const details = isObject(usage['input_tokens_details']) ? usage['input_tokens_details'] : {};
    return {
      ...defined({
        model: text(response['model']),
        inputTokens: count(usage['input_tokens']),
        outputTokens: count(usage['output_tokens']),
        cacheReadTokens: count(details['cached_tokens']),
      }),
      ...(isObject(response['error']) ? { error: response['error'] } : {}),
      ...over(isObject(response['usage']) && response['status'] !== 'in_progress'),
    };
  },
  google(piece) {
    const usage = isObject(piece['usageMetadata']) ? piece['usageMetadata'] : {};
    const [read, tool] = [count(usage['promptTokenCount']), count(usage['toolUsePromptTokenCount'])];
    const [said, thought] = [count(usage['candidatesTokenCount']), count(usage['thoughtsTokenCount'])];
    const candidates: readonly unknown[] = Array.isArray(piece['candidates']) ? piece['candidates'] : [];
    const isBlocked = isObject(piece['promptFeedback']) && typeof piece['promptFeedback']['blockReason'] === 'string';
    const isLast = isBlocked || candidates.some((one) => isObject(one) && typeof one['finishReason'] === 'string');
    return {
      ...defined({
        model: text(piece['modelVersion']),
        inputTokens: read === undefined ? undefined : read + (tool ?? 0),
        // what is not there was not written: the whole is told with each piece
        outputTokens: read === undefined ? undefined : (said ?? 0) + (thought ?? 0),
        cacheReadTokens: count(usage['cachedContentTokenCount']),
      }),
      ...over(isLast),
    };
  },
};

function over(isOver: boolean): Pick<AnswerFacts, 'isOver'> {
  return isOver ? { isOver: true } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
