// The bill of a run: who was asked, what it took, and what the agent says where Troupe counted something else.
import { expect, test } from 'vitest';
import { persona, spec, workflow } from '../../../test/support/run-builder.ts';
import { foldRun } from '../../engine/index.ts';
import type { RunEvent, Usage } from '../../engine/index.ts';
import { billTable } from '../bill-table.ts';
import { showRun } from './shown-run.ts';

/** A run that has ended, with what each attempt of its one step took. */
function ended(usage: readonly Usage[], more: { readonly model?: string; readonly agent?: string } = {}) {
  const run = spec(workflow([persona('look')], { budget: { costUsd: 1 } }));
  const step = { step: 'look' as never, attempt: 1 };
  const late = usage.slice(1).map((one) => ({
    type: 'usage.recorded' as const,
    ...step,
    data: { usage: one, provider: 'agent', late: true },
  }));
  const result = { outputs: {}, verdict: 'pass' as const, provider: 'claude-code', usage: usage[0], ...more };
  const events = [
    { type: 'run.created', data: { spec: run } },
    { type: 'run.started', data: {} },
    { type: 'step.started', ...step, data: { input: {}, inputHash: 'h' } },
    ...late,
    { type: 'step.succeeded', ...step, data: { result } },
    { type: 'run.finished', data: { status: 'succeeded', outputs: {} } },
  ];
  // numbered as a journal does
  return foldRun(events.map((event, index) => ({ ...event, run: run.id, seq: index + 1, at: index }) as RunEvent));
}

const counted: Usage = {
  request: 'look:1',
  inputTokens: 12_000,
  outputTokens: 900,
  cacheReadTokens: 8_000,
  cacheWriteTokens: 1_500,
  costUsd: '0.0400',
  source: 'gateway',
  complete: true,
  model: 'claude-sonnet-4-5',
};

test('who was asked, what was read, written and taken from caches, what it cost and who says so', () => {
  const state = ended([counted], { agent: 'claude-code (claude-agent-acp 0.101.0)', model: 'claude-sonnet-4-5' });
  const shown = showRun({ state, task: { runs: 3, costUsd: '0.24', complete: true, limitUsd: 2 } });
  expect(`${shown.receipt}\n\n${billTable(shown.bill)}`).toMatchInlineSnapshot(`
    "**Receipt**: 1 agent run · 12,900 tokens · $0.0400 · 3 ms · limit $1 · all 3 runs of this task: $0.24 of $2

    | Step | Who | Read | Written | From caches | Cost | Says who |
    | --- | --- | --- | --- | --- | --- | --- |
    | look | lead-engineer · claude-code (claude-agent-acp 0.101.0) · claude-sonnet-4-5 | 12,000 | 900 | 8,000 (1,500 put in) | $0.0400 | counted by Troupe |"
  `);
});

test.each<[said: string, Usage['reported'], source: string]>([
  ['the same', { costUsd: '0.04' }, 'counted by Troupe'],
  ['nearly the same', { costUsd: '0.0437' }, 'counted by Troupe'],
  ['a tenth more', { costUsd: '0.044' }, 'counted by Troupe'],
  ['more than a tenth more', { costUsd: '0.0441' }, 'counted by Troupe; the agent says $0.0441'],
  ['a quarter', { costUsd: '0.01' }, 'counted by Troupe; the agent says $0.0100'],
  ['nothing', { costUsd: '0' }, 'counted by Troupe; the agent says $0.00'],
  ['tokens alone, about as many', { inputTokens: 12_100, outputTokens: 900 }, 'counted by Troupe'],
  ['far fewer tokens', { inputTokens: 100 }, 'counted by Troupe; the agent says 100 tokens'],
  ['no word', undefined, 'counted by Troupe'],
])('metered $0.04, and the agent says %s', (_said, reported, source) => {
  const usage: Usage = reported === undefined ? counted : { ...counted, reported };
  const shown = showRun({ state: ended([usage]) });
  expect(shown.bill?.lines[0]).toMatchObject({ cost: '$0.0400', source });
  expect(shown.amounts.exactCost).toBe('$0.04');
});

test('an estimate is called one, and what nobody told stays unknown', () => {
  const told: Usage = { ...counted, source: 'estimated', costUsd: '0.25' };
  expect(showRun({ state: ended([told]) }).bill?.lines[0]).toMatchObject({
    cost: 'about $0.25',
    source: 'its tokens, at the price of its model',
  });
  const unknown: Usage = { request: 'look:2', source: 'none', complete: false };
  expect(showRun({ state: ended([told, unknown]) }).bill?.lines[0]).toMatchObject({
    read: 'at least 12,000',
    cost: 'at least about $0.25',
    source: 'its tokens, at the price of its model, nobody',
  });
  expect(showRun({ state: ended([unknown]) })).toMatchObject({
    bill: { lines: [{ read: '', written: '', cost: 'cost unknown', source: 'nobody' }] },
    amounts: { exactCost: 'cost unknown' },
  });
});
