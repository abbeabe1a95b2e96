// What is kept of ended runs for a month: small, and enough to tell of them and to go on from them.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { persona, spec, workflow } from '../../test/support/run-builder.ts';
import { foldRun } from '../engine/index.ts';
import type { NewEvent, RunEvent } from '../engine/index.ts';
import { createRedactor, runIdOf } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import { eventsToReuse } from './events-to-reuse.ts';
import { readKept, writeKept } from './kept-run.ts';
import type { KeptRun } from './kept-run.ts';

const run = runIdOf('test');
const mostBytes = 64 * 1024;
const ids = Array.from({ length: 40 }, (_, index) => `step-${index}`);
const job = { runId: 1, name: 'troupe', step: '__troupe', attempt: 1 };

/** A run of forty steps and two hundred events whose last step failed. `said`: what each of the others leaves. */
function ended(said: (step: string) => string): RunEvent[] {
  const steps = ids.map((id, index) => persona(id, index === 0 ? [] : [ids[index - 1] ?? '']));
  const events: NewEvent[] = [
    { type: 'run.created', data: { spec: { ...spec(workflow(steps)), id: run } } },
    { type: 'run.started', data: {} },
    ...ids.flatMap((id): NewEvent[] => {
      const at = { step: id as StepPath, attempt: 1 }; // ids of the steps above
      const output = said(id);
      const last: NewEvent =
        id === ids.at(-1)
          ? { type: 'step.failed', ...at, data: { error: { class: 'failed', code: 'x/y', message: `No. ${output}` } } }
          : { type: 'step.succeeded', ...at, data: { result: { outputs: { output }, summary: 'Done.' } } };
      return [
        { type: 'step.started', ...at, data: { input: { told: output }, inputHash: `hash of ${id}` } },
        { type: 'step.progress', ...at, data: { text: 'half' } },
        { type: 'step.progress', ...at, data: { text: 'all' } },
        { type: 'step.checkpoint', ...at, data: { data: { phase: 'answered', answer: output } } },
        last,
      ];
    }),
    { type: 'run.finished', data: { status: 'failed', reason: 'It failed', outputs: {} } },
  ];
  return events.map((event, index) => ({ ...event, run, seq: index + 1, at: index }));
}

function kept(events: readonly RunEvent[]): { readonly text: string; readonly read: KeptRun } {
  const { text: redact } = createRedactor();
  const how = { savedAt: 1, job, by: 'x', driven: true, since: 1, leaseMs: 1, surfaces: [] };
  const text = writeKept(foldRun(events), events, { kept: how, redact });
  const read = readKept(text);
  if (read === undefined) throw new Error('what was written cannot be read');
  return { text, read };
}

test('what fits is kept whole', () => {
  const events = ended((step) => `${step} `.repeat(2_000));
  const { text, read } = kept(events);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostBytes);
  expect(read.events).toEqual(events);
  expect([read.cut, read.driven]).toEqual([[], false]);
});

test('of large outputs enough is left to tell of the run; what is not whole is done again', () => {
  const events = ended(() => randomBytes(30_000).toString('base64'));
  const before = foldRun(events);
  const { text, read } = kept(events);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostBytes);
  const brief = ({ state }: Pick<KeptRun, 'state'>) => ({
    status: state.status,
    reason: state.reason,
    usage: state.usage,
    facts: state.facts,
    spec: state.spec,
    steps: [...state.steps.values()].map(({ path, status, attempts, result }) => [
      path,
      status,
      attempts,
      result?.summary,
    ]),
  });
  expect(brief(read)).toEqual(brief({ state: before }));
  expect(read.cut).toEqual(ids.slice(0, -1));
  for (const path of read.cut) expect(read.state.steps.get(path)?.inputHash).toBe('');
  const done = [...foldRun(eventsToReuse(read)).steps.values()].filter(({ status }) => status === 'succeeded');
  expect(done).toEqual([]);
});

test('steps whose outputs are small stay done beside one whose outputs are large', () => {
  const events = ended((step) => (step === 'step-20' ? randomBytes(90_000).toString('base64') : 'ok'));
  const { text, read } = kept(events);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostBytes);
  expect(read.cut).toEqual(['step-20']);
  expect(read.state.steps.get('step-19' as StepPath)).toMatchObject({ inputHash: 'hash of step-19' }); // an id above
  const again = foldRun(eventsToReuse(read));
  expect([...again.steps.values()].filter(({ status }) => status === 'succeeded')).toHaveLength(20);
});

test('no secret is kept, packed or not', () => {
  const redactor = createRedactor();
  redactor.add('hunter2hunter2');
  const events = ended(() => 'The password is hunter2hunter2');
  const how = { savedAt: 1, job, by: 'x', driven: true, since: 1, leaseMs: 1, surfaces: [] };
  const read = readKept(writeKept(foldRun(events), events, { kept: how, redact: redactor.text }));
  expect(JSON.stringify(read?.events)).toContain('The password is');
  expect(JSON.stringify(read?.events)).not.toContain('hunter2');
});
