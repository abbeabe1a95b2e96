// What a workflow names and nobody has is told before anything is paid: on the issue, on the command line, in `/troupe config`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { WorkingCopy } from '../support/cli.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();
let workingCopy: WorkingCopy | undefined;
afterEach(() => {
  workingCopy?.remove();
  workingCopy = undefined;
});

const settings = `variables: { build: 007, region: home }
environments:
  staging: { region: eu }
`;
const wrong = `name: Wrong
steps:
  - { id: code, type: persona-request, persona: lead-engineer }
  - { id: look, type: persona-request, persona: code-reviewer, dependencies: [code], skills: [naming], expect: changes }
  - { id: qa, type: persona-request, persona: qa-engineer, dependencies: [code], profile: strict, environment: stagin }
`;
const skills = { '.github/troupe/skills/namings.md': 'Name things well.\n' };

test('on the issue: every name that leads nowhere, in one comment, and nothing is started', async () => {
  const files = { '.github/troupe/workflows/wrong.yml': wrong, '.github/troupe.yml': settings, ...skills };
  const told = await stage({ files });
  await told.label('troupe:wrong');
  const comment = await told.github.until('the answer', async () => told.comments().at(-1)?.body);
  expect(comment).toContain('There is no skill `naming`. Did you mean `namings`?');
  expect(comment).toContain('The persona `qa-engineer` has no profile `strict`');
  expect(comment).toContain('There is no environment `stagin`. Did you mean `staging`?');
  expect(comment).toContain('The step expects changes, and the persona `code-reviewer` may not edit');
  expect(await told.runs()).toEqual([]);
});

test('`/troupe config` names the files that nothing reads', async () => {
  const told = await stage({
    files: {
      '.github/troupe/workflow/fix.yml': 'steps: []\n',
      '.github/troupe/personas/lead.txt': 'Lead.\n',
    },
  });
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe config');
  const answer = await told.github.until('the answer', async () => told.comments().at(-1)?.body);
  expect(answer).toContain('Nothing reads `.github/troupe/workflow/fix.yml`. It may be meant as');
  expect(answer).toContain('Nothing reads `.github/troupe/personas/lead.txt`.');
});

test('`validate` and `run` say the same, whatever folder the file is in', async () => {
  workingCopy = makeWorkingCopy({ '.github/troupe.yml': settings, 'w/wrong.yml': wrong, ...skills });
  const checked = await troupe(['validate', 'w/wrong.yml'], { cwd: workingCopy.path });
  const ran = await troupe(['run', 'w/wrong.yml', '--task', 'x', '--answers', workingCopy.answers('a.yml')], {
    cwd: workingCopy.path,
  });
  expect([checked.code, ran.code]).toEqual([2, 2]);
  for (const code of ['unknown-skill', 'unknown-profile', 'unknown-environment'])
    for (const { stdout, stderr } of [checked, ran]) expect(stdout + stderr).toContain(`[references/${code}]`);
});

test('a workflow beside the others finds the repository’s personas', async () => {
  workingCopy = makeWorkingCopy({
    '.github/troupe/personas/walled.md': '---\ndescription: ours\ntools: [read]\n---\nLook.\n',
    'w/walled.yml': 'steps:\n  - { id: look, type: persona-request, persona: walled }\n',
  });
  expect(await troupe(['validate', 'w/walled.yml'], { cwd: workingCopy.path })).toMatchObject({
    code: 0,
    stdout: '✓ w/walled.yml\n',
  });
});

test('`validate` tells files that nothing reads, and `--strict` what could be better', async () => {
  workingCopy = makeWorkingCopy({
    '.github/troupe/workflows/fix.yml': 'steps:\n  - { id: look, type: persona-request, persona: code-reviewer }\n',
  });
  mkdirSync(join(workingCopy.path, '.github/troupe/workflow'));
  writeFileSync(join(workingCopy.path, '.github/troupe/workflow/other.yml'), 'steps: []\n');
  const plain = await troupe(['validate'], { cwd: workingCopy.path });
  expect(plain.code).toBe(0);
  expect(plain.stdout).toContain('.github/troupe/workflow/other.yml:1:1 warning: Nothing reads');
  const strict = await troupe(['validate', '--strict'], { cwd: workingCopy.path });
  expect(strict.code).toBe(2);
  expect(strict.stdout).toContain('[style/no-description]');
  expect(strict.stdout).toContain('[style/no-timeout]');
});

test('a run in an environment has its values, and the digits that were written', async () => {
  workingCopy = makeWorkingCopy({
    '.github/troupe.yml': settings,
    '.github/troupe/workflows/tell.yml':
      'variables: { version: 1.10 }\nsteps:\n  - { id: look, type: persona-request, persona: code-reviewer }\noutputs: { where: "{{vars.region}} {{vars.build}} {{vars.version}}" }\n',
  });
  const answers = workingCopy.answers('a.yml');
  const run = (...more: readonly string[]) =>
    troupe(['run', 'tell', '--task', 'x', '--answers', answers, '--output', 'where', ...more], {
      cwd: workingCopy?.path ?? '',
    });
  expect((await run()).stdout.trim()).toBe('home 007 1.10');
  expect((await run('--environment', 'staging')).stdout.trim()).toBe('eu 007 1.10');
  const unknown = await run('--env', 'stagin');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('There is no environment "stagin"; did you mean "staging"?');
  const page = await troupe(['describe', 'tell', '--env', 'staging'], { cwd: workingCopy.path });
  expect(page.stdout).toContain('| `region` | `eu` |');
});
