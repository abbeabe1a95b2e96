// A provider whose command is not there: said before anything is paid, by doctor, by `personas --check`, by `run` and on the issue.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();
const why = 'The command of provider "ghost" cannot be started: "no-such-program-xyz" is not on the PATH';

/** One step that could be paid for, and one whose provider is not there. */
const two = `name: Two
branch: false
steps:
  - { id: plan, type: persona-request, persona: implementation-planner, provider: canned }
  - { id: review, type: persona-request, persona: code-reviewer, provider: ghost, dependencies: [plan] }
`;

test('the command line says it in doctor, in `personas --check` and before a run', async () => {
  const workingCopy = makeWorkingCopy();
  try {
    const cwd = { cwd: workingCopy.path };
    const file = join(workingCopy.path, '../server.yml');
    const answers = workingCopy.answers('a.yml');
    writeFileSync(
      file,
      `default_provider: ghost\nproviders:\n  ghost: { transport: shell, command: [no-such-program-xyz] }\n  canned: { transport: scripted, answers: ${answers} }\n`,
    );
    writeFileSync(join(workingCopy.path, 'two.yml'), two);
    const doctor = await troupe(['doctor', '--config', file], cwd);
    expect(doctor.stdout).toContain(`✗ provider ghost: ${why}`);
    expect(doctor.stdout).toContain('✓ provider canned: can answer');
    const checked = await troupe(['personas', 'qa-engineer', '--check', '--config', file], cwd);
    expect(checked).toMatchObject({ code: 2, stdout: expect.stringContaining(`    ✗ ${why}\n      → Install it`) });
    const run = await troupe(['run', 'two.yml', '--task', 'Look', '--config', file], cwd);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(why) });
    const runs = await troupe(['runs', '--json'], cwd);
    expect(runs.stdout).not.toContain('"id"');
  } finally {
    workingCopy.remove();
  }
});

test('the bot refuses the label with the sentence, and nobody is asked', async () => {
  const story = await stage({
    files: { '.github/troupe/workflows/two.yml': two },
    providers: {
      ghost: { transport: 'shell', command: ['no-such-program-xyz'] },
      canned: { transport: 'shell', command: ['sh', '-c', 'exit 7'] },
    },
    serverFile: { defaultProvider: 'canned' },
  });
  await story.label('troupe:two');
  await story.github.until('an answer on the issue', () => Promise.resolve(story.comments()[0]));
  expect(story.comments().map(({ body }) => body.split('\n')[0])).toEqual([
    expect.stringContaining(`\`two\` was not started, and nothing was spent: ${why}.`),
  ]);
  expect(await story.runs()).toEqual([]);
});
