// People in control of runs, from comments, labels and buttons on GitHub: the bot, the local GitHub, scripted personas.
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';
import { verifiedByNpm } from '../support/story.ts';
import type { Story } from '../support/story.ts';

const tell = storyPerTest();

/** Says something on the issue and waits until the bot has answered it. */
async function say(told: Story, body: string, by = 'writer', number = told.issue): Promise<string> {
  const id = await told.github.as(by).comment(told.fullName, number, body);
  return told.github.until(`an answer to ${body}`, async () => {
    const marker = `<!-- troupe:answer-${id} -->`;
    return told.repository
      .comments(number)
      .find((comment) => comment.body.includes(marker))
      ?.body.split('\n\n<!--')[0];
  });
}

test('explain, plan, workflows, config, status and help answer without writing anything else', async () => {
  const told = await tell({ files: verifiedByNpm });
  expect(await say(told, '/troupe plan project-loop')).toContain(
    '`project-loop` (`built-in/project-loop.yml`) would run; nothing was started.',
  );
  expect(await say(told, '/troupe workflows')).toContain('| `project-loop` |');
  expect(await say(told, '/troupe config')).toContain('| verify | npm test |');
  expect(await say(told, '/troupe status')).toContain('No run yet on this one.');
  expect(await say(told, '/troupe help')).toContain('`/troupe rerun from <step> [run]`');
  const why = await say(told, '/troupe why');
  expect(why).toContain('built in: answers to its own label and command only');
  expect(why).toContain('`issue_comment.created` by `writer`: done, one command was read');
  expect(await told.runs()).toEqual([]);
});

test('the label troupe:paused holds the runs of the issue; taken off, they go on', async () => {
  const told = await tell();
  await told.label('troupe:paused');
  expect(await say(told, '/troupe run project-loop')).toBe(
    '`project-loop` was not started: the label `troupe:paused` is on. Take it off first.',
  );
  await told.github.as('writer').unlabel(told.fullName, told.issue, 'troupe:paused');
  await told.label();
  await told.until('a run', (run) => run.status === 'running');
  await told.label('troupe:paused');
  await told.until('a paused run', (run) => run.paused !== undefined || run.finishedAt !== undefined);
  await told.github.as('maintainer').unlabel(told.fullName, told.issue, 'troupe:paused');
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
});

test('what is hidden or quoted in a comment starts nothing; the same words plainly written do', async () => {
  const told = await tell();
  const run = '/troupe run project-loop';
  const hidden = [
    `- try this:\n  \`\`\`\n  ${run}\n  \`\`\``,
    `> he said\n${run}`,
    `See \`the words\n${run}\nof before\``,
    `<a title="\n${run}\n">x</a>`,
    `<template>\n\n${run}\n\n</template>`,
    `<details><summary>Log</summary>\n\n${run}\n\n</details>`,
    `[a](https://example.org "b\n${run}\nc")`,
  ];
  for (const body of hidden) await told.github.as('writer').comment(told.fullName, told.issue, body);
  expect(await say(told, '/troupe status')).toContain('No run yet on this one.');
  expect(await say(told, `Use \`<!--\` and Promise<string>, please.\n@troupe: run\u00A0\`project-loop\``)).toContain(
    'Started `project-loop` as',
  );
  await told.until('a run', (one) => one.status === 'running' || one.finishedAt !== undefined);
  expect(await told.runs()).toHaveLength(1);
});
