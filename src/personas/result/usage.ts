// Reads one report of cost and tokens, in the spellings that are around. Unknown stays unknown, never 0.
import { compareDecimal, decimalOf, isObject, defined } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';

/** Nothing is known of the cost. */
export const unknownUsage: Usage = { source: 'none', complete: false };

/** What one report says. `inputTokens` holds all that the model read, what a cache gave included. */
export interface Figures {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  /** Decimal text. */
  readonly costUsd?: string;
}

/** The counts among the figures. */
export const tokenKeys = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const;

type Fields = { readonly [key: string]: unknown };

/** The usage in a report that a persona handed in. */
export function readUsage(value: unknown): Usage {
  if (!isObject(value)) return unknownUsage;
  const figures = { ...tokensOf(value), ...costOf(value, ['cost']) };
  return usageOf(figures);
}

/** Figures as usage. */
export function usageOf(figures: Figures): Usage {
  if (Object.keys(figures).length === 0) return unknownUsage;
  return { ...figures, source: 'provider', complete: figures.costUsd !== undefined };
}

/** Of two reports about the same request, what each knows; where both know, the larger. */
export function largerOf(a: Usage, b: Usage): Usage {
  if (a.source === 'none') return b;
  if (b.source === 'none') return a;
  const larger = [a.costUsd, b.costUsd]
    .filter((cost) => cost !== undefined)
    .toSorted(compareDecimal)
    .at(-1);
  const tokens = tokenKeys
    .filter((key) => a[key] !== undefined || b[key] !== undefined)
    .map((key) => [key, Math.max(a[key] ?? 0, b[key] ?? 0)]);
  return {
    ...(Object.fromEntries(tokens) as Figures), // made of their keys
    ...defined({ costUsd: larger, model: a.model ?? b.model }),
    source: a.source,
    complete: a.complete || b.complete,
  };
}

const readNames = [
  'inputTokens',
  'input_tokens',
  'prompt_tokens',
  'promptTokenCount',
  'promptTokens',
  'prompt_eval_count',
];
const writtenNames = [
  'outputTokens',
  'output_tokens',
  'completion_tokens',
  'candidatesTokenCount',
  'completionTokens',
  'eval_count',
];

/** The tokens that a usage object names. Short words count in pairs only: `{ "input": …, "output": … }`, not any `total`. */
export function tokensOf(value: Fields): Figures {
  const isShort = isStepped(value) || ('prompt' in value && 'candidates' in value);
  const read = count(value, isShort ? [...readNames, 'prompt', 'input'] : readNames);
  const written = count(value, isShort ? [...writtenNames, 'candidates', 'output'] : writtenNames);
  const apart = apartOf(value);
  const thought = count(value, ['thoughtsTokenCount', ...(isShort ? ['thoughts', 'reasoning'] : [])]);
  const isParted = read !== undefined || written !== undefined;
  const input = read ?? (isParted ? undefined : count(value, ['total_tokens', 'totalTokens']));
  const cached = isParted || apart > 0 ? cachedOf(value) : undefined;
  return {
    ...(input === undefined && apart === 0 ? {} : { inputTokens: (input ?? 0) + apart }),
    ...(written === undefined && thought === undefined ? {} : { outputTokens: (written ?? 0) + (thought ?? 0) }),
    ...defined({ cacheReadTokens: cached, cacheWriteTokens: isParted || apart > 0 ? cacheTookOf(value) : undefined }),
  };
}

/** The price that a report names. */
export function costOf(value: Fields, more: readonly string[] = []): Figures {
  const keys = ['total_cost_usd', 'totalCostUsd', 'cost_usd', 'costUsd', 'costUSD', 'total_cost', ...more];
  const found = keys
    .filter((key) => key in value)
    .map((key) => decimalOf(isObject(value[key]) ? value[key]['total'] : value[key]))
    .find((one) => one !== undefined);
  return found === undefined ? {} : { costUsd: found };
}

function cachedOf(value: Fields): number | undefined {
  const nested = [value['input_tokens_details'], value['prompt_tokens_details'], value['cache']].filter(isObject);
  return (
    count(value, [
      'cacheReadTokens',
      'cache_read_tokens',
      'cache_read_input_tokens',
      'cacheReadInputTokens',
      'cached_input_tokens',
      'cachedInputTokens',
      'cachedContentTokenCount',
      'cached',
      'cacheRead',
    ]) ?? nested.map((one) => count(one, ['cached_tokens', 'read'])).find((one) => one !== undefined)
  );
}

function cacheTookOf(value: Fields): number | undefined {
  const cache = isObject(value['cache']) ? value['cache'] : {};
  const names = [
    'cacheWriteTokens',
    'cache_write_tokens',
    'cache_creation_input_tokens',
    'cacheCreationInputTokens',
    'cacheWriteInputTokens',
    'cachedWriteTokens',
    'cacheWrite',
  ];
  return count(value, names) ?? count(cache, ['write']);
}

/** Tokens that were read and that `input` does not hold: Anthropic counts what a cache gave or took beside it. */
function apartOf(value: Fields): number {
  const keys = [
    'cache_read_input_tokens',
    'cache_creation_input_tokens',
    'cacheReadInputTokens',
    'cacheCreationInputTokens',
    'cacheWriteInputTokens',
    'toolUsePromptTokenCount',
  ];
  const stepped = isStepped(value) ? value : {};
  const cache = isObject(stepped['cache']) ? stepped['cache'] : {};
  const apart = [
    ...keys.map((key) => count(value, [key])),
    ...['cacheRead', 'cacheWrite'].map((key) => count(stepped, [key])),
    ...['read', 'write'].map((key) => count(cache, [key])),
  ];
  return apart.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/** The short shape of opencode and its like, whose thoughts and cache stand beside what goes in and out. */
function isStepped(value: Fields): boolean {
  return 'input' in value && 'output' in value;
}

function count(value: Fields, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    // some name the whole beside its parts
    const given = isObject(value[key]) ? value[key]['total'] : value[key];
    const number = typeof given === 'string' && /^\d+$/.test(given.trim()) ? Number(given) : given;
    if (typeof number === 'number' && number >= 0 && number <= Number.MAX_SAFE_INTEGER) return Math.round(number);
  }
  return undefined;
}
