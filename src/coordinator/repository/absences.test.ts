import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import type { ManualClock } from '../../../test/support/manual-clock.ts';
import { base, story } from '../testing/story.ts';
import type { Story } from '../testing/story.ts';
import { createAbsences } from './absences.ts';

const asksForFiles = (one: string): boolean => /^(list|read) /.test(one);

/** What one event asks two repositories for: its own, which has no file of ours, and that of its owner. */
async function askedBy(told: Story, happen: () => Promise<unknown>): Promise<readonly string[]> {
  const [own, owners] = [told.github.requests.length, told.owners.requests.length];
  await happen();
  return [...told.github.requests.slice(own), ...told.owners.requests.slice(owners)].filter(asksForFiles);
}

let commands = 0;
const status = (told: Story) => (): Promise<unknown> =>
  told.comment('/troupe status', { commentId: 900 + (commands += 1) });

/** Two events, half a minute apart: what neither finds is believed not to be there. */
async function emptyHanded(): Promise<{ readonly told: Story; readonly clock: ManualClock }> {
  const clock = createManualClock();
  const told = story({ clock });
  told.github.heads.set('main', 'a'.repeat(40));
  for (let looks = 0; looks < 2; looks += 1) {
    expect(await askedBy(told, status(told))).toContain('read .github/troupe.yml');
    clock.advance(31_000);
  }
  return { told, clock };
}

describe('files that a repository and its owner do not have', () => {
  test('are asked for twice, and then not for five minutes', async () => {
    const { told, clock } = await emptyHanded();
    for (let events = 0; events < 4; events += 1) {
      expect(await askedBy(told, status(told))).toEqual([]);
      clock.advance(60_000);
    }
    clock.advance(60_000);
    expect(await askedBy(told, status(told))).toEqual([
      'list .github',
      'read .github/troupe.yml',
      'read .github/troupe.yaml',
    ]);
  });

  test('are asked for once more at another commit', async () => {
    const { told } = await emptyHanded();
    told.github.heads.set('main', 'b'.repeat(40));
    expect(await askedBy(told, status(told))).toEqual(['list .github']);
  });

  test.each([
    ['a push to it', 'push', { ref: 'refs/heads/main', before: 'a'.repeat(40), after: 'b'.repeat(40), commits: [] }],
    ['that it is made', 'repository', { action: 'created' }],
  ] as const)('the owner’s are asked for after %s', async (_what, event, payload) => {
    const { told } = await emptyHanded();
    await told.send(event, { ...base({ repository: { id: 101, name: '.github' } }), ...payload });
    expect(await askedBy(told, status(told))).toContain('read .github/troupe.yml');
  });

  test('the owner’s are asked for after the App came to more repositories', async () => {
    const { told } = await emptyHanded();
    await told.send('installation_repositories', {
      action: 'added',
      installation: { id: 11, account: { login: 'Acme' } },
      repositories_added: [],
    });
    expect(await askedBy(told, status(told))).toContain('read .github/troupe.yml');
  });

  test('settings that the owner makes hold from the push on', async () => {
    const { told } = await emptyHanded();
    told.owners.files.set('.github/troupe.yml', 'permissions: { trigger: admin }\n');
    await told.send('push', {
      ...base({ repository: { id: 101, name: '.github' } }),
      ref: 'refs/heads/main',
      commits: [],
    });
    expect(await told.label('troupe:feature')).toMatchObject({ runs: [] });
  });
});

test('one absence is forgotten for another where there are too many', () => {
  const clock = createManualClock();
  const absences = createAbsences(clock, 2);
  for (const key of ['a', 'b']) absences.looked(key, false);
  clock.advance(60_000);
  for (const key of ['a', 'b']) absences.looked(key, false);
  expect(['a', 'b'].map(absences.has)).toEqual([true, true]);
  absences.looked('c', false);
  expect(['a', 'b', 'c'].map(absences.has)).toEqual([false, true, false]);
  absences.looked('b', true);
  expect(absences.has('b')).toBe(false);
});
