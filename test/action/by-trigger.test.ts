// Jobs whose step names no workflow: the triggers of the repository's workflows decide, whatever the event.
import { expect, test } from 'vitest';
import { rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: true });

/** A look that tells with what it was started. */
const look = (name: string, trigger: string, more = ''): string => `name: ${name}
version: "1.0.0"
description: Look at it
branch: false
trigger: ${trigger}
${more}outputs: { task: "{{ task.title }}" }
steps:
  - { id: look, name: Look, type: persona-request, persona: code-reviewer }
`;

const loud = `inputs: { level: { type: number, default: 1 }, mode: { type: choice, options: [fast, deep], default: fast } }\n`;
const files = {
  'on-main': look('on-main', `{ events: [push], condition: "event.branch === 'main'" }`),
  released: look('released', '{ events: [release.published] }'),
  called: look('called', '{ events: [repository_dispatch.deployed] }'),
  'by-hand': look('by-hand', '{ events: [workflow_dispatch] }', loud).replace(
    '"{{ task.title }}"',
    '"{{ task.title }}, {{ inputs.level + 1 }}, {{ inputs.mode }}"',
  ),
  nightly: look('nightly', '{ schedule: { cron: "17 3 * * 1-5" } }'),
  weekly: look('weekly', '{ schedule: ["0  4 * * 0", { cron: "0 5 * * 0", timezone: UTC }] }'),
  anytime: look('anytime', '{ events: [schedule], priority: -1 }'),
  forked: look('forked', '{ events: [fork] }'),
  splayed: look('splayed', '{ events: [fork] }'),
};

function stage(): Promise<Stage> {
  const entries = Object.entries(files).map(([name, text]) => [`.github/troupe/workflows/${name}.yml`, text] as const);
  return set({ files: Object.fromEntries(entries) });
}

test('the event picks the workflow, says what is to be done, and fills in its inputs', async () => {
  const there = await stage();
  const cases: readonly (readonly [event: string, payload: object, summary: string, task: string])[] = [
    ['push', { ref: 'refs/heads/main', commits: [] }, 'on-main', 'Push to main'],
    ['release', { action: 'published', release: { tag_name: 'v1' } }, 'released', 'Run released'],
    [
      'repository_dispatch',
      { action: 'deployed', client_payload: { title: 'Look at production' } },
      'called',
      'Look at production',
    ],
    ['workflow_dispatch', { inputs: null, ref: 'refs/heads/main' }, 'by-hand', 'Run by-hand, 2, fast'],
    [
      'workflow_dispatch',
      { inputs: { level: '4', mode: 'deep', other: 'x' }, ref: 'refs/heads/main' },
      'by-hand',
      'Run by-hand, 5, deep',
    ],
    ['workflow_dispatch', { inputs: { level: '', mode: '' } }, 'by-hand', 'Run by-hand, 2, fast'],
    ['schedule', { schedule: '17 3 * * 1-5' }, 'nightly', 'Run nightly'],
    ['schedule', { schedule: '0 4 * * 0' }, 'weekly', 'Run weekly'],
    ['schedule', { schedule: '0 5 * * 0' }, 'weekly', 'Run weekly'],
    ['schedule', { schedule: '0 12 * * *' }, 'anytime', 'Run anytime'],
  ];
  for (const [index, [event, payload, workflow, task]] of cases.entries()) {
    const job = await there.job({ event, payload, with: rehearse, runId: 5_000 + index });
    expect(job.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(job.outputs).toMatchObject({ conclusion: 'succeeded', outputs: JSON.stringify({ task }) });
    expect(job.outputs['final-message']).toContain(`${workflow} is done`);
  }
});

test('inputs of the step stand above those of the event', async () => {
  const there = await stage();
  const payload = { inputs: { level: '4', mode: 'deep' } };
  const job = await there.job({ event: 'workflow_dispatch', payload, with: { ...rehearse, inputs: 'level=8' } });
  expect(job.outputs['outputs']).toBe('{"task":"Run by-hand, 9, deep"}');
});

test('what no workflow answers to starts nothing, and the summary says what each one waits for', async () => {
  const there = await stage();
  const job = await there.job({ event: 'push', payload: { ref: 'refs/heads/topic', commits: [] }, with: rehearse });
  expect([job.exitCode, job.outputs['conclusion'], job.outputs['run-id']]).toEqual([0, 'skipped', '']);
  expect(job.outputs['final-message']).toBe('Nothing was started: no workflow answers to it.');
  expect(job.summary).toContain(
    "`on-main`: it waits for the event `push`; its condition is false: event.branch === 'main'",
  );
  expect(job.summary).toContain('`nightly`: its schedule is `17 3 * * 1-5`, not push');
  expect(job.summary).toContain('`released`: it waits for release.published, not for push');
});

test('two that answer alike start nothing, and the step says which one it means', async () => {
  const there = await stage();
  const fork = { event: 'fork', payload: { forkee: {} } };
  const job = await there.job({ ...fork, with: rehearse });
  expect([job.exitCode, job.outputs['conclusion'], job.outputs['run-id']]).toEqual([1, 'failed', '']);
  expect(job.outputs['final-message']).toMatchInlineSnapshot(
    `"Nothing was started: \`.github/troupe/workflows/forked.yml\` and \`.github/troupe/workflows/splayed.yml\` answer to this with the same priority. Give one of them a higher \`trigger.priority\`, or say which one you mean: \`workflow: forked\` in the step of the job."`,
  );
  const named = await there.job({ ...fork, with: { ...rehearse, workflow: 'forked' } });
  expect(named.outputs).toMatchObject({ conclusion: 'succeeded', outputs: '{"task":"Run forked"}' });
});
