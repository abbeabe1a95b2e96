// A conversation with an agent program, in words of ours: shapes only. A protocol, or the next version of one, is a file that makes it.
import type { Json, JsonObject } from '../../support/index.ts';
import type { PermissionAnswer } from '../permissions/permission.ts';

/** One agent that was started and greeted. */
export interface Conversation {
  readonly agent: Greeted;
  /** Whether it can go on with a session of before. */
  readonly canGoOn: boolean;
  /** A new session: its id. Throws an `AgentFailure`. */
  begin(wish: SessionWish): Promise<string>;
  /** The session of that id, with all that was said in it: nothing of that is told again. Throws an `AgentFailure`. */
  goOn(wish: SessionWish, session: string): Promise<void>;
  /** One turn: resolves when the agent has ended it, however the protocol says so. Throws an `AgentFailure`. */
  say(text: string): Promise<TurnEnd>;
  /** Asks it to stop what it does. */
  interrupt(): Promise<void>;
}

/** What an agent says of itself, in its own words. */
export interface Greeted {
  readonly name?: string;
  /** For people. */
  readonly title?: string;
  readonly version?: string;
}

/** How the session is to be. */
export interface SessionWish {
  /** Absolute. */
  readonly cwd: string;
  readonly tools: readonly ToolServer[];
  readonly about?: JsonObject;
  /** Where it offers to choose. */
  readonly model?: string;
  /** Asked for by the operator: one that it does not have is a failure. */
  readonly mode?: string;
}

/** A program that offers tools to the agent, which starts it. */
export interface ToolServer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** How a turn ended. */
export interface TurnEnd {
  /** `done`: by itself. Whatever else it was, it did not come to its end; the agent's own word. */
  readonly reason: string;
  readonly isDone: boolean;
  /** What it says of tokens, as it came. */
  readonly reports: readonly unknown[];
}

/** What an agent tells while it works. */
export type AgentEvent =
  /** `isThought`: not said to anybody. */
  | { readonly kind: 'said'; readonly text: string; readonly isThought?: true }
  | { readonly kind: 'tool'; readonly call: ToolCall }
  /** Of the whole session so far, decimal text in US dollars. */
  | { readonly kind: 'cost'; readonly costUsd: string };

/** A tool that it uses. */
export interface ToolCall {
  readonly id: string;
  /** The class of the tool: read, search, edit, execute, web; else the agent's own word. */
  readonly tool: string;
  /** What it was called first: titles change, some to what the tool is given. */
  readonly name: string;
  readonly title: string;
  readonly paths: readonly string[];
  readonly state: 'open' | 'done' | 'failed';
  /** What it was given. */
  readonly input?: Json;
  /** What it answered, and what it changed. */
  readonly output?: string;
}

/** Who listens to an agent and answers it. */
export interface AgentListener {
  onEvent(event: AgentEvent): void;
  /** May it use this tool? */
  decide(call: ToolCall): Promise<PermissionAnswer>;
}

/** The agent, or the way to it, failed. `code` and `data` as the protocol has them. */
export class AgentFailure extends Error {
  readonly code: number | undefined;
  readonly data: Json | undefined;

  constructor(message: string, about: { readonly code?: number; readonly data?: Json } = {}) {
    super(message);
    this.name = 'AgentFailure';
    this.code = about.code;
    this.data = about.data;
  }
}
