// What stands between a persona behind the walls of tier 2 and the models it asks: shapes only.
import type { ErrorClass } from '../../support/index.ts';

/** The shapes in which models are spoken to. */
export type ModelShape = 'anthropic' | 'chat' | 'responses' | 'google';

/** A way to one model's host. Whoever shows its placeholder takes it. */
export interface ModelRoute {
  /** Whose model it is, by the word of the price list. Absent: found by the model. */
  readonly vendor?: string;
  /** How refusals are worded where the request does not tell. */
  readonly shape: ModelShape;
  /** What the agent has in place of the key: unguessable, and worth nothing elsewhere. */
  readonly placeholder: string;
  /** Never leaves Troupe's own process but to the host. */
  readonly key: string;
  /** Where requests go: `https://api.openai.com/v1`. */
  readonly upstream: string;
  /** What the agent's base URL has behind the host, and `upstream` stands for: `/v1`. */
  readonly inside: string;
}

/** What keeps an agent from its model, as the host of the model or the way to it told. */
export interface ModelTrouble {
  readonly class: ErrorClass;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** One request to a model that was sent, and how it was answered. */
export interface ModelCall {
  readonly model: string;
  readonly vendor?: string;
  /** Of the answer; 0: there was none. */
  readonly status: number;
  /** All that the model read, caches included. Absent, as the others: the answer did not tell. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  /** The answer came to its end and told its tokens. */
  readonly isWhole: boolean;
  readonly trouble?: ModelTrouble;
  /** Of the request and of the answer, for whoever has to reckon where nothing was told. */
  readonly bytes: number;
}

/** Who counts the requests of one persona, and lets them pass. */
export interface CallMeter {
  /** Resolves when the request may be sent, `undefined`, or with the words why it may not. Each that may is told of by `over`. */
  admit(): Promise<string | undefined>;
  over(call: ModelCall): void;
}

/** What one process behind the walls has of the network. */
export interface GatewayUse {
  readonly routes: readonly ModelRoute[];
  readonly meter: CallMeter;
  /** A connection that the operator's list does not hold. */
  onRefused(host: string, port: number): void;
}
