// Step type `question`: asks the people on the issue and waits for as long as they take. Judges no answer.
import type { StepContext, StepOutcome } from '../engine/index.ts';
import { isObject } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { waitMessages } from './common/messages.ts';
import type { StepBody } from './common/types.ts';

/** The step type. */
export const question: StepBody = {
  type: 'question',
  async execute(context): Promise<StepOutcome> {
    const answers = answersOf(context);
    if (answers.length > 0) return answered(answers);
    const questions = questionsOf(context);
    if (context.resumed === undefined) {
      await context.record?.({ type: 'question.asked', data: { questions } });
      await context.checkpoint({ phase: 'asked', questions });
    }
    return { kind: 'waiting', for: 'answer', until: null, message: questions.join(' ') };
  },
};

/** Everything that was answered to this step, oldest first. */
export function answersOf(context: StepContext): readonly { readonly answer: Json; readonly login: string }[] {
  const arrivals = context.state.steps.get(context.path)?.arrivals ?? [];
  return arrivals.flatMap(({ type, data }) => {
    if (type !== 'question.answered' || !isObject(data)) return [];
    const { answer = null, by } = data as { answer?: Json; by?: Json }; // the event's data is JSON
    return [{ answer, login: isObject(by) && typeof by['login'] === 'string' ? by['login'] : '' }];
  });
}

function answered(answers: ReturnType<typeof answersOf>): StepOutcome {
  const [first] = answers;
  const by = first?.login ?? '';
  return {
    kind: 'succeeded',
    result: {
      outputs: { answers: answers.map(({ answer }) => answer), answer: first?.answer ?? null, by },
      summary: waitMessages.answered(by),
    },
  };
}

function questionsOf(context: StepContext): readonly string[] {
  const { config } = context.input;
  const given = isObject(config) ? config['questions'] : [];
  return Array.isArray(given) ? given.map(String) : [];
}
