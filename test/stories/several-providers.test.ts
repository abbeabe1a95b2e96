// Several providers do one step, from label to pull request: one check says who said what, the work of one is on the branch, everybody is paid.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startStory } from '../support/story.ts';
import type { Story } from '../support/story.ts';

let story: Story | undefined;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-answers-'));
});
afterEach(async () => {
  await story?.close();
  story = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function workflow(providers: readonly string[], waitFor: string): Record<string, string> {
  return {
    '.github/troupe.yml': 'verify: []\n',
    '.github/troupe/workflows/vote.yml': `name: Vote
trigger: { labels: ["troupe:vote"] }
steps:
  - { id: fix, type: persona-request, persona: lead-engineer, providers: [${providers.join(', ')}], wait_for: ${waitFor} }
`,
  };
}

/** A provider that says this. */
function says(status: string, name: string, delay = 0) {
  const usage = { inputTokens: 100, outputTokens: 10, costUsd: '0.10' };
  const answer = {
    status,
    summary: `${name} says ${status}.`,
    edits: { [`${name}.md`]: `by ${name}\n` },
    usage,
    delay,
  };
  const file = join(folder, `${name}.yml`);
  writeFileSync(file, JSON.stringify({ '*': answer }));
  return { transport: 'scripted', answers: file };
}

test('two of three pass: the work of the first is on the branch, and who said no is heard', async () => {
  story = await startStory({
    files: workflow(['one', 'two', 'three'], 'majority'),
    providers: { one: says('fail', 'one'), two: says('pass', 'two'), three: says('pass', 'three', 0.3) },
  });
  await story.label('troupe:vote');
  const state = await story.ended();
  expect([state.status, state.usage.costUsd]).toEqual(['succeeded', '0.3']);
  const pull = await story.pull();
  const head = pull?.headSha ?? '';
  expect([...story.checks(head).keys()]).toEqual(['troupe / vote', 'troupe / vote / Fix']);
  const check = story.checks(head).get('troupe / vote / Fix');
  expect(check?.conclusion).toBe('success');
  expect(check?.title).toBe('Passed: two says pass.');
  expect(check?.summary).toContain('one says no, two passed, three passed');
  expect(check?.summary).toContain('pass: one: fail, one says fail.; two: pass; three: pass');
  const [comment] = story.comments();
  const rows = [...(comment?.body ?? '').matchAll(/^\| (\S+) \| (Fix[^|]*) \| ([^|]*) \| [^|]* \| ([^|]*) \|$/gm)];
  expect(rows.map(([, ...cells]) => cells.join(' | '))).toEqual([
    '✅ | Fix | passed: one says no, two passed, three passed | $0.30',
    '❌ | Fix (one) | says no | $0.10',
    '✅ | Fix (two) | passed | $0.10',
    '✅ | Fix (three) | passed | $0.10',
  ]);
  expect(comment?.body).toContain('**Receipt**: 3 agent runs · 330 tokens · $0.30');
  const branches = await story.repository.branches();
  expect([...branches.keys()]).toEqual(['main', state.facts.branch]);
});
