import { expect, test } from 'vitest';
import { eventsToReuse } from './events-to-reuse.ts';
import { foldRun } from '../engine/index.ts';
import type { NewEvent, RunEvent, StepResult } from '../engine/index.ts';
import { checkWorkflow } from '../definition/index.ts';
import { runIdOf } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';

const run = runIdOf('test');
const a = 'a' as StepPath; // a step of the file below
const b = 'b' as StepPath; // as above

/** A journal of a run of two steps. */
function journal(...events: readonly NewEvent[]): RunEvent[] {
  const text = `name: two\nversion: "1.0.0"\ndescription: Two steps\nbranch: false\nsteps:
  - { id: a, name: A, type: persona-request, persona: p }
  - { id: b, name: B, type: persona-request, persona: p, dependencies: [a] }\n`;
  const checked = checkWorkflow(
    { id: 'two', file: 'two.yml', text, builtIn: false },
    { personas: new Map([['p', { edits: false }]]) },
  );
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  const created: NewEvent = {
    type: 'run.created',
    data: {
      spec: {
        id: run,
        workflow: checked.workflow,
        workflowSource: { path: 'two.yml', blobSha: '' },
        task: { kind: 'none', title: 'x', body: '', labels: [], slug: 'x', fields: {} },
        inputs: {},
        event: {},
        requester: { login: 'writer', outsider: false },
        host: 'action',
        rehearsal: true,
        settings: {
          defaultProvider: 'x',
          variables: {},
          environments: {},
          protectedPaths: [],
          budget: {},
          allowAutoMerge: false,
        },
        personas: {},
      },
    },
  };
  return [created, ...events].map((event, index) => ({ ...event, run, seq: index + 1, at: index }));
}

const started = (step: StepPath): NewEvent => ({
  type: 'step.started',
  step,
  attempt: 1,
  data: { input: {}, inputHash: '' },
});
const succeeded = (step: StepPath, result: Partial<StepResult> = {}): NewEvent => ({
  type: 'step.succeeded',
  step,
  attempt: 1,
  data: { result: { outputs: {}, ...result } },
});
const finished = (status: 'failed' | 'cancelled'): NewEvent => ({
  type: 'run.finished',
  data: { status, reason: '', outputs: {} },
});
const begun: readonly NewEvent[] = [{ type: 'run.started', data: {} }, started(a), succeeded(a), started(b)];

test('a second try of a cancelled job stands where the run was cancelled', () => {
  const events = journal(
    ...begun,
    { type: 'run.cancel_requested', data: { by: { login: 'x', from: 'github' } } },
    { type: 'step.cancelled', step: b, attempt: 1, data: { reason: 'cancelled' } },
    finished('cancelled'),
  );
  const kept = eventsToReuse({ events, cut: [] });
  expect(kept.at(-1)?.type).toBe('step.started');
  expect(foldRun(kept).steps.get(a)?.status).toBe('succeeded');
  expect(foldRun(kept).status).toBe('running');
});

test('a second try of a failed job asks the step again that failed, or that said no', () => {
  const failed = journal(
    ...begun,
    { type: 'step.failed', step: b, attempt: 1, data: { error: { class: 'failed', code: 'x', message: 'x' } } },
    finished('failed'),
  );
  const rejected = journal(...begun, succeeded(b, { verdict: 'fail' }), finished('failed'));
  for (const events of [failed, rejected]) {
    const kept = eventsToReuse({ events, cut: [] });
    expect(kept.at(-1)).toMatchObject({ type: 'step.retry_scheduled', step: b, attempt: 1, seq: 6 });
    expect(foldRun(kept).steps.get(a)?.status).toBe('succeeded');
    expect(foldRun(kept).steps.get(b)).toMatchObject({ status: 'ready', attempts: 1 });
    // what the persona said is not taken over
    expect(foldRun(kept).steps.get(b)?.checkpoint).toBeUndefined();
  }
});

test('where the branch was taken away at the end, a second try begins anew', () => {
  const events = journal(...begun, succeeded(b, { verdict: 'fail', outputs: { closed: true } }), finished('failed'));
  expect(eventsToReuse({ events, cut: [] }).map(({ type }) => type)).toEqual(['run.created']);
});

test('a run that waits is taken as it is', () => {
  const events = journal(...begun);
  expect(eventsToReuse({ events, cut: [] })).toEqual(events);
});
