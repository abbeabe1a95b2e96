// What is known of an agent program beforehand: shapes only. `list.ts` has the agents; nothing else asks for one by its name.
import type { Json, JsonObject } from '../../support/index.ts';
import type { PersonaTool } from '../model/types.ts';

/** An agent program that speaks Agent Client Protocol. All of it is data; `*` stands for the value in question. */
export interface Agent {
  /** The word in `preset:`. */
  readonly name: string;
  /** The program that speaks the protocol, with its arguments. */
  readonly command: readonly string[];
  /** The program that people have installed, where another one speaks the protocol for it. */
  readonly program?: string;
  /** How that program works by itself, for who has not installed the other one. */
  readonly alone?: Alone;
  /** Its variables that are handed on where the operator names none. */
  readonly variables: readonly string[];
  /** With any one of these it can pay for its model. Empty: nobody can tell. */
  readonly keys: readonly string[];
  /** What stands for a key where a person has logged in. */
  readonly logIn?: LogIn;
  /** Variables that are always set: no updates, no telemetry, nothing that the repository configures. `~/` is its private HOME. */
  readonly settings: Readonly<Record<string, string>>;
  /** Variables that are set besides where it pays by a key: that it may take it. */
  readonly withKey?: Readonly<Record<string, string>>;
  /** It does not look at the variable that says where its model is: another one that holds JSON says it, `"*"` is the address. */
  readonly address?: { readonly variable: string; readonly as: string; readonly json: string };
  /** Files of its private HOME, by path; one that ends with `/` is a folder. */
  readonly home: Readonly<Record<string, Json>>;
  /** Goes with `session/new` as `_meta`. */
  readonly session?: JsonObject;
  /** How it is told its model. Absent: as an option of the session. */
  readonly model?: { readonly variable: string } | { readonly words: readonly string[] };
  /** How its own mode is chosen before it starts. Absent: in the session, where the operator names one. */
  readonly mode?: { readonly variable: string; readonly reads: string; readonly writes: string };
  /** It takes no tools from the session: the argument that takes them instead, followed by JSON. */
  readonly toolsFlag?: string;
  /** The tokens that it reports of a turn are of the last request alone. */
  readonly countsLastOnly?: true;
  /** It does what it wants without asking: a sandbox alone holds it. */
  readonly asksNobody?: true;
  /** Arguments with which the program tells its version. */
  readonly version: readonly string[];
  /** What installs it. */
  readonly install: string;
}

/** A log-in of a person, as the agent's own program leaves it in HOME. Nothing of it is asked over the network. */
export interface LogIn {
  /** Below HOME; or the folder that the variable names. */
  readonly folder: string;
  readonly variable: string;
  readonly file: string;
  /** Somebody has logged in where one of these places of its JSON holds text. Places are keys with dots between them, `*` is any key. */
  readonly holds: readonly string[];
  /** When what is handed over ends: milliseconds since 1970, or a token that says it. */
  readonly until?: string;
  /** What is emptied before anything is handed over: what renews a log-in takes it from its owner, and what reaches further is not needed. */
  readonly without: readonly string[];
  /** It is handed over as this variable, with the text at `holds`. Absent: as a copy of the file in the private HOME. */
  readonly as?: string;
  /** Files of the private HOME that are others with a log-in. */
  readonly home?: Readonly<Record<string, Json>>;
  /** It is never handed over, and why. */
  readonly kept?: 'github' | 'renews';
  /** What renews it, or makes one. */
  readonly renew: string;
}

/** A program that takes the prompt on its standard input and prints an envelope with its answer. It runs nothing that the repository configures. */
export interface Alone {
  readonly command: readonly string[];
  /** Its words for the tools of a persona. */
  readonly tools: Readonly<Record<PersonaTool, readonly string[]>>;
  /** The arguments that take such words, with commas between them: what there is, and what it may use without asking. */
  readonly offers: string;
  readonly allows: string;
  /** What it may do without asking in any case: not said again. */
  readonly free: readonly PersonaTool[];
  readonly model: string;
}
