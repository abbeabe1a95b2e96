// Several providers do one persona step: whose work is kept, what becomes of the others, and what it cost. Real git, real worktrees.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makePersonaWorld, resultOf, errorOf } from '../../test/support/persona-world.ts';
import type { PersonaWorld } from '../../test/support/persona-world.ts';
import { eventually } from '../../test/support/patience.ts';
import { commandLines } from '../../test/support/processes.ts';
import { playOn, playRun, setUpRun, statuses } from '../../test/support/play-run.ts';
import { checkWorkflow } from '../definition/index.ts';
import type { Step } from '../definition/index.ts';
import type { RunState } from '../engine/index.ts';
import { randomRunId } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

/** What a provider answers. */
function says(status: 'pass' | 'fail' | 'unknown', name: string, more = ''): string {
  return `"*": { status: ${status}, summary: "${name} says ${status}", outputs: { by: ${name} }, edits: { "${name}.md": "by ${name}\\n" }, usage: { costUsd: "0.10" }${more} }`;
}

/** Never in the time of a test. */
const late = ', delay: 3000';
const broken = '"*": { raw: "no result at all", usage: { costUsd: "0.10" } }';

async function steps(text: string): Promise<readonly Step[]> {
  const checked = checkWorkflow({ id: 'w', file: 'w.yml', text }, {});
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  return checked.workflow.steps.filter(({ implicit }) => !implicit);
}

async function played(panel: Readonly<Record<string, string>>, waitFor: string, more = ''): Promise<RunState> {
  world = await makePersonaWorld({ panel });
  const list = await steps(
    `steps:\n  - { id: fix, type: persona-request, persona: lead-engineer, providers: [${Object.keys(panel).join(', ')}], wait_for: ${waitFor}${more} }\n`,
  );
  return playRun(await world.specOf(list), world.executor);
}

/** The commits of the branch that personas made, and the files on it. */
function onBranch(state: RunState): { readonly files: readonly string[]; readonly commits: number } {
  const branch = `refs/heads/${state.facts.branch ?? ''}`;
  const files = world.git.git('ls-tree', '--name-only', branch).split('\n');
  const subjects = world.git.git('log', '--format=%s', `${state.facts.baseSha ?? ''}..${branch}`).split('\n');
  return { files: files.filter((file) => file.endsWith('.md') && file !== 'README.md'), commits: subjects.length - 1 };
}

/** Trees of the run that are left on the disk. */
function trees(): readonly string[] {
  const folder = join(world.git.dir, 'data', 'worktrees');
  return readdirSync(folder).flatMap((run) => readdirSync(join(folder, run)));
}

function outcome(state: RunState) {
  const result = resultOf(state, 'fix');
  return {
    status: state.status,
    verdict: result?.verdict,
    by: result?.outputs['by'],
    statuses: Object.fromEntries(
      Object.entries(statuses(state)).flatMap(([path, status]) =>
        path.startsWith('fix~') && !path.includes('~~') ? [[path.slice(4), status]] : [],
      ),
    ),
    ...onBranch(state),
    trees: trees(),
    costUsd: state.usage.costUsd,
    personaRuns: state.usage.personaRuns,
  };
}

describe('any', () => {
  test('a fast failure loses against a slow success, and the third is cancelled', async () => {
    const panel = {
      no: says('fail', 'no'),
      yes: says('pass', 'yes', ', delay: 0.2'),
      slow: says('pass', 'slow', late),
    };
    expect(outcome(await played(panel, 'any'))).toEqual({
      status: 'succeeded',
      verdict: 'pass',
      by: 'yes',
      statuses: { no: 'succeeded', yes: 'succeeded', slow: 'cancelled' },
      files: ['yes.md'],
      commits: 1,
      trees: [],
      costUsd: '0.2',
      personaRuns: 3,
    });
  });

  test('where nobody passes, nothing is kept and the verdict is fail', async () => {
    const state = await played({ no: says('fail', 'no'), nope: says('fail', 'nope') }, 'any');
    expect(outcome(state)).toMatchObject({
      status: 'failed',
      verdict: 'fail',
      files: [],
      commits: 0,
      trees: [],
      costUsd: '0.2',
    });
    expect(resultOf(state, 'fix')?.verdictReason).toBe('no: fail, no says fail; nope: fail, nope says fail');
  });

  test('where nobody answers the step fails with what each ran into', async () => {
    const state = await played({ one: broken, two: broken }, 'any');
    expect(outcome(state)).toMatchObject({ status: 'failed', files: [], commits: 0, trees: [] });
    expect(errorOf(state, 'fix')?.message).toMatch(/^"Fix \(one\)": .*; "Fix \(two\)": /);
  });
});

describe('majority', () => {
  test('ends as soon as it is decided, cancels the rest, and keeps the work of the first in the list', async () => {
    const panel = { slow: says('pass', 'slow', late), b: says('pass', 'b', ', delay: 0.3'), c: says('pass', 'c') };
    expect(outcome(await played(panel, 'majority'))).toEqual({
      status: 'succeeded',
      verdict: 'pass',
      by: 'b',
      statuses: { slow: 'cancelled', b: 'succeeded', c: 'succeeded' },
      files: ['b.md'],
      commits: 1,
      trees: [],
      costUsd: '0.2',
      personaRuns: 3,
    });
  });

  test('two fast failures of three decide it, too: nobody waits for the third', async () => {
    const panel = { a: says('fail', 'a'), b: broken, c: says('pass', 'c', late) };
    const state = await played(panel, 'majority');
    expect(outcome(state)).toMatchObject({
      status: 'failed',
      verdict: 'unknown',
      statuses: { a: 'succeeded', b: 'failed', c: 'cancelled' },
      files: [],
      trees: [],
    });
    expect(resultOf(state, 'fix')?.verdictReason).toMatch(/^a: fail, a says fail; b: failed, .*; c: cancelled$/);
  });

  test('who is in the minority is heard: its verdict stands beside the one that counts', async () => {
    const state = await played(
      { a: says('pass', 'a'), b: says('fail', 'b'), c: says('pass', 'c', ', delay: 0.3') },
      'majority',
    );
    expect(outcome(state)).toMatchObject({
      status: 'succeeded',
      verdict: 'pass',
      by: 'a',
      files: ['a.md'],
      costUsd: '0.3',
    });
    expect(resultOf(state, 'fix')).toMatchObject({
      summary: 'a says pass',
      verdictReason: 'a: pass; b: fail, b says fail; c: pass',
    });
  });
});

describe('all', () => {
  test('waits for all, also after a no: one no is enough, and nothing is kept', async () => {
    const state = await played({ a: says('fail', 'a'), b: says('pass', 'b', ', delay: 0.3') }, 'all');
    expect(outcome(state)).toMatchObject({
      status: 'failed',
      verdict: 'fail',
      by: 'a',
      statuses: { a: 'succeeded', b: 'succeeded' },
      files: [],
      commits: 0,
      trees: [],
      costUsd: '0.2',
    });
    expect(state.reason).toContain('a: fail, a says fail; b: pass');
  });

  test('where all pass the work of the first in the list is kept, however late it came', async () => {
    const state = await played({ a: says('pass', 'a', ', delay: 0.3'), b: says('pass', 'b') }, 'all');
    expect(outcome(state)).toMatchObject({ status: 'succeeded', by: 'a', files: ['a.md'], commits: 1, trees: [] });
    expect(resultOf(state, 'fix')?.sha).toBe(state.facts.headSha);
  });

  test('one that does not answer is missing: the step fails, and says who', async () => {
    const state = await played({ a: says('pass', 'a'), b: broken }, 'all');
    expect(outcome(state)).toMatchObject({ status: 'failed', files: [], costUsd: '0.1' });
    expect(errorOf(state, 'fix')?.message).toMatch(/^"Fix \(b\)": /);
  });
});

test('to other steps it is one step: outputs, verdict, state keys, declared outputs and what a later persona reads', async () => {
  world = await makePersonaWorld({
    panel: { a: says('fail', 'a'), b: says('pass', 'b') },
    answers: '"*": { status: pass, summary: Seen, outputs: { risk: low } }',
  });
  const list = await steps(`steps:
  - { id: fix, type: persona-request, persona: lead-engineer, providers: [a, b], wait_for: any, outputs: { who: "{{steps.fix.outputs.by}}" } }
  - id: look
    type: persona-request
    persona: code-reviewer
    dependencies: [fix]
    params: { by: "{{steps.fix.outputs.by}} {{steps.fix.outputs.who}} {{steps.fix.verdict}} {{context.state.get('fix_status')}}" }
  - { id: sure, type: gate, require: [fix, look] }
`);
  const state = await playRun(await world.specOf(list), world.executor);
  expect([state.status, state.reason]).toEqual(['succeeded', expect.anything()]);
  expect(state.steps.get('look' as StepPath)?.input).toMatchObject({ params: { by: 'b b pass pass' } });
  const prompt = world.artifacts.get('look.1.prompt.md') ?? '';
  expect(prompt).toContain('b says pass');
  expect(prompt).not.toContain('Fix (a)');
});

test('a loser that hangs is ended with everything that it started', async () => {
  const mark = `troupe-loser-${process.pid}`;
  world = await makePersonaWorld({
    panel: { yes: says('pass', 'yes', ', delay: 1') },
    script: `sh -c 'sleep 3000; : ${mark}' & wait`,
  });
  const list = await steps(
    'steps:\n  - { id: fix, type: persona-request, persona: lead-engineer, providers: [shell, yes], wait_for: any }\n',
  );
  const play = await setUpRun(await world.specOf(list), world.executor);
  const ended = playOn(play);
  await eventually(() => expect(processesWith(mark)).not.toEqual([]));
  const state = await ended;
  expect(outcome(state)).toMatchObject({ status: 'succeeded', by: 'yes', statuses: { shell: 'cancelled' }, trees: [] });
  await eventually(() => expect(processesWith(mark)).toEqual([]));
});

test('done again it is done again as a whole; a linked run takes it over as a whole', async () => {
  world = await makePersonaWorld({ panel: { a: says('fail', 'a'), b: says('pass', 'b') } });
  const list = await steps(
    'steps:\n  - { id: fix, type: persona-request, persona: lead-engineer, providers: [a, b], wait_for: any }\n  - { id: wait, type: approval, dependencies: [fix] }\n',
  );
  const run = await world.specOf(list);
  const play = await setUpRun(run, world.executor);
  const before = await playOn(play);
  await play.journal.post(run.id, {
    type: 'control.requested',
    data: { verb: 'rerun', step: 'fix', by: { login: 'ada', from: 'comment' } },
  });
  const again = await playOn(play);
  const attempts = (state: RunState) =>
    ['fix', 'fix~a', 'fix~b', 'fix~~keep'].map((path) => state.steps.get(path as StepPath)?.attempts);
  expect([attempts(before), attempts(again)]).toEqual([
    [1, 1, 1, 1],
    [2, 2, 2, 2],
  ]);
  expect(onBranch(again).files).toEqual(['b.md']);

  const kept = again.steps.get('fix' as StepPath);
  const { inputHash = '', result } = kept ?? {};
  if (result === undefined) throw new Error('it has no result');
  const linked = await playRun(
    {
      ...run,
      id: randomRunId(),
      followUp: {
        run: run.id,
        kind: 'retry',
        facts: again.facts,
        reusable: { fix: { attempt: 2, inputHash, result } },
      },
    },
    world.executor,
  );
  expect(linked.steps.get('fix' as StepPath)).toMatchObject({ status: 'succeeded', reusedFrom: { run: run.id } });
  expect(statuses(linked)).toMatchObject({ 'fix~a': 'skipped', 'fix~b': 'skipped', 'fix~~keep': 'skipped' });
  expect(linked.usage.personaRuns).toBe(0);
});

/** Processes of this machine whose arguments hold the text. */
function processesWith(text: string): readonly number[] {
  return commandLines().flatMap(({ pid, line }) => (line.includes(text) ? [pid] : []));
}
