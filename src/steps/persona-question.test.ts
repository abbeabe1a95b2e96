// A persona that asks people twice, and a process that dies at any moment of it: every question can be answered.
import { afterEach, expect, test } from 'vitest';
import { makePersonaWorld } from '../../test/support/persona-world.ts';
import type { PersonaWorld } from '../../test/support/persona-world.ts';
import { playOn, setUpRun } from '../../test/support/play-run.ts';
import type { Play } from '../../test/support/play-run.ts';
import { persona } from '../../test/support/run-builder.ts';
import { ClaimLost } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import type { Provider } from '../personas/index.ts';
import type { StepPath } from '../support/index.ts';
import { createExecutor, createStepKinds } from './index.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

const review = 'review' as StepPath; // a path of this workflow
const by = { login: 'ada', from: 'comment' } as const;

/** Asks until it has two answers. */
function asksTwice(name: string): Provider | undefined {
  const scripted = world.services.provider(name);
  if (scripted === undefined) return undefined;
  const usage = { source: 'provider', complete: true, costUsd: '0' } as const;
  const asking = (question: string) =>
    ({ status: 'unknown', summary: '', outputs: {}, next: { action: 'ask', questions: [question] }, usage }) as const;
  const fine = { status: 'pass', summary: 'Fine.', outputs: { risk: 'low' }, usage } as const;
  return {
    ...scripted,
    start: ({ answers = [] }) =>
      Promise.resolve({ answer: [asking('Add?'), asking('Really?')][answers.length] ?? fine }),
  };
}

/** The run to its end, killed before this write. What people were asked, and whether each question came after the answer before it. */
async function played(crashAt: number): Promise<{ state: RunState; writes: number; told: string[] }> {
  let dead = false;
  const play: Play = await setUpRun(
    await world.specOf([persona('review', [], { persona: 'code-reviewer' })], { task: task(crashAt) }),
    createExecutor(createStepKinds(), { ...world.services, provider: asksTwice }),
    {
      beforeWrite(n) {
        dead ||= n === crashAt;
        if (dead) throw new ClaimLost(play.spec.id);
      },
    },
  );
  async function goOn(): Promise<RunState> {
    await playOn(play).catch(() => undefined);
    dead = false;
    return playOn(play);
  }
  let state = await goOn();
  for (const answer of ['First', 'Second']) {
    expect(state.steps.get(review)?.waitingFor).toMatchObject({ for: 'answer' });
    await play.journal.post(play.spec.id, { type: 'question.answered', step: review, data: { answer, by } });
    state = await goOn();
  }
  const told = play.journal.journalOf(play.spec.id).flatMap((event) => {
    if (event.type === 'question.asked') return [event.data.questions.join(' ')];
    return event.type === 'question.answered' && typeof event.data.answer === 'string' ? [event.data.answer] : [];
  });
  return { state, writes: play.journal.writes(), told };
}

function task(crashAt: number) {
  return {
    kind: 'issue' as const,
    number: 7,
    title: 'Crash',
    body: '',
    labels: [],
    slug: `crash-${crashAt}`,
    fields: {},
  };
}

test('killed before any write, each of two questions is in the journal after the answer before it', async () => {
  world = await makePersonaWorld();
  const { writes } = await played(0);
  for (let crashAt = 1; crashAt <= writes; crashAt += 1) {
    const { state, told } = await played(crashAt);
    expect(`${crashAt} ${state.status} ${told.join(' ')}`).toBe(`${crashAt} succeeded Add? First Really? Second`);
  }
});
