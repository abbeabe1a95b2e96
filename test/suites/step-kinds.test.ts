// Every kind of step that comes with Troupe keeps the contract of step kinds, and so does one that nobody here knows.
import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { renderView, showRun } from '../../src/view/index.ts';
import { checkWorkflow, stepKinds, workflowJsonSchema } from '../../src/definition/index.ts';
import type { OtherStep } from '../../src/definition/index.ts';
import { createExecutor, createStepKinds } from '../../src/steps/index.ts';
import type { RunnableKind, StepServices } from '../../src/steps/index.ts';
import { createRedactor, isObject, silentLogger, systemClock, defined } from '../../src/support/index.ts';
import type { JsonObject } from '../../src/support/index.ts';
import { createMemoryTickets } from '../support/memory-tickets.ts';
import { playRun } from '../support/play-run.ts';
import { spec } from '../support/run-builder.ts';
import { stepKindContract } from './step-kind-contract.ts';

const kinds = createStepKinds();
const inner = { id: 'inner', type: 'persona-request', persona: 'code-reviewer' };

/** Keys of steps that end by themselves in the small repository of the contract, where those of the example do not. */
const running: Readonly<Record<string, JsonObject>> = {
  'persona-request': { persona: 'code-reviewer' },
  conditional: { condition: "steps.qa.verdict !== 'fail'", then_steps: [inner] },
  parallel: { steps: [inner] },
  foreach: { items: ['a', 'b'], steps: [inner] },
  run: { commands: [['true']] },
};
/** Keys of steps that need nobody, and so fail by nobody else. */
const failing: Readonly<Record<string, JsonObject>> = {
  delay: { until: 'some day' },
  run: { commands: [['false']] },
};

test('every kind of the language has what executes it, holds others or is decided', () => {
  const idle = kinds.filter((kind) => [kind.execute, kind.children, kind.isDecided].every((way) => way === undefined));
  expect(idle.map(({ type }) => type)).toEqual([]);
  expect(kinds.map(({ type }) => type)).toEqual(stepKinds.map(({ type }) => type));
});

describe.each(kinds.filter(({ schema }) => schema !== undefined))('the kind $type', (kind) => {
  const { type } = kind;
  stepKindContract({
    kind,
    kinds,
    ...defined({ running: running[type], failing: failing[type] }),
  });
});

function wordOf(config: unknown): string {
  return isObject(config) && typeof config['word'] === 'string' ? config['word'] : '';
}

/** A kind that only this file knows: says a word louder. */
const shout: RunnableKind = {
  type: 'shout',
  schema: Type.Object(
    {
      id: Type.String(),
      type: Type.Literal('shout'),
      dependencies: Type.Optional(Type.Array(Type.String())),
      word: Type.String({ title: 'text', description: 'what is said' }),
      on_error: Type.Optional(Type.Object({})),
    },
    { additionalProperties: false, description: 'Says a word louder.' },
  ),
  example: { word: 'hello' },
  templates: ['word'],
  tells: { surely: ['word'] },
  normalise: (source) => ({ config: { word: 'word' in source ? source.word : '' } }),
  describe: ({ config }: OtherStep) => `shouts ${wordOf(config)}`,
  async execute({ input, signal, fence }) {
    signal.throwIfAborted();
    await fence();
    const word = wordOf(input['config']).toUpperCase();
    return { kind: 'succeeded', result: { outputs: { word }, summary: `${word}!` } };
  },
};

describe('a kind from outside', () => {
  const all = [...kinds, shout];
  const text = 'steps:\n  - { id: it, type: shout, word: "{{ task.title }}" }\n';

  stepKindContract({ kind: shout, kinds: all });

  test('is unknown where nobody hands it in', () => {
    const checked = checkWorkflow({ id: 'loud', file: 'loud.yml', text }, {});
    expect(checked.findings.map(({ code, line, column }) => [code, line, column])).toContainEqual([
      'schema/unknown-step-type',
      2,
      21,
    ]);
  });

  test('is in the published schema where it is handed in', () => {
    expect(workflowJsonSchema(all)).toMatchObject({ $defs: { shout: { description: 'Says a word louder.' } } });
  });

  test('is run, and shown to people, by those who never heard of it', async () => {
    const checked = checkWorkflow({ id: 'loud', file: 'loud.yml', text }, { kinds: all });
    if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
    const refuse = (): never => {
      throw new Error('nothing is asked for');
    };
    const services: StepServices = {
      clock: systemClock,
      log: silentLogger,
      redactor: createRedactor(),
      workplace: refuse,
      sandbox: refuse,
      provider: refuse,
      providerNames: [],
      keepArtifact: refuse,
      pullRequestPart: refuse,
      isPaused: async () => false,
      tickets: createMemoryTickets(systemClock),
      blobs: { put: refuse, get: refuse },
    };
    const state = await playRun(spec(checked.workflow), createExecutor(all, services));
    expect([state.status, [...state.steps.values()].map(({ result }) => result?.summary)]).toEqual([
      'succeeded',
      ['FIX IT!'],
    ]);
    const { surfaces } = renderView({ run: showRun({ state }), shown: [], now: Date.now() });
    const comment = surfaces.find(({ key }) => key === 'comment');
    expect(comment?.kind === 'comment' ? comment.body : '').toMatch(/\| ✅ \| It \| done \|/);
  });
});
