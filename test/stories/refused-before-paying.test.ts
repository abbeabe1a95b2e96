// What would stop a run later is told before the first persona is asked: by the bot on the issue and by `troupe run` at a desk. Nobody is paid, nothing is left behind.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import { pathWithout } from '../support/path-without.ts';
import { answer, nothingLeft } from '../support/not-started.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story, StoryOptions } from '../support/story.ts';

const stage = storyPerTest();

/** A planner that only reads and could be paid, then somebody who edits. */
const planThenEdit = `name: Plan then edit
steps:
  - { id: plan, type: persona-request, persona: implementation-planner }
  - { id: fix, type: persona-request, persona: lead-engineer, dependencies: [plan] }
`;
const walled = '---\ndescription: behind walls\ntools: [read]\nx-troupe: { sandbox: gateway }\n---\nLook.\n';
const walledFlow = `name: Walled
branch: false
steps:
  - { id: plan, type: persona-request, persona: implementation-planner }
finally:
  - { id: look, type: persona-request, persona: walled }
`;
const files = {
  '.github/troupe/workflows/planned.yml': planThenEdit,
  '.github/troupe/workflows/behind.yml': walledFlow,
  '.github/troupe/personas/walled.md': walled,
};

/** A bot on a machine without bubblewrap, whose data other users may not pass. */
async function withoutWalls(options: StoryOptions = {}): Promise<Story> {
  const told = await stage({ files, path: pathWithout('bwrap'), ...options, later: true });
  chmodSync(told.dir, 0o700);
  await told.startBot();
  return told;
}

test('the task of somebody who may not write, and no walls: refused before the planner, who only reads', async () => {
  const told = await withoutWalls({ fromOutside: true });
  await told.label('troupe:planned');
  expect(await answer(told)).toMatchInlineSnapshot(`
    "\`planned\` was not started, and nothing was spent: Persona "lead-engineer" can change files or has commands run, and the task was written by somebody without write permission: on this machine nothing keeps such a persona away from Troupe's own secrets. On the machine of this server, its operator either writes \`sandbox: off\` into the server file, if that machine holds nothing to protect, or installs bubblewrap, which \`troupe doctor\` there looks at:

      \`\`\`
      sudo apt-get install -y bubblewrap
      sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true
      \`\`\`

    Then start it again."
  `);
  await nothingLeft(told);
});

test('a persona that asks for the gateway, in `finally`, where there is none', async () => {
  const told = await withoutWalls();
  await told.label('troupe:behind');
  expect(await answer(told)).toMatchInlineSnapshot(`
    "\`behind\` was not started, and nothing was spent: The sandbox \`gateway\` needs bubblewrap, which does not work here: bwrap is not installed. On the machine of this server, its operator installs bubblewrap, which \`troupe doctor\` there looks at:

      \`\`\`
      sudo apt-get install -y bubblewrap
      sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true
      \`\`\`

    Then start it again."
  `);
  await nothingLeft(told);
});

test('two things at once: both in one answer', async () => {
  const told = await withoutWalls({
    fromOutside: true,
    files: {
      ...files,
      '.github/troupe/workflows/planned.yml': planThenEdit.replace('planner }', 'planner, provider: ghost }'),
    },
    providers: {
      ghost: { transport: 'shell', command: ['no-such-program-xyz'] },
      canned: { transport: 'shell', command: ['sh', '-c', 'exit 7'] },
    },
    serverFile: { defaultProvider: 'canned' },
  });
  await told.label('troupe:planned');
  expect(await answer(told)).toMatchInlineSnapshot(`
    "\`planned\` was not started, and nothing was spent: 2 things stand against it.

    - Persona "lead-engineer" can change files or has commands run, and the task was written by somebody without write permission: on this machine nothing keeps such a persona away from Troupe's own secrets. On the machine of this server, its operator either writes \`sandbox: off\` into the server file, if that machine holds nothing to protect, or installs bubblewrap, which \`troupe doctor\` there looks at:

      \`\`\`
      sudo apt-get install -y bubblewrap
      sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true
      \`\`\`
    - The command of provider "ghost" cannot be started: "no-such-program-xyz" is not on the PATH. The operator of this server can mend it (\`troupe doctor\` says how).

    Then start it again."
  `);
  await nothingLeft(told);
});

test('at a desk: the sentence, the commands to type, and no run', async () => {
  const copy = makeWorkingCopy({ ...files });
  try {
    const file = join(copy.path, '../server.yml');
    writeFileSync(file, 'sandbox: required\n');
    const env = { PATH: pathWithout('bwrap') };
    const answers = copy.answers('a.yml');
    const walls = await troupe(['run', 'behind', '--task', 'Look', '--answers', answers], { cwd: copy.path, env });
    expect([walls.code, walls.stdout]).toEqual([2, '']);
    expect(walls.stderr).toMatchInlineSnapshot(`
      "The sandbox \`gateway\` needs bubblewrap, which does not work here: bwrap is not installed
      → Type this, then look with \`troupe doctor\`:
        sudo apt-get install -y bubblewrap
        sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true
      "
    `);
    const required = ['run', 'planned', '--task', 'Look', '--answers', answers, '--config', file];
    const rule = await troupe(required, { cwd: copy.path, env });
    expect([rule.code, rule.stdout]).toEqual([2, '']);
    expect(rule.stderr).toMatchInlineSnapshot(`
      "The server file requires the sandbox, and bubblewrap does not work here: bwrap is not installed
      → Type this, then look with \`troupe doctor\`:
        sudo apt-get install -y bubblewrap
        sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true
      "
    `);
    expect((await troupe(['runs', '--json'], { cwd: copy.path })).stdout).not.toContain('"id"');
  } finally {
    copy.remove();
  }
});
