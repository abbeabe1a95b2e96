// What people ask of a run is done, or they are told why not: never "done" for what the engine would leave out.
import { expect, test } from 'vitest';
import type { RunId, Sha, StepPath } from '../../support/index.ts';
import { story } from '../testing/story.ts';
import type { Story } from '../testing/story.ts';

const twoRoots = `name: Build
branch: false
steps:
  - { id: lint, type: persona-request, persona: code-reviewer, advisory: true }
  - { id: build, type: persona-request, persona: code-reviewer }
  - { id: check, type: persona-request, persona: code-reviewer, dependencies: [build] }
`;

const at = (step: string) => step as StepPath; // an id outside loops

async function building(): Promise<{ told: Story; run: RunId }> {
  const told = story();
  told.github.files.set('.github/troupe/workflows/build.yml', twoRoots);
  const [run] = (await told.comment('/troupe run build', { commentId: 400 })).runs;
  if (run === undefined) throw new Error('the run of the story did not start');
  told.runs.append(run, { type: 'run.started', data: {} });
  told.github.comments.splice(0);
  return { told, run };
}

function started(told: Story, run: RunId, step: string): void {
  told.runs.append(run, { type: 'step.started', step: at(step), attempt: 1, data: { input: null, inputHash: 'h' } });
}

const posted = ({ runs }: Story) => runs.posted.map(({ event }) => event);

test('a step that runs cannot be skipped any more: that is said', async () => {
  const { told, run } = await building();
  started(told, run, 'lint');
  await told.comment('/troupe skip lint', { commentId: 401 });
  expect(posted(told)).toEqual([]);
  expect(told.said()).toEqual(['"Lint" cannot be skipped any more: it is running.']);
});

test('a run that is held goes on to its last steps when it is stopped', async () => {
  const { told, run } = await building();
  await told.comment('/troupe pause', { commentId: 401 });
  await told.comment('/troupe stop', { commentId: 402 });
  expect(posted(told).map(({ type }) => type)).toEqual(['run.paused', 'control.requested', 'run.resumed']);
  expect((await told.runs.journal.summary(run))?.status).not.toBe('paused');
});

test('“rerun from all” takes nothing over, wherever the workflow begins', async () => {
  const { told, run } = await building();
  told.runs.append(run, { type: 'run.finished', data: { status: 'failed', reason: '', outputs: {} } });
  const [next] = (await told.comment('/troupe rerun from all', { commentId: 401 })).runs;
  const spec = next === undefined ? undefined : told.runs.specs.get(next);
  expect(spec?.followUp).toMatchObject({ run, kind: 'rerun', reusable: {} });
  expect(spec?.followUp?.rerunFrom).toBeUndefined();
});

test('a word that looks like the id of a run is a word where people write sentences', async () => {
  const { told, run } = await building();
  told.runs.append(
    run,
    { type: 'facts.changed', data: { branch: 'troupe/7', headSha: 'a'.repeat(40) as Sha } }, // 40 hex digits
    { type: 'run.finished', data: { status: 'succeeded', reason: '', outputs: {} } },
  );
  const { runs } = await told.comment('/troupe followup Split the responsibilities of Cart', { commentId: 401 });
  expect(runs).toHaveLength(1);
  expect(told.runs.specs.get(runs[0] as RunId)?.followUp?.text).toBe('Split the responsibilities of Cart');
});
