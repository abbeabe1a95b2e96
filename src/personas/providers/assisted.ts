// Transport `assisted`: a person does it. They are asked on the issue, and their `/troupe answer` is the result. Starts nothing.
import type { Usage } from '../../engine/index.ts';
import { defined, isObject, parseJson } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { assistedMessages } from '../model/messages.ts';
import { readHandedIn } from '../result/handed-in-words.ts';
import { checkOutputs, checkResult } from '../result/parse-result.ts';
import { statusOf } from '../result/verdict-words.ts';
import type {
  PersonaResult,
  PersonaTask,
  Provider,
  ProviderAnswer,
  ProviderConfig,
  Reply,
  ResultChanges,
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
    start: (task, ticket) =>
      Promise.resolve(wait(ticket, asking(assistedMessages.ask(task.persona, namesOf(task), worksOn(task))))),
    resume: (task, { ticket, reply }) =>
      Promise.resolve(
        reply === undefined
          ? wait(ticket, asking(assistedMessages.ask(task.persona, namesOf(task), worksOn(task))))
          : read(task, ticket, reply),
      ),
    // who reads the question later reads, too, that the run went on
    release: () => Promise.resolve(),
  };
}

/** The commit that a persona which changes files begins at; undefined: it changes none. */
function worksOn({ persona, baseSha }: PersonaTask): string | undefined {
  return persona.tools.includes('edit') ? baseSha : undefined;
}

/** People take the time that they take. */
function wait(ticket: Ticket, asks: PersonaResult): ProviderAnswer {
  return { waiting: { ...ticket, deadline: null }, asks };
}

function read(task: PersonaTask, ticket: Ticket, reply: Reply): ProviderAnswer {
  const schemas = schemasOf(task);
  const outputs = namesOf(task);
  const again = (problem: string): ProviderAnswer => wait(ticket, asking(assistedMessages.askAgain(problem, outputs)));
  const handedIn = handedInWith(jsonOf(reply));
  if ('problem' in handedIn) return again(handedIn.problem);
  const result = resultOf(handedIn.answer);
  if (result.status === 'error' || result.status === 'unknown')
    return again(result.error?.message ?? assistedMessages.noVerdict());
  // a no needs no outputs; a yes without them would only fail the step
  const { error } = checkOutputs(result, schemas);
  if (error !== undefined) return wait(ticket, asking(assistedMessages.askForOutputs(error.message, outputs)));
  const { branch, changes = result.changes } = handedIn;
  if (branch !== undefined && changes !== undefined) return again(assistedMessages.twoWorks());
  const summary = assistedMessages.by(reply.from ?? '', result.summary);
  return { answer: { ...result, summary, usage: free, ...defined({ branch, changes }) } };
}

/** What comes with an answer, and the answer without it. */
type HandedInWith =
  | { readonly answer: Json; readonly branch?: string; readonly changes?: ResultChanges }
  | { readonly problem: string };

function handedInWith(answer: Json): HandedInWith {
  if (isObject(answer)) {
    const { branch, ...rest } = answer;
    return typeof branch === 'string' ? { answer: rest, branch } : { answer };
  }
  if (typeof answer !== 'string') return { answer };
  const { words, patch, branches, hasAttachment } = readHandedIn(answer);
  const [branch, ...others] = branches;
  if (others.length > 0) return { problem: assistedMessages.twoWorks() };
  if (hasAttachment && patch === undefined && branch === undefined) return { problem: assistedMessages.attachment() };
  const content = patch === undefined ? undefined : Buffer.from(patch, 'utf8');
  const changes = content === undefined ? undefined : ({ kind: 'patch', content } as const);
  return { answer: words, ...defined({ branch, changes }) };
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
