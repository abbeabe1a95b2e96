// Reads an answers file and finds the answer to a request. Never answers what the file does not say.
import { readFile } from 'node:fs/promises';
import { isObject, messageOf, nearest, schemaCheck, TroupeError } from '../../support/index.ts';
import { pathOfNames, readYaml } from '../../yaml/index.ts';
import type { SourceDocument } from '../../yaml/index.ts';
import { answersMessages } from '../model/messages.ts';
import type { PersonaTask } from '../model/types.ts';
import { answerSchema } from './answers-schema.ts';
import type { Answer } from './answers-schema.ts';

/** Answers by step id, persona id or `*`. */
export type Answers = Readonly<Record<string, readonly Answer[]>>;

/** Recorded answers are as long as agents are. */
const answersForm = { holder: 'an answers file', maxBytes: 64 * 1024 * 1024 };
const validate = schemaCheck<Answer>(answerSchema);

/** The checked content of the file. Throws `persona/answers`. */
export async function readAnswers(path: string): Promise<Answers> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw configError(answersMessages.unreadable(path, messageOf(error)), answersMessages.unreadableHint());
  });
  return parseAnswers(text, path);
}

/** The checked answers in YAML or JSON text. */
function parseAnswers(text: string, path: string): Answers {
  const document = readYaml(text, answersForm);
  const [problem] = document.problems.filter(({ code }) => code !== 'syntax/empty');
  if (problem !== undefined) throw configError(answersMessages.unreadable(`${path}:${problem.line}`, problem.message));
  const value = document.value ?? {};
  if (!isObject(value)) throw configError(answersMessages.wrong(path, 'the top', 'must be a map'));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, checkEntry({ path, document }, key, entry)]),
  );
}

interface Written {
  readonly path: string;
  readonly document: SourceDocument;
}

/** The answer to the task: by step, then persona, then `*`; successive attempts take successive answers. */
export function answerTo(
  answers: Answers,
  task: Pick<PersonaTask, 'stepId' | 'persona' | 'attempt'>,
  path: string,
): Answer {
  // for an item: its own path, or the id that it has in all of them
  const id = task.stepId.slice(task.stepId.lastIndexOf('.') + 1);
  const key = [task.stepId, id, task.persona.id, '*'].find((name) => Object.hasOwn(answers, name));
  const list = key === undefined ? undefined : answers[key];
  const answer = list?.[Math.min(Math.max(task.attempt, 1), list.length) - 1];
  if (answer === undefined)
    throw configError(answersMessages.none(path, task.stepId, task.persona.id), answersMessages.noneHint());
  return answer;
}

function checkEntry(file: Written, key: string, entry: unknown): readonly Answer[] {
  const list: readonly unknown[] = Array.isArray(entry) ? entry : [entry ?? {}];
  if (list.length === 0) throw configError(answersMessages.wrong(placeOf(file, [key]), key, answersMessages.empty()));
  return list.map((answer, index) => checkAnswer(file, Array.isArray(entry) ? [key, index] : [key], answer ?? {}));
}

function checkAnswer(file: Written, names: readonly (string | number)[], answer: unknown): Answer {
  if (validate(answer)) return answer;
  const error = validate.errors[0];
  const below = (error?.instancePath ?? '').split('/').slice(1);
  const at = pathOfNames([...names, ...below]);
  if (error?.keyword === 'additionalProperties') {
    const unknown = String(error.params['additionalProperty']);
    const known = nearest(unknown, Object.keys(answerSchema.properties));
    const place = placeOf(file, [...names, ...below, unknown]);
    throw configError(answersMessages.wrong(place, at, answersMessages.unknownKey(unknown, known)));
  }
  throw configError(answersMessages.wrong(placeOf(file, [...names, ...below]), at, error?.message ?? ''));
}

function placeOf({ path, document }: Written, names: readonly (string | number)[]): string {
  return `${path}:${document.positionOf(pathOfNames(names), 'key').line}`;
}

function configError(message: string, hint = answersMessages.wrongHint()): TroupeError {
  return new TroupeError('persona/answers', message, { class: 'config', hint });
}
