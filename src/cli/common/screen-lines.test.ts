import { expect, test } from 'vitest';
import { approval, persona, spec, workflow } from '../../../test/support/run-builder.ts';
import { foldRun } from '../../engine/index.ts';
import type { NewEvent, RunEvent, RunState } from '../../engine/index.ts';
import { screenLines } from './screen-lines.ts';
import type { ScreenOptions } from './screen-lines.ts';

const plain = (text: string): string => text;
const paint = { green: plain, red: plain, yellow: plain, cyan: plain, dim: plain };

function stateAfter(steps: number, events: readonly NewEvent[]): RunState {
  const flow = workflow([
    ...Array.from({ length: steps }, (_, n) => persona(`step${n}`, n === 0 ? [] : [`step${n - 1}`])),
    approval('gate', []),
  ]);
  const run = spec(flow);
  const all: NewEvent[] = [{ type: 'run.created', data: { spec: run } }, { type: 'run.started', data: {} }, ...events];
  // seq and at make an event of a new one
  return foldRun(all.map((event, n) => ({ ...event, run: run.id, seq: n + 1, at: 1_000 * n }) as RunEvent));
}

function started(step: string): NewEvent {
  // a path is the id of a step that stands in no other
  return { type: 'step.started', step: step as never, attempt: 1, data: { input: null, inputHash: '' } };
}

function screen(state: RunState, more: Partial<ScreenOptions> = {}): string[] {
  return screenLines({ state, now: 5_000, columns: 40, rows: 24, footer: 'p pause', paint, ...more });
}

test('a line a step with what it is at and how long, and the footer below', () => {
  const gate = 'gate' as never; // as above
  const asked: readonly NewEvent[] = [
    {
      type: 'approval.requested',
      step: gate,
      data: { message: 'Go?', inputHash: '', by: [], expires: null },
    },
    { type: 'step.waiting', step: gate, data: { for: 'approval', until: null, message: 'Go?' } },
  ];
  expect(screen(stateAfter(2, [started('step0'), ...asked]))).toMatchInlineSnapshot(`
    [
      "▸ step0: running  3.0 s",
      "· step1: pending",
      "◔ gate: waiting — Go?",
      "",
      "p pause",
    ]
  `);
});

test('a line is never wider than the terminal, and obeys no control characters of others', () => {
  const progress: NewEvent = {
    type: 'step.progress',
    step: 'step0' as never, // as above
    attempt: 1,
    data: { text: `\u001b[2J${'long '.repeat(30)}` },
  };
  const [line = ''] = screen(stateAfter(1, [started('step0'), progress]));
  expect(line).toHaveLength(39);
  expect(line).not.toContain('\u001b');
});

test('more steps than rows: what goes on now is on the screen, the rest is counted', () => {
  const lines = screen(stateAfter(30, [started('step20')]), { rows: 10, columns: 80 });
  expect(lines).toHaveLength(9);
  expect(lines.filter((line) => line.includes('more'))).toMatchInlineSnapshot(`
    [
      "  … 16 more",
      "  … 10 more",
    ]
  `);
  expect(lines.join('\n')).toContain('step20: running');
});
