import { describe, expect, test } from 'vitest';
import { conditional, git, parallel, persona, spec, workflow } from '../../../test/support/run-builder.ts';
import type { StepPath } from '../../support/index.ts';
import { eventTypes, fold, foldRun } from '../index.ts';
import { IllegalTransition } from '../model/errors.ts';
import { isExternal } from './registry.ts';
import type { NewEvent, RunEvent, RunState } from '../index.ts';

const usage = { costUsd: '0.25', inputTokens: 100, outputTokens: 10, source: 'provider', complete: true } as const;
const flow = workflow(
  [
    git('a', [], { onError: { fallback: 'stop', steps: [git('repair')] } }),
    persona('code-review', ['a'], { outputs: { risk: '{{1}}' } }),
  ],
  {
    onFailure: [git('tell')],
    finally: [conditional('c', 'true', { then: [git('x')], else: [parallel('p', [git('y')])] })],
  },
);

function journal(...events: NewEvent[]): RunEvent[] {
  const all: NewEvent[] = [
    { type: 'run.created', data: { spec: spec(flow) } },
    { type: 'run.started', data: {} },
    ...events,
  ];
  return all.map((event, index) => ({ ...event, run: 'r' as never, seq: index + 1, at: 1_000 * (index + 1) }));
}
function on(step: string, attempt = 1): { step: StepPath; attempt: number } {
  return { step: step as StepPath, attempt };
}
function started(step: string, attempt = 1): NewEvent {
  return { type: 'step.started', ...on(step, attempt), data: { input: { n: 1 }, inputHash: 'h' } };
}
function stepOf(state: RunState, path: string) {
  return state.steps.get(path as StepPath);
}
const failure = { class: 'failed', code: 'x', message: 'no' } as const;

describe('a journal', () => {
  test('names every step from the start, in file order, with its list and container', () => {
    const state = foldRun(journal());
    expect(
      [...state.steps.values()].map(({ path, list, parent, status }) => `${list}/${parent ?? ''}/${path} ${status}`),
    ).toEqual([
      'steps//a pending',
      'on_error/a/repair pending',
      'steps//code-review pending',
      'on_failure//tell pending',
      'finally//c pending',
      'finally/c/x pending',
      'finally/c/p pending',
      'finally/p/y pending',
    ]);
  });

  test('gives state keys under both spellings, declared outputs and facts', () => {
    const result = {
      outputs: { risk: 'low' },
      summary: 'fine',
      verdict: 'pass',
      facts: { branch: 'troupe/7' },
      usage,
    } as const;
    const state = foldRun(
      journal(started('code-review'), { type: 'step.succeeded', ...on('code-review'), data: { result } }),
    );
    expect(state.stateKeys).toEqual({
      'code-review_result': { risk: 'low', summary: 'fine' },
      code_review_result: { risk: 'low', summary: 'fine' },
      'code-review_status': 'pass',
      code_review_status: 'pass',
      risk: 'low',
    });
    expect(state.facts).toEqual({ branch: 'troupe/7' });
    expect(state.usage).toEqual({
      personaRuns: 1,
      inputTokens: 100,
      outputTokens: 10,
      costUsd: '0.25',
      complete: true,
    });
  });

  test('counts a request to a persona once, also when the process died before it or after the answer', () => {
    const kept = (phase: string, attempt = 1): NewEvent => ({
      type: 'step.checkpoint',
      ...on('code-review', attempt),
      data: { data: { phase } },
    });
    const runs = (...events: NewEvent[]): number => foldRun(journal(...events)).usage.personaRuns;
    const first = started('code-review');
    const again = started('code-review', 2);
    expect(runs(first, again)).toBe(1);
    expect(runs(first, kept('asked'), again)).toBe(2);
    expect(runs(first, kept('asked'), kept('answered'), again)).toBe(1);
    expect(runs(first, kept('asked'), again, started('code-review', 3))).toBe(2);
  });

  test('counts what a late completion cost and lets nothing else of it happen', () => {
    const late: NewEvent = {
      type: 'step.succeeded',
      ...on('a'),
      data: { result: { outputs: { x: 1 }, verdict: 'pass', usage } },
    };
    const state = foldRun(
      journal(started('a'), { type: 'step.cancelled', ...on('a'), data: { reason: 'timed_out' } }, late),
    );
    expect(stepOf(state, 'a')).toMatchObject({ status: 'timed_out', finishedAt: 4_000 });
    expect(stepOf(state, 'a')?.result).toBeUndefined();
    expect(state.stateKeys).toEqual({});
    expect(state.usage.costUsd).toBe('0.25');
  });

  test('takes nothing of an attempt that another one replaced', () => {
    const again: NewEvent = {
      type: 'step.retry_scheduled',
      ...on('a'),
      data: { at: 9, reason: 'x', countsAsAttempt: true, error: failure },
    };
    const late: NewEvent = { type: 'step.failed', ...on('a', 1), data: { error: failure, usage } };
    const ready = foldRun(journal(started('a'), again, late));
    expect(stepOf(ready, 'a')).toMatchObject({ status: 'ready', retryAt: 9, failures: 1, error: failure });
    const running = foldRun(journal(started('a'), again, started('a', 2), late));
    expect(stepOf(running, 'a')).toMatchObject({ status: 'running', attempts: 2 });
    expect(running.usage.costUsd).toBe('0.25');
  });

  test('says that a price is unknown instead of calling it nothing', () => {
    const { costUsd: _, ...unpriced } = usage;
    const state = foldRun(
      journal(started('a'), { type: 'step.succeeded', ...on('a'), data: { result: { outputs: {}, usage: unpriced } } }),
    );
    expect(state.usage).toMatchObject({ costUsd: '0', complete: false });
  });

  test.each<[string, NewEvent[]]>([
    [
      'a result of a step that never began',
      [{ type: 'step.succeeded', ...on('a'), data: { result: { outputs: {} } } }],
    ],
    [
      'a start after the end',
      [started('a'), { type: 'step.succeeded', ...on('a'), data: { result: { outputs: {} } } }, started('a', 2)],
    ],
    ['an attempt out of turn', [started('a', 3)]],
    ['a skip of a step that runs', [started('a'), { type: 'step.skipped', ...on('a'), data: { reason: 'condition' } }]],
    ['a wait of a step that does not run', [{ type: 'step.waiting', ...on('a'), data: { for: 'timer', until: 1 } }]],
    ['a step that is not in the file', [started('b')]],
    ['a second start of the run', [{ type: 'run.started', data: {} }]],
    [
      'a second end of the run',
      [
        { type: 'run.finished', data: { status: 'failed', reason: '', outputs: {} } },
        { type: 'run.finished', data: { status: 'succeeded', reason: '', outputs: {} } },
      ],
    ],
  ])('refuses %s', (_name, events) => {
    expect(() => foldRun(journal(...events))).toThrow(IllegalTransition);
  });

  test('refuses a gap and a journal without its beginning', () => {
    const events = journal(started('a'));
    expect(() => foldRun(events.slice(1))).toThrow('does not begin with run.created');
    expect(() => foldRun(events.toSpliced(1, 1))).toThrow('event 3 came where 2 was due');
  });

  test('gives the same state in one go and event by event, and leaves every state as it was', () => {
    const events = journal(
      started('a'),
      { type: 'effect.planned', ...on('a'), data: { key: 'push', what: 'push' } },
      { type: 'step.checkpoint', ...on('a'), data: { data: { sha: 'abc' } } },
      { type: 'effect.done', ...on('a'), data: { key: 'push', result: 1 } },
      { type: 'step.waiting', ...on('a'), data: { for: 'approval', until: null } },
      { type: 'run.parked', data: { until: null } },
      { type: 'approval.decided', ...on('a'), data: { approved: true, by: { login: 'ada', from: 'comment' } } },
      started('a'),
      { type: 'step.succeeded', ...on('a'), data: { result: { outputs: {}, usage } } },
      { type: 'run.finished', data: { status: 'succeeded', reason: 'done', outputs: {} } },
      { type: 'usage.recorded', ...on('a'), data: { usage, provider: 'x', late: true } },
    );
    const whole = foldRun(events);
    let state = foldRun(events.slice(0, 1));
    const seen: { state: RunState; copy: RunState }[] = [];
    for (const event of events.slice(1)) {
      state = fold(state, [event]);
      seen.push({ state, copy: structuredClone(state) });
    }
    expect(state).toEqual(whole);
    for (const { state: then, copy } of seen) expect(then).toEqual(copy);
    expect(whole).toMatchObject({ status: 'succeeded', waitedForPeopleMs: 1_000 });
  });

  test('knows every event type, and which of them come from outside', () => {
    expect(new Set(eventTypes).size).toBe(eventTypes.length);
    const outside = [
      'run.paused',
      'run.resumed',
      'run.cancel_requested',
      'facts.changed',
      'signal.received',
      'approval.decided',
      'question.answered',
      'ticket.answered',
      'usage.recorded',
      'control.requested',
    ] as const;
    expect(eventTypes.filter(isExternal)).toEqual(expect.arrayContaining([...outside]));
    // what only Troupe decides nobody may post
    for (const type of ['run.created', 'run.finished', 'step.succeeded', 'effect.done'] as const)
      expect(isExternal(type)).toBe(false);
  });
});
