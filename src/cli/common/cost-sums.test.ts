// What is added up: each request once and in decimals, on the day in UTC on which it ended; what nobody told stays unknown.
import { describe, expect, test } from 'vitest';
import { persona, spec, workflow } from '../../../test/support/run-builder.ts';
import type { NewEvent, RunEvent, Usage } from '../../engine/index.ts';
import { randomRunId } from '../../support/index.ts';
import type { StepPath } from '../../support/index.ts';
import { requestsOf, sumOf, sumsBy } from './cost-sums.ts';

const night = Date.UTC(2026, 10, 29, 23, 59);
const morning = Date.UTC(2026, 10, 30, 0, 1);
const later = Date.UTC(2026, 11, 2, 9, 0);
const paid = (costUsd: string, more: Partial<Usage> = {}): Usage => ({
  costUsd,
  inputTokens: 1_000,
  outputTokens: 10,
  source: 'provider',
  complete: true,
  ...more,
});
const at = (step: string, attempt = 1) => ({ step: step as StepPath, attempt });

type Timed = readonly [at: number, ...events: readonly NewEvent[]];

/** The journal of a run with two personas, told at these times. */
function journal(...told: readonly Timed[]): readonly RunEvent[] {
  const flow = workflow([persona('plan', [], { persona: 'planner' }), persona('look', [], { persona: 'reviewer' })]);
  const run = spec(flow, { id: randomRunId() });
  const all = [
    { at: night, event: { type: 'run.created', data: { spec: run } } },
    { at: night, event: { type: 'run.started', data: {} } },
    ...told.flatMap(([when, ...events]) => events.map((event) => ({ at: when, event }))),
  ];
  // numbered as a journal does
  return all.map(({ event, ...time }, index) => ({ ...event, ...time, run: run.id, seq: index + 1 }) as RunEvent);
}

const begun = (step: string): NewEvent => ({
  type: 'step.started',
  ...at(step),
  data: { input: {}, inputHash: 'h' },
});
const asked = (step: string): NewEvent => ({
  type: 'step.checkpoint',
  ...at(step),
  data: { data: { phase: 'asked', ticket: { requestId: `${step}:1` } } },
});
const done = (step: string, usage: Usage, model?: string): NewEvent => ({
  type: 'step.succeeded',
  ...at(step),
  data: { result: { outputs: {}, usage, ...(model === undefined ? {} : { model }) } },
});
const cancelled = (step: string): NewEvent => ({ type: 'step.cancelled', ...at(step), data: { reason: 'cancelled' } });
const late = (step: string, usage: Usage): NewEvent => ({
  type: 'usage.recorded',
  ...at(step),
  data: { usage, provider: 'agent', late: true },
});
const ended: NewEvent = { type: 'run.finished', data: { status: 'succeeded', reason: 'All done', outputs: {} } };

test('a run over midnight in UTC costs on both days, in decimals', () => {
  const events = journal(
    [night, begun('plan'), asked('plan'), done('plan', paid('0.1'))],
    [morning, begun('look'), asked('look'), done('look', paid('0.2')), ended],
  );
  const requests = requestsOf(events, 0);
  expect(sumsBy('day', requests).map(({ key, costUsd }) => [key, costUsd])).toEqual([
    ['2026-11-30', '0.2'],
    ['2026-11-29', '0.1'],
  ]);
  expect(sumOf(requests)).toMatchObject({ runs: 1, requests: 2, costUsd: '0.3', unpriced: 0, estimated: false });
  expect(sumsBy('persona', requests).map(({ key }) => key)).toEqual(['reviewer', 'planner']);
  expect(requestsOf(events, morning).map(({ persona: who }) => who)).toEqual(['reviewer']);
});

describe('what comes late', () => {
  const events = journal(
    [night, begun('plan'), asked('plan'), cancelled('plan'), ended],
    [later, late('plan', paid('0.77', { request: 'plan:1' })), late('plan', paid('0.77', { request: 'plan:1' }))],
  );

  test('counts once, and on the day on which its request ended', () => {
    expect(sumsBy('day', requestsOf(events, 0))).toMatchObject([
      { key: '2026-11-29', requests: 1, costUsd: '0.77', unpriced: 0 },
    ]);
    expect(requestsOf(events, morning)).toEqual([]);
  });

  test('is unknown until then', () => {
    const before = events.filter(({ type }) => type !== 'usage.recorded');
    expect(sumsBy('day', requestsOf(before, 0))).toEqual([
      {
        key: '2026-11-29',
        runs: 1,
        requests: 1,
        costUsd: null,
        unpriced: 1,
        estimated: false,
        tokens: {
          read: { known: null, untold: 1 },
          written: { known: null, untold: 1 },
          cacheRead: { known: null, untold: 1 },
          cacheWritten: { known: null, untold: 1 },
        },
      },
    ]);
  });
});

test('a part of a price is a part, an estimate an estimate, and no model is its own line', () => {
  const one = journal([night, begun('plan'), asked('plan'), done('plan', paid('0.5', { complete: false }))]);
  const { costUsd: _, ...free } = paid('0');
  const two = journal([
    night,
    begun('plan'),
    asked('plan'),
    done('plan', paid('0.25', { request: 'plan:1', source: 'estimated', cacheReadTokens: 900 }), 'small-1'),
    begun('look'),
    asked('look'),
    done('look', { ...free, request: 'look:1', model: 'large-1' }),
  ]);
  const requests = [one, two].flatMap((events) => requestsOf(events, 0));
  expect(
    sumsBy('model', requests).map(({ key, costUsd, unpriced, estimated }) => [key, costUsd, unpriced, estimated]),
  ).toEqual([
    [null, '0.5', 1, false],
    ['small-1', '0.25', 0, true],
    ['large-1', null, 1, false],
  ]);
  expect(sumOf(requests)).toMatchObject({
    runs: 2,
    costUsd: '0.75',
    unpriced: 2,
    estimated: true,
    tokens: { read: { known: 3_000, untold: 0 }, cacheRead: { known: 900, untold: 2 } },
  });
});
