// Reads an answers file and finds the answer to a request. Never answers what the file does not say.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { isObject, messageOf, nearest, schemaCheck, TroupeError } from '../../support/index.ts';
import { answersMessages } from '../messages.ts';
import type { PersonaTask } from '../types.ts';
import { answerSchema } from './answers-schema.ts';
import type { Answer } from './answers-schema.ts';

/** Answers by step id, persona id or `*`. */
export type Answers = Readonly<Record<string, readonly Answer[]>>;

const validate = schemaCheck<Answer>(answerSchema);

/** The checked content of the file. Throws `persona/answers`. */
export async function readAnswers(path: string): Promise<Answers> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw configError(answersMessages.unreadable(path, messageOf(error)));
  });
  return parseAnswers(text, path);
}

/** The checked answers in YAML or JSON text. */
function parseAnswers(text: string, path: string): Answers {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 50 }) ?? {};
  } catch (error) {
    throw configError(answersMessages.unreadable(path, messageOf(error)));
  }
  if (!isObject(value)) throw configError(answersMessages.wrong(path, 'the top', 'must be a map'));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, checkEntry(path, key, entry)]));
}

/** The answer to the task: by step, then persona, then `*`; successive attempts take successive answers. */
export function answerTo(
  answers: Answers,
  task: Pick<PersonaTask, 'stepId' | 'persona' | 'attempt'>,
  path: string,
): Answer {
  const key = [task.stepId, task.persona.id, '*'].find((name) => Object.hasOwn(answers, name));
  const list = key === undefined ? undefined : answers[key];
  const answer = list?.[Math.min(Math.max(task.attempt, 1), list.length) - 1];
  if (answer === undefined)
    throw configError(answersMessages.none(path, task.stepId, task.persona.id), answersMessages.noneHint());
  return answer;
}

function checkEntry(path: string, key: string, entry: unknown): readonly Answer[] {
  const list: readonly unknown[] = Array.isArray(entry) ? entry : [entry ?? {}];
  if (list.length === 0) throw configError(answersMessages.wrong(path, key, answersMessages.empty()));
  return list.map((answer, index) => checkAnswer(path, list.length === 1 ? key : `${key}[${index}]`, answer ?? {}));
}

function checkAnswer(path: string, where: string, answer: unknown): Answer {
  if (validate(answer)) return answer;
  const error = validate.errors[0];
  const at = [where, ...(error?.instancePath ?? '').split('/').slice(1)].join('.');
  if (error?.keyword === 'additionalProperties') {
    const unknown = String(error.params['additionalProperty']);
    throw configError(
      answersMessages.wrong(
        path,
        at,
        answersMessages.unknownKey(unknown, nearest(unknown, Object.keys(answerSchema.properties))),
      ),
    );
  }
  throw configError(answersMessages.wrong(path, at, error?.message ?? ''));
}

function configError(message: string, hint?: string): TroupeError {
  return new TroupeError('persona/answers', message, { class: 'config', ...(hint === undefined ? {} : { hint }) });
}
