// The smaller Action: mistakes of workflow files as annotations with their line.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJob } from './mini-runner.ts';
import { buildAction, lookWorkflow } from './stage.ts';

let action = '';
beforeAll(() => {
  action = buildAction();
});
afterAll(() => rmSync(action, { recursive: true, force: true }));

function validate(files: Readonly<Record<string, string>>, given: Readonly<Record<string, string>> = {}) {
  return runJob({
    action: join(action, 'validate'),
    event: 'pull_request',
    payload: {},
    token: 'none',
    repository: 'playhouse/cart',
    sha: '',
    actor: 'writer',
    apiUrl: 'http://127.0.0.1:9',
    serverUrl: 'http://127.0.0.1:9',
    workspace: files,
    with: given,
  });
}

test('files without a mistake pass', async () => {
  const job = await validate({ '.github/troupe/workflows/look.yml': lookWorkflow });
  expect([job.exitCode, job.outputs, job.annotations]).toEqual([0, { errors: '0', warnings: '0' }, []]);
  expect(job.summary).toContain('1 workflow file checked: 0 mistakes, 0 warnings.');
});

test('a mistake is shown beside its line', async () => {
  const job = await validate(
    { 'shop/.github/troupe/workflows/look.yml': lookWorkflow.replace('code-reviewer', 'code-reviewr') },
    { path: 'shop' },
  );
  expect([job.exitCode, job.outputs['errors']]).toEqual([1, '1']);
  const [found] = job.annotations;
  expect(found?.level).toBe('error');
  expect(found?.properties).toMatch(/file=shop\/\.github\/troupe\/workflows\/look\.yml,line=7/);
  expect(found?.message).toContain('code-reviewr');
});

test('a check that looked at nothing is not green', async () => {
  const elsewhere = await validate({ 'README.md': 'Hello' }, { path: 'nosuch' });
  expect([elsewhere.exitCode, elsewhere.annotations.map(({ message }) => message)]).toEqual([
    1,
    ['There is no folder `nosuch` in the workspace: is `actions/checkout` missing?'],
  ]);
  const empty = await validate({ 'README.md': 'Hello' });
  expect(empty.exitCode).toBe(1);
  expect(empty.annotations[0]?.message).toContain('no `.github/troupe/workflows/*.yml`');
});

test('`strict` is true or false, and true fails the job for a warning', async () => {
  const files = {
    '.github/troupe/workflows/look.yml': lookWorkflow,
    '.github/agents/odd.md': '---\ntools: 7\n---\n',
  };
  const wrong = await validate(files, { strict: 'yes' });
  expect([wrong.exitCode, wrong.annotations.map(({ message }) => message)]).toEqual([
    1,
    ['The input `strict` needs true or false, not "yes".'],
  ]);
  const [lax, strict] = [await validate(files), await validate(files, { strict: 'True' })];
  expect([lax.exitCode, strict.exitCode, Number(strict.outputs['warnings']) > 0]).toEqual([0, 1, true]);
});
