// A request as a conversation: one turn for the work, and one more where no result came of it. Never takes an agent's word for a result.
import { isObject } from '../../support/index.ts';
import type { JsonObject, Redactor } from '../../support/index.ts';
import type { PersonaResult } from '../model/types.ts';
import { contractError, readResult } from '../result/parse-result.ts';
import { largerOf, tokensOf, usageOf } from '../result/usage.ts';
import { sumOf } from '../result/usage-reports.ts';
import type { Figures } from '../result/usage.ts';
import type { ResultTool } from '../result-tool/result-tool.ts';
import type { AgentLog } from './agent-log.ts';
import { mostLookedAt, troubleSaid } from './class-of-failure.ts';
import type { Conversation } from './conversation.ts';
import { acpMessages as say } from './messages.ts';

/** What an exchange works with. The session has begun. */
export interface Exchange {
  readonly conversation: Conversation;
  readonly tool: ResultTool;
  readonly log: AgentLog;
  readonly redactor: Redactor;
  /** Tokens of all turns so far; the newest price is in the log. */
  readonly spent: Spent;
  /** Schemas that `outputs` must all fit. */
  readonly schemas: readonly JsonObject[];
  readonly signal: AbortSignal;
  /** What stands in the result file. */
  readFile(): Promise<string | undefined>;
  /** Keeps what it said in a turn that came to its end: the result may stand in it. */
  keepSaid(text: string): void;
}

/** What is to be done. `goesOn`: it was begun in this session before. */
export interface Work {
  readonly prompt: string;
  readonly goesOn: boolean;
}

/** The result of the work that the text asks for. Throws what the conversation throws, and the reason of the signal. */
export async function exchange(about: Exchange, { prompt: text, goesOn }: Work): Promise<PersonaResult> {
  const handIn = say.handIn();
  const goOn = `${say.goOn()}\n\n${handIn}`;
  // what it is asked to do stands in the record already
  const asked = { text: goesOn ? goOn : `${text}\n\n${handIn}`, told: goesOn ? goOn : handIn };
  const first = await turn(about, { ...asked, prompt: text });
  if (first.error?.class !== 'contract') return first;
  // some agents say that their model refused them, and end their turn as if all were well
  const trouble = about.log.isIdle() ? troubleSaid(about.redactor.head(about.log.text(), mostLookedAt)) : undefined;
  if (trouble !== undefined) {
    const { class: kind, message, ...wait } = trouble;
    return { ...first, error: { class: kind, message, ...wait } };
  }
  about.log.note(first.error.message);
  const again = say.again(first.error.message);
  return turn(about, { text: again, told: again, prompt: text });
}

/** What a turn asks for, and what is told of it. */
interface Asking {
  readonly text: string;
  readonly told: string;
  /** What all of it is about: who repeats it has said nothing. */
  readonly prompt: string;
}

async function turn(about: Exchange, { text, told, prompt }: Asking): Promise<PersonaResult> {
  const { conversation, tool, log, spent, schemas } = about;
  tool.forget();
  log.newTurn(told);
  const end = await conversation.say(text);
  about.signal.throwIfAborted();
  spent.add(end.reports);
  // whatever it had handed in by then: it did not come to its end, so it has judged nothing
  if (!end.isDone) return contractError(say.unfinished(end.reason));
  const handedIn = tool.handedIn();
  if (handedIn !== undefined) return handedIn;
  about.keepSaid(log.text());
  return readResult({ file: await about.readFile(), output: log.text(), prompt }, schemas);
}

/** What turns have taken. */
export interface Spent {
  add(reports: readonly unknown[]): void;
  figures(): Figures;
}

/** Nothing yet. `isTold: false`: what the agent says of a turn is not of the whole turn, so nobody knows. */
export function nothingSpent(isTold: boolean): Spent {
  let all: Figures = {};
  return {
    add(reports) {
      const report = reports.find(isObject);
      if (!isTold || report === undefined) return;
      all = sumOf([all, tokensOf(report)]);
    },
    figures: () => all,
  };
}

/** The result with what the conversation took. Cut off in the middle, it may have taken more. */
export function withSpent(
  result: PersonaResult,
  { log, spent }: Pick<Exchange, 'log' | 'spent'>,
  isWhole: boolean,
): PersonaResult {
  const told = usageOf({ ...spent.figures(), ...log.cost() });
  const usage = largerOf(told, result.usage);
  return { ...result, usage: { ...usage, complete: usage.complete && isWhole } };
}
