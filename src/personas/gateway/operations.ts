// Which requests are requests to a model: the only ones that are handed on. Data, and the one question to it.
import type { ModelShape } from '../model/gateway.ts';

/** What is asked of a model's host. */
export interface Operation {
  readonly shape: ModelShape;
  /** It asks no model: lists them, or counts tokens. */
  readonly isFree: boolean;
  /** The model, where the path names it. */
  readonly model?: string;
}

interface Known {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly shape?: ModelShape;
  readonly isFree?: true;
}

/** Behind the base URL; some agents put the version of the interface there, some before it. */
const known: readonly Known[] = [
  { methods: ['POST'], path: /^(?:\/v1)?\/messages$/, shape: 'anthropic' },
  { methods: ['POST'], path: /^(?:\/v1)?\/messages\/count_tokens$/, shape: 'anthropic', isFree: true },
  { methods: ['POST'], path: /^(?:\/v1)?\/chat\/completions$/, shape: 'chat' },
  { methods: ['POST'], path: /^(?:\/v1)?\/responses(?:\/compact)?$/, shape: 'responses' },
  {
    methods: ['POST'],
    path: /^(?:\/v1(?:alpha|beta)?)?\/models\/([\w.-]{1,100}):(?:stream)?[gG]enerateContent$/,
    shape: 'google',
  },
  {
    methods: ['POST'],
    path: /^(?:\/v1(?:alpha|beta)?)?\/models\/([\w.-]{1,100}):countTokens$/,
    shape: 'google',
    isFree: true,
  },
  { methods: ['GET', 'HEAD'], path: /^(?:\/v1(?:alpha|beta)?)?\/models(?:\/[\w.:-]{1,100})?$/, isFree: true },
];

/** undefined: no request to a model. `usual`: the shape where the request does not tell. */
export function operationOf(method: string, path: string, usual: ModelShape): Operation | undefined {
  for (const one of known) {
    const found = one.methods.includes(method) ? one.path.exec(path) : null;
    if (found === null) continue;
    const [, model] = found;
    return {
      shape: one.shape ?? usual,
      isFree: one.isFree === true,
      ...(model === undefined ? {} : { model }),
    };
  }
  return undefined;
}
