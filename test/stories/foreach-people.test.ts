// People and a list of items, from comments: each item's gate is answered by its path, one step is done again, one item turned down.
import { expect, test } from 'vitest';
import type { StepPath } from '../../src/support/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const workflow = `name: Papers
branch: false
steps:
  - id: each
    name: Each
    type: foreach
    items: [one, two]
    concurrency: 2
    on_item_failure: continue
    steps:
      - { id: ok, name: Ok, type: approval, message: "Take {{item}}?" }
      - { id: look, name: Look, type: persona-request, persona: code-reviewer, dependencies: [ok] }
  - { id: hold, name: Hold, type: approval, message: "All in?", dependencies: [each] }
`;

async function say(told: Story, body: string): Promise<string> {
  const id = await told.github.as('maintainer').comment(told.fullName, told.issue, body);
  return told.github.until(`an answer to ${body}`, async () => {
    const marker = `<!-- troupe:answer-${id} -->`;
    return told
      .comments()
      .find((comment) => comment.body.includes(marker))
      ?.body.split('\n\n<!--')[0]
      ?.replace(/`r[a-z2-7]{15}`/, '`<run>`');
  });
}

test('every gate of every item is answered by its path, and one item is done again by its own', async () => {
  const told = await stage({
    files: { '.github/troupe/workflows/papers.yml': workflow, '.github/troupe.yml': 'verify: []\n' },
  });
  const step = (run: Awaited<ReturnType<Story['ended']>>, path: string) => run.steps.get(path as StepPath);
  await told.label('troupe:papers');
  for (const path of ['each.0.ok', 'each.1.ok'])
    await told.github.until(`a comment with the line to copy for ${path}`, async () =>
      told.comments().find(({ body }) => body.includes(`/troupe approve ${path}`)),
    );
  expect(await say(told, '/troupe approve each.1.ok')).toMatchInlineSnapshot(`"Approved \`each.1.ok\` of \`<run>\`."`);
  const half = await told.until('the second item', (run) => step(run, 'each.1.look')?.status === 'succeeded');
  expect(step(half, 'each.0.ok')?.status).toBe('waiting');
  expect(await say(told, '/troupe rerun from each.1.look')).toMatchInlineSnapshot(
    `"Running \`<run>\` again from \`each.1.look\`."`,
  );
  await told.until('the second item again', (run) => {
    const look = step(run, 'each.1.look');
    return look?.status === 'succeeded' && look.attempts === 2;
  });
  expect(await say(told, '/troupe skip each.0')).toMatchInlineSnapshot(
    `"\`each.0\` is not optional: only steps with \`advisory: true\` or \`on_failure: continue\` may be skipped."`,
  );
  expect(await say(told, '/troupe reject each.0.ok "Not this one"')).toMatchInlineSnapshot(
    `"Rejected \`each.0.ok\` of \`<run>\`."`,
  );
  const after = await told.until('the last gate', (run) => step(run, 'hold')?.status === 'waiting');
  expect(step(after, 'each')?.result?.outputs).toMatchObject({
    succeeded: 1,
    failed: 1,
    results: [{ status: 'failed' }, { status: 'succeeded' }],
  });
  expect(await say(told, '/troupe approve hold')).toMatchInlineSnapshot(`"Approved \`hold\` of \`<run>\`."`);
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'degraded', reason: expect.stringContaining('Ok [0]') });
  expect(step(run, 'each.0.look')).toMatchObject({ status: 'skipped', attempts: 0 });
});
