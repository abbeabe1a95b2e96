// The whole product with a model over HTTP for everybody who only plans and judges: a real API's dialect on the line, the mock behind it.
import { afterEach, expect, test } from 'vitest';
import { goodAnswers } from '../support/good-answers.ts';
import type { Answers } from '../support/good-answers.ts';
import { mockModel, saidIn } from '../support/mock-model.ts';
import type { MockModel, Move } from '../support/mock-model.ts';
import { eventually } from '../support/patience.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();
let mock: MockModel | undefined;
afterEach(async () => {
  await mock?.stop();
  mock = undefined;
});

const answers: Answers = goodAnswers;
const personas: Readonly<Record<string, string>> = {
  Plan: 'implementation-planner',
  'Check the plan': 'plan-evaluator',
  Review: 'code-reviewer',
};

/** Who is asked, by the step that the prompt names. */
function personaIn(said: string): string {
  return personas[/You do the step "([^"]+)"/.exec(said)?.[1] ?? ''] ?? 'nobody';
}

const judged = `name: judged
description: A model plans and judges; a program changes what it is told
trigger: { labels: ["troupe:judged"] }
steps:
  - { id: plan, name: Plan, type: persona-request, persona: implementation-planner, expect: outputs }
  - { id: check, name: Check the plan, type: persona-request, persona: plan-evaluator, dependencies: [plan] }
  - { id: implement, name: Implement, type: persona-request, persona: lead-engineer, provider: program, expect: changes, dependencies: [check] }
  - { id: review, name: Review, type: persona-request, persona: code-reviewer, dependencies: [implement] }
  - { id: open, name: Open, type: git-operation, operation: open-pull-request, dependencies: [review] }
`;
const planned = `name: planned
description: A plan on the issue, and nothing changed
trigger: { labels: ["troupe:planned"] }
steps:
  - { id: plan, name: Plan, type: persona-request, persona: implementation-planner, expect: outputs }
`;

async function tell(
  move: Parameters<typeof mockModel>[0],
  model: Readonly<Record<string, string>> = { preset: 'anthropic', model: 'claude-sonnet-4-5' },
): Promise<Story> {
  mock = await mockModel(move);
  return stage({
    files: { '.github/troupe/workflows/judged.yml': judged, '.github/troupe/workflows/planned.yml': planned },
    providers: {
      model: { ...model, base_url: mock.url(model['preset'] ?? '') },
      program: { transport: 'scripted', answers: './answers.yml' },
    },
    serverFile: { defaultProvider: 'model' },
    secrets: { ANTHROPIC_API_KEY: 'sk-mock-of-a-story' },
  });
}

/** Reads the cart first, then hands in what a good persona would. */
function diligent(request: Parameters<Parameters<typeof mockModel>[0]>[0]): Move {
  const isFirst = !request.messages.some(({ role }) => role === 'tool');
  if (isFirst)
    return { use: [{ name: 'read_file', input: { path: 'src/cart.js' } }], tokens: { input: 1_000, output: 20 } };
  return {
    result: answers[personaIn(saidIn(request))] ?? { status: 'error' },
    tokens: { input: 1_200, output: 200 },
  };
}

test('a label becomes a pull request that a model planned and reviewed, each request read, counted and priced', async () => {
  const told = await tell(diligent);
  await told.label('troupe:judged');
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  expect(await told.pull()).toMatchObject({ state: 'open', draft: false });
  // three personas, two requests each: 6,600 tokens read at 3 dollars for a million, 660 written at 15
  expect(run.usage).toMatchObject({ inputTokens: 6_600, outputTokens: 660, costUsd: '0.0297', complete: true });
  const said = mock?.asked.map(saidIn) ?? [];
  expect(said.length).toBe(6);
  expect(said.filter((text) => text.includes('function total')).length).toBeGreaterThan(0);
  // what the program changed is before the eyes of who reviews it
  expect(said.at(-1)).toContain('item.price * item.quantity');
  expect(JSON.stringify([said, told.comments()])).not.toContain('sk-mock-of-a-story');
});

test('a plan stands on the issue, by a small model that is told in words', async () => {
  const told = await tell(
    (request) => ({
      say: `Here it is.\n\n\`\`\`json result\n${JSON.stringify(answers[personaIn(saidIn(request))])}\n\`\`\`\n`,
    }),
    { preset: 'openai-compatible', model: 'small', shape: 'text' },
  );
  await told.label('troupe:planned');
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  expect(
    told
      .comments()
      .map(({ body }) => body)
      .join('\n'),
  ).toContain(goodAnswers['implementation-planner']?.summary);
  // nobody knows what a model of one's own costs
  expect(run.usage.complete).toBe(false);
});

test('a model that says that all is well and hands in nothing makes nothing green', async () => {
  const told = await tell(() => ({ say: 'Everything is done, all tests pass!' }));
  await told.label('troupe:judged');
  expect((await told.ended()).status).toBe('failed');
  expect(told.repository.checkRuns().map(({ conclusion }) => conclusion)).not.toContain('success');
});

test('a bot that is started again in the middle of a request asks again, and the run goes on', async () => {
  let isSlow = true;
  const told = await tell((request) => (isSlow ? new Promise<Move>(() => undefined) : diligent(request)));
  await told.label('troupe:planned');
  await eventually(() => expect(mock?.asked.length).toBe(1));
  await told.stopBot();
  isSlow = false;
  await told.startBot();
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  expect(run.steps.size).toBe(1);
});

test('a workflow in which somebody is to edit is refused before the model is asked anything', async () => {
  const told = await tell(diligent);
  await told.label('troupe:project-loop');
  await eventually(() => {
    const [text] = told.comments().map(({ body }) => body);
    expect(text).toContain('was not started, and nothing was spent: 2 things stand against it.');
    expect(text).toContain(
      '- Provider "model" is a model without hands, and lead-engineer is to use edit and execute.',
    );
  });
  expect(mock?.asked.length).toBe(0);
});
