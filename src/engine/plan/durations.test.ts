// What a template gives as a duration is read as in the file: seconds, or text with a unit. Nothing else costs a cent.
import { describe, expect, test } from 'vitest';
import { playOn, setUpRun } from '../../../test/support/play-run.ts';
import { approval, done, git, persona, scripted, spec, step, workflow } from '../../../test/support/run-builder.ts';
import type { Step } from '../../definition/index.ts';
import type { StepPath } from '../../support/index.ts';
import type { RunState } from '../model/state.ts';

const template = '{{variables.given}}';
const path = 'it' as StepPath;

/** Every place where a step may have a duration, and the milliseconds that the engine found there. */
const places: readonly (readonly [string, Step, (state: RunState) => unknown])[] = [
  ['timeout', persona('it', [], { timeout: template }), (state) => state.steps.get(path)?.timeoutMs],
  ['timeout', git('it', [], { timeout: template }), (state) => state.steps.get(path)?.timeoutMs],
  ['timeout', approval('it', [], { approval: { by: [], timeout: template, onTimeout: 'approve' } }), decisionTime],
  [
    'approval.timeout',
    persona('it', [], { approval: { by: [], timeout: template, onTimeout: 'approve' } }),
    decisionTime,
  ],
  ['duration', step('it', { type: 'delay', config: { duration: template } }), (state) => waitOf(state)],
];

function decisionTime(state: RunState): number {
  const asked = state.steps.get(path)?.approval;
  return (asked?.expires ?? 0) - (asked?.askedAt ?? 0);
}

function waitOf(state: RunState): unknown {
  const input = state.steps.get(path)?.input as { config?: { duration?: unknown } } | undefined;
  return input?.config?.duration;
}

async function play(it: Step, given: unknown) {
  let asked = 0;
  const executor = scripted({
    it: () => {
      asked += 1;
      return done();
    },
  });
  const flow = workflow([it], { variables: JSON.parse(JSON.stringify({ given })) });
  return { state: await playOn(await setUpRun(spec(flow), executor)), asked };
}

describe.each(places)('`%s` of %j', (name, it, milliseconds) => {
  test.each([
    [30, 30_000],
    ['30', 30_000],
    ['30s', 30_000],
    [' 5m ', 300_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    [0.5, 500],
    ['0.25', 250],
    ['90d', 7_776_000_000],
  ])('%j', async (given, ms) => {
    const { state } = await play(it, given);
    expect(state.status).toBe('succeeded');
    expect(milliseconds(state)).toBe(ms);
  });

  test.each([
    [-5, '-5, which is below 0'],
    ['-5s', '"-5s", which is below 0'],
    ['soon', '"soon", which is no duration'],
    ['', '"", which is no duration'],
    [true, 'true, which is no duration'],
    [{ minutes: 5 }, '{"minutes":5}, which is no duration'],
    [['30s'], '["30s"], which is no duration'],
    [1e300, '1e+300, which is longer than a year'],
    ['400d', '"400d", which is longer than a year'],
  ])('%j fails before it costs anything', async (given, why) => {
    const { state, asked } = await play(it, given);
    expect(asked).toBe(0);
    expect(state).toMatchObject({ status: 'failed', usage: { personaRuns: 0 } });
    expect(state.steps.get(path)?.error).toEqual({
      class: 'config',
      code: 'engine/timeout',
      message: `Cannot read \`${name}\` of step "it": \`${template}\` gives ${why}`,
      hint: 'Let it give a number of seconds or a text such as "90s", "30m", "1h".',
    });
  });
});

test('no time at all is no timeout; a delay of nothing is one', async () => {
  const results = await Promise.all(places.map(([, it]) => play(it, 0)));
  expect(results.map(({ state }) => state.status)).toEqual(['failed', 'failed', 'failed', 'failed', 'succeeded']);
});

test('a timeout that `permissive` lets pass without a value is none', async () => {
  const flow = workflow([persona('it', [], { timeout: '{{variables.absent}}' })], { permissive: true });
  const state = await playOn(await setUpRun(spec(flow), scripted({ it: () => done() })));
  expect(state.steps.get(path)).toMatchObject({ status: 'succeeded', unresolved: expect.anything() });
  expect(state.steps.get(path)?.timeoutMs).toBeUndefined();
});

test('a number worked out by an expression, and a part of a text', async () => {
  const timed = (timeout: string) => persona('it', [], { timeout });
  const ms = async (timeout: string) => (await play(timed(timeout), 2)).state.steps.get(path)?.timeoutMs;
  expect(
    await Promise.all([ms('{{variables.given * 60}}'), ms('{{variables.given}}h'), ms('1{{variables.given}}')]),
  ).toEqual([120_000, 7_200_000, 12_000]);
  expect((await play(timed('{{1 / 0}}'), 0)).state.status).toBe('failed');
});
