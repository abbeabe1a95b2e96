// Transport `assisted`: a person does it. They are asked on the issue, and their `/troupe answer` is the result. Starts nothing.
import type { Usage } from '../../engine/index.ts';
import { isObject, parseJson } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { assistedMessages } from '../model/messages.ts';
import { checkOutputs, checkResult } from '../result/parse-result.ts';
import { statusOf } from '../result/verdict-words.ts';
import type {
  PersonaResult,
  PersonaTask,
  Provider,
  ProviderAnswer,
  ProviderConfig,
  Reply,
  Ticket,
} from '../model/types.ts';

/** No model is asked: this is known to cost nothing. */
const free: Usage = { inputTokens: 0, outputTokens: 0, costUsd: '0', source: 'provider', complete: true };

/** A provider that asks the people of the issue. What they say counts only where it holds a verdict. */
export function createAssistedProvider(config: ProviderConfig): Provider {
  return {
    name: config.name,
    strategies: new Set(['callback'] as const),
    isFree: true,
    check: () => Promise.resolve([]),
    start: (task, ticket) => Promise.resolve(wait(ticket, asking(assistedMessages.ask(task.persona, namesOf(task))))),
    resume: (task, { ticket, reply }) =>
      Promise.resolve(
        reply === undefined
          ? wait(ticket, asking(assistedMessages.ask(task.persona, namesOf(task))))
          : read(task, ticket, reply),
      ),
    // who reads the question later reads, too, that the run went on
    release: () => Promise.resolve(),
  };
}

/** People take the time that they take. */
function wait(ticket: Ticket, asks: PersonaResult): ProviderAnswer {
  return { waiting: { ...ticket, deadline: null }, asks };
}

function read(task: PersonaTask, ticket: Ticket, reply: Reply): ProviderAnswer {
  const schemas = schemasOf(task);
  const outputs = namesOf(task);
  const result = resultOf(jsonOf(reply));
  if (result.status === 'error' || result.status === 'unknown')
    return wait(
      ticket,
      asking(assistedMessages.askAgain(result.error?.message ?? assistedMessages.noVerdict(), outputs)),
    );
  // a no needs no outputs; a yes without them would only fail the step
  const { error } = checkOutputs(result, schemas);
  if (error !== undefined) return wait(ticket, asking(assistedMessages.askForOutputs(error.message, outputs)));
  return { answer: { ...result, summary: assistedMessages.by(reply.from ?? '', result.summary), usage: free } };
}

function schemasOf(task: PersonaTask): readonly JsonObject[] {
  return task.outputSchemas ?? [task.persona.outputs].filter((schema) => schema !== undefined);
}

/** What they wrote: JSON text, as the run keeps it. */
function jsonOf({ body }: Reply): Json {
  // parsed from JSON text
  return parseJson(Buffer.from(body).toString('utf8')) as Json;
}

/** A verdict and nothing else, or a verdict that is set off from what follows. `Passing by, I saw …` is none, nor is `No objections`. */
const verdict =
  /^\s*(pass(?:ed)?|fail(?:ed)?|approved?|reject(?:ed)?)(?:[ \t]*[:,\r\n]|[ \t]+[-–—][ \t]|\s*$)[\s:,–—-]*(.*)$/is;

/** A result object as JSON, or words that begin with a verdict: `pass: reads well`. Doubt is never a pass. */
function resultOf(answer: Json): PersonaResult {
  if (isObject(answer)) return checkResult(answer);
  const [, word = '', rest = ''] = verdict.exec(typeof answer === 'string' ? answer : '') ?? [];
  return { status: statusOf(word), summary: rest.trim(), outputs: {}, usage: free };
}

function asking(question: string): PersonaResult {
  return {
    status: 'unknown',
    summary: assistedMessages.waits(),
    outputs: {},
    next: { action: 'ask', questions: [question] },
    usage: free,
  };
}

/** Names of the outputs that only a result object can carry. */
function namesOf(task: PersonaTask): readonly string[] {
  const names = schemasOf(task).flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : []));
  return [...new Set(names)];
}
