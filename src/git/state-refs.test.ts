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
  await repository.deleteStateRef(ref, second);
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
