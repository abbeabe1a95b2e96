// What people read on the issue, and operators in /readyz and /metrics, while a provider is out.
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();
const look = `name: Look
branch: false
steps:
  - { id: look, type: persona-request, persona: code-reviewer }
`;
const files = { '.github/troupe/workflows/look.yml': look };
const answer = `printf '{"status":"pass","summary":"Looked","outputs":{"risk":"low"}}' > "$TROUPE_RESULT_FILE"`;
const limited = {
  transport: 'shell',
  command: ['sh', '-c', `echo "You've hit your limit · resets in 3 hours"; exit 1`],
};
const steady = { transport: 'shell', command: ['sh', '-c', answer] };
/** The line of the comment that says it, without its times. */
function lineWith(words: string, comment: string): string {
  const row = comment.split('\n').find((line) => line.includes(words)) ?? '';
  return row
    .replaceAll(/(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?(?: UTC)?/g, '<time>')
    .replaceAll(/\b[\d.]+ ?m?s\b/g, '<span>');
}

test('a limit: the issue says until when and why, the bot stays ready, and its numbers tell it', async () => {
  const story = await stage({ files, providers: { limited }, serverFile: { defaultProvider: 'limited' } });
  await story.label('troupe:look');
  await story.until('the limit', ({ steps }) => [...steps.values()].some((step) => step.retryAt !== undefined));
  const shown = await story.github.until('the reason on the issue', () =>
    Promise.resolve(story.comments().find(({ body }) => body.includes('The limit of limited'))),
  );
  expect(lineWith('The limit of limited', shown.body)).toMatchInlineSnapshot(
    `"> The limit of limited resets at <time>. Persona "code-reviewer": You've hit your limit · resets in 3 hours"`,
  );
  const { url } = story.bot();
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    ready: true,
    details: { providers: { limited: { state: 'limit reached', until: expect.any(String) } } },
  });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('troupe_provider_closed{provider="limited",why="limit"} 1\n');
  expect(metrics).toContain('troupe_provider_closed{provider="limited",why="failures"} 0\n');
});

test('a list: the second plays where the first has reached its limit, and the receipt says who', async () => {
  const story = await stage({
    files,
    providers: { limited, steady },
    serverFile: { defaultProvider: 'limited', otherProviders: ['steady'] },
  });
  await story.label('troupe:look');
  const state = await story.ended();
  expect(state.status).toBe('succeeded');
  const [comment] = story.comments();
  expect(lineWith('steady', comment?.body ?? '')).toBe(
    '| Look | code-reviewer · steady |  |  |  | cost unknown | nobody |',
  );
  expect([...state.steps.values()].flatMap(({ result }) => result?.warnings ?? [])).toEqual([
    expect.stringMatching(/^steady instead of limited: the limit of limited resets at .* UTC$/),
  ]);
});
