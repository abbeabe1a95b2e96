// What is said to a model and what it answers, in words of ours: shapes only. `ai-model.ts` makes them of a library.
import type { JsonObject } from '../../support/index.ts';
import type { RepositoryTool } from '../repository/repository-tools.ts';

/** A model that is ready to be asked. It remembers nothing: each request carries the conversation so far. */
export interface Model {
  /** One request over HTTP. Throws a `ModelFailure`, or the reason of the signal. */
  ask(turn: ModelTurn, signal: AbortSignal): Promise<ModelReply>;
}

/** What one request holds. */
export interface ModelTurn {
  readonly conversation: readonly Spoken[];
  readonly tools: readonly RepositoryTool[];
  /** Whether it may call a tool this time. */
  readonly mayCall: boolean;
  /** The shape of an answer without tool calls. Absent: free text. */
  readonly schema?: JsonObject;
}

/** One part of a conversation. */
export type Spoken =
  | { readonly by: 'troupe'; readonly text: string }
  /** As the library keeps it: what some vendors want back with the next request is in it. */
  | { readonly by: 'model'; readonly reply: ModelReply }
  | { readonly by: 'tools'; readonly results: readonly ToolResult[] };

/** What a tool gave. */
export interface ToolResult {
  readonly call: ToolCall;
  readonly text: string;
}

/** A tool that the model wants to use. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** One answer. */
export interface ModelReply {
  readonly text: string;
  readonly thought: string;
  readonly calls: readonly ToolCall[];
  readonly tokens: Tokens;
  /** `done`: by itself. `cut`: it had no more room. `refused`: a filter of the vendor's. */
  readonly ending: 'done' | 'cut' | 'refused';
  /** The vendor's own name of the model that answered. */
  readonly model?: string;
  /** What has to go along when the conversation goes on. Known to the maker alone. */
  readonly kept: unknown;
}

/** What one request took, as the vendor counted it; undefined: it did not say. */
export interface Tokens {
  /** All that it read, caches included. */
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}
