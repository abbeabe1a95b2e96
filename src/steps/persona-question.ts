// A persona that asks instead of answering: people are asked, and it is asked again with what they say. Bounded.
import type { StepOutcome, StepRecord } from '../engine/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { Answered } from './common/persona-checkpoint.ts';

/** How often one step may ask. After that its question is its answer, which is no pass. */
const mostQuestions = 3;

/** Whether people may be asked once more who have answered so often. */
export function mayAskPeople(answers: number): boolean {
  return answers < mostQuestions;
}

/** Waits for people where an answer is a question; undefined when it is none. */
export function askPeople(answered: Answered): StepOutcome | undefined {
  if (!isQuestion(answered)) return undefined;
  return { kind: 'waiting', for: 'answer', until: null, message: questionsOf(answered).join(' ') };
}

/** What is recorded together with an answer that is a question: who answers it is looked for after this event. */
export function questionIn(answered: Answered): readonly StepRecord[] {
  return isQuestion(answered) ? [{ type: 'question.asked', data: { questions: questionsOf(answered) } }] : [];
}

/** Whether a kept answer was a question that people have answered since. */
export function isAnsweredQuestion(answered: Answered, answers: number): boolean {
  return isQuestion(answered) && answers > (answered.answers ?? 0);
}

function isQuestion({ result, answers = 0 }: Answered): boolean {
  return result.status !== 'fail' && result.next?.action === 'ask' && mayAskPeople(answers);
}

function questionsOf({ result }: Answered): readonly string[] {
  const asked = result.next?.questions ?? [];
  return asked.length === 0 ? [personaStepMessages.needsAnswer()] : asked;
}
