// What a persona did, entry by entry, whatever transport it came through: shapes only. One entry is one line of the published artifact.
import type { Json } from '../../support/index.ts';

/** One thing that happened between Troupe and a persona. Texts are as they came: whoever keeps them redacts and cuts them. */
export type TranscriptEntry =
  /** The whole prompt of a turn; `to: 'persona'`. Or what it said. */
  | { readonly kind: 'message'; readonly from: 'troupe' | 'persona'; readonly text: string; readonly thought?: true }
  /** A tool call, told again with the same id as it goes on. */
  | {
      readonly kind: 'tool';
      readonly id: string;
      /** read, search, edit, execute, web; else the agent's own word. */
      readonly tool: string;
      readonly title: string;
      readonly paths?: readonly string[];
      readonly state: 'open' | 'done' | 'failed';
      readonly input?: Json;
      readonly output?: string;
    }
  /** It asked whether it may use a tool, and what Troupe answered. */
  | {
      readonly kind: 'permission';
      readonly id: string;
      readonly tool: string;
      readonly title: string;
      readonly answer: 'allowed' | 'refused';
      readonly reason?: string;
    }
  /** A request to a model, as the gateway or the transport itself counted it. */
  | {
      readonly kind: 'model';
      readonly model: string;
      readonly inputTokens?: number;
      readonly outputTokens?: number;
      readonly cacheReadTokens?: number;
      readonly costUsd?: string;
      /** Of the answer; 0: there was none. */
      readonly status: number;
    }
  /** A connection that the walls refused. */
  | { readonly kind: 'refused'; readonly host: string; readonly port: number }
  /** What it handed in, as it was read. */
  | { readonly kind: 'result'; readonly status: string; readonly summary: string }
  /** Anything else that somebody who reads it should know: a retry, what it wrote to stderr. */
  | { readonly kind: 'note'; readonly text: string };
