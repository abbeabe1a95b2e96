import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { createRedactor } from '../support/index.ts';
import { createGitStore } from './index.ts';
import type { GitRepository } from './index.ts';

const ref = 'refs/troupe/runs/rabc';
const author = { name: 'troupe', email: 'troupe@example.test' };

let world: GitWorld;
let repository: GitRepository;
beforeEach(async () => {
  world = makeGitWorld();
  repository = await createGitStore({ dir: `${world.dir}/data`, redactor: createRedactor() }).open({
    key: '1',
    cloneUrl: world.remote,
  });
});
afterEach(() => world.remove());

function keep(text: string, expected: Parameters<GitRepository['pushStateRef']>[0]['expected']) {
  return repository.pushStateRef({ ref, file: 'state.json', text, expected, author, message: 'State' });
}

test('a state is one commit that is read again, replaced with a lease, and deleted', async () => {
  const first = await keep('{"a":1}\n', null);
  expect(await repository.listStateRefs('refs/troupe/runs')).toEqual([{ ref, sha: first }]);
  expect(await repository.readFile(first, 'state.json')).toBe('{"a":1}\n');
  const second = await keep('{"a":2}\n', first);
  expect(await repository.parentsOf(second)).toEqual([]);
  await expect(keep('{"a":3}\n', first)).rejects.toMatchObject({ code: 'git/stale' });
  await expect(keep('{"a":3}\n', null)).rejects.toMatchObject({ code: 'git/stale' });
  expect(await repository.listStateRefs('refs/troupe/runs')).toEqual([{ ref, sha: second }]);
  await repository.deleteStateRefs([{ ref, sha: second }]);
  expect(await repository.listStateRefs('refs/troupe/runs')).toEqual([]);
});

test.each(['refs/heads/main', 'refs/troupe/../heads/main', 'refs/troupe/runs/-x', 'refs/troupe/runs/a b'])(
  '%s is no place for state',
  async (bad) => {
    await expect(
      repository.pushStateRef({ ref: bad, file: 'state.json', text: '', expected: null, author, message: 'x' }),
    ).rejects.toMatchObject({ code: 'git/refused' });
  },
);

test('what stands on a state keeps its files, and the notes of both are read at once', async () => {
  const state = await keep('{"a":1}\n', null);
  const lease = await repository.pushStateRef({
    ref,
    file: 'lease.json',
    text: '{"until":1}\n',
    on: state,
    expected: state,
    author,
    message: 'Lease',
    trailers: [['Troupe-Task', '7']],
  });
  expect(await repository.listStateRefs('refs/troupe/runs')).toEqual([{ ref, sha: lease }]);
  const elsewhere = await createGitStore({ dir: `${world.dir}/other`, redactor: createRedactor() }).open({
    key: '1',
    cloneUrl: world.remote,
  });
  const notes = await elsewhere.readStateNotes([lease]);
  expect(notes.get(lease)?.message).toBe('Lease\n\nTroupe-Task: 7');
  expect(Date.now() - (notes.get(lease)?.at ?? 0)).toBeLessThan(600_000);
  expect(await elsewhere.readFile(lease, 'state.json')).toBe('{"a":1}\n');
  expect(await elsewhere.readFile(lease, 'lease.json')).toBe('{"until":1}\n');
  expect(await repository.parentsOf(lease)).toEqual([state]);
});
