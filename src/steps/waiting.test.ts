// Steps that wait: a question to people, and a timer.
import { describe, expect, test } from 'vitest';
import { git, spec, step, workflow } from '../../test/support/run-builder.ts';
import { playOn, setUpRun, stateOf, story } from '../../test/support/play-run.ts';
import type { Play } from '../../test/support/play-run.ts';
import type { Step } from '../engine/index.ts';
import { createRedactor, silentLogger } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import { createExecutor, createStepKinds } from './index.ts';
import type { StepServices } from './index.ts';
import { createMemoryBlobs } from '../../test/support/memory-blobs.ts';
import { createMemoryTickets } from '../../test/support/memory-tickets.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { driveRun } from '../engine/index.ts';

const asked = 'asked' as StepPath;

function refuse(): never {
  throw new Error('steps that wait need no place to work in');
}

async function play(steps: readonly Step[]): Promise<Play> {
  const clock = createManualClock();
  const services: StepServices = {
    clock,
    log: silentLogger,
    redactor: createRedactor(),
    workplace: refuse,
    sandbox: refuse,
    provider: () => undefined,
    providerNames: [],
    tickets: createMemoryTickets(clock),
    blobs: createMemoryBlobs(),
    keepArtifact: refuse,
    pullRequestPart: refuse,
    isPaused: async () => false,
  };
  return setUpRun(spec(workflow(steps)), createExecutor(createStepKinds(), services), { clock });
}

describe('a question', () => {
  const ask = step('asked', {
    type: 'question',
    config: { questions: ['Which colour for {{ task.title }}?', 'By when?'] },
  });

  test('is asked once, waits parked over restarts, and hands the answer to later steps', async () => {
    const run = await play([ask, step('wait', { type: 'delay', config: { duration: 0 }, dependencies: ['asked'] })]);
    await playOn(run);
    await playOn(run);
    expect(stateOf(run)).toMatchObject({ status: 'waiting' });
    expect(stateOf(run).steps.get(asked)?.waitingFor).toEqual({
      for: 'answer',
      until: null,
      message: 'Which colour for Fix it? By when?',
    });
    await run.journal.post(run.spec.id, {
      type: 'question.answered',
      step: asked,
      data: { answer: 'green, tomorrow', by: { login: 'ada', from: 'comment' } },
    });
    const ended = await playOn(run);
    expect(ended.status).toBe('succeeded');
    expect(ended.steps.get(asked)?.result).toMatchObject({
      outputs: { answers: ['green, tomorrow'], by: 'ada' },
      summary: 'Answered by ada',
    });
    expect(story(run).filter((line) => line.startsWith('question.asked'))).toEqual(['question.asked asked#1']);
  });
});

describe('a delay', () => {
  const pause = (config: { duration?: number | string; until?: string }): Step =>
    step('asked', { type: 'delay', config });

  test('of a week is a timer in the journal: nobody drives the run meanwhile', async () => {
    const run = await play([pause({ duration: 7 * 24 * 3_600_000 })]);
    await driveRun(await run.journal.claim(run.spec.id), run.deps);
    const began = run.clock.now();
    expect(run.journal.wakeAt(run.spec.id)).toBe(began + 7 * 24 * 3_600_000);
    run.clock.advance(3 * 24 * 3_600_000);
    await driveRun(await run.journal.claim(run.spec.id), run.deps);
    expect(run.journal.wakeAt(run.spec.id)).toBe(began + 7 * 24 * 3_600_000);
    expect((await playOn(run)).status).toBe('succeeded');
    expect(run.clock.now()).toBe(began + 7 * 24 * 3_600_000);
  });

  test('reads a duration from a template, and a time', async () => {
    const templated = await play([pause({ duration: '{{ task.number }}m' })]);
    const began = templated.clock.now();
    expect((await playOn(templated)).status).toBe('succeeded');
    expect(templated.clock.now()).toBe(began + 7 * 60_000);
    const timed = await play([pause({ until: '2001-01-01T00:00:00Z' })]);
    expect((await playOn(timed)).steps.get(asked)?.result?.outputs).toEqual({ until: '2001-01-01T00:00:00.000Z' });
  });

  test('that names no time fails before it waits', async () => {
    const state = await playOn(await play([pause({ until: 'tomorrow' }), git('next', ['asked'])]));
    expect(state.reason).toBe('Step "asked" failed: "asked" cannot wait: "tomorrow" is no time');
  });
});
