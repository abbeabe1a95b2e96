// One story: what `html_url` leads to can be read, and hostile text stays text.
import { expect, test } from 'vitest';
import { createWorld } from '../../../test/support/github.ts';

test('people can open the repository, the issue and the pull request in a browser', async () => {
  const world = await createWorld();
  const { github, fullName, issue } = world;
  await github.as('writer').comment(fullName, issue, '<script>alert(1)</script>');
  await github.as('writer').pushCommit(fullName, 'fix', { message: 'fix', files: { 'src/cart.js': 'fixed\n' } });
  const number = await github.as('writer').openPullRequest(fullName, { head: 'fix', title: 'Fix the total' });
  async function open(path: string): Promise<{ readonly status: number; readonly html: string }> {
    const response = await fetch(`${github.url}/${fullName}${path}`);
    return { status: response.status, html: await response.text() };
  }
  expect((await open('/pulls')).html).toContain('Fix the total');
  const shown = (await open(`/issues/${issue}`)).html;
  expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(shown).not.toContain('<script>');
  expect((await open(`/pull/${number}/files`)).html).toContain('<span class="text">fixed</span>');
  expect((await open('/pull/99')).status).toBe(404);
  await world.close();
});
