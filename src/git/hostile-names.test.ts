// Every hostile name goes through git as title, trailer, tag message and branch: what git is called with is ours alone.
import { channel } from 'node:diagnostics_channel';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileNames } from '../../test/support/hostile-names.ts';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { createRedactor, isObject } from '../support/index.ts';
import { branchNameOf, createGitStore, numberedBranch } from './index.ts';
import type { GitRepository } from './index.ts';

const bot = { name: 'troupe[bot]', email: '1+troupe[bot]@users.noreply.github.com' };

let world: GitWorld;
let repository: GitRepository;
/** Processes that were started; their words are known once they run. */
const started: unknown[] = [];
const processes = channel('child_process');
const listen = (message: unknown): void => void started.push(isObject(message) ? message['process'] : undefined);

beforeAll(async () => {
  world = makeGitWorld();
  const store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  repository = await store.open({ key: '42', cloneUrl: world.remote });
  processes.subscribe(listen);
});
afterAll(() => {
  processes.unsubscribe(listen);
  world.remove();
});

/** The words of the processes started while `work` ran. */
async function wordsOf(work: () => Promise<void>): Promise<readonly (readonly string[])[]> {
  started.length = 0;
  await work();
  return started.flatMap((one) => {
    const words: unknown = isObject(one) ? one['spawnargs'] : undefined;
    return Array.isArray(words) ? [words.map(String)] : [];
  });
}

/** What a run does with words of people. */
async function throughGit(name: string, number: number): Promise<void> {
  // names that come to the same are told apart as a run tells them apart
  const branch = numberedBranch(branchNameOf(name), number);
  const commit = await repository.emptyCommit(world.first, {
    message: name === '' ? '(no title)' : name,
    author: bot,
    trailers: [['Troupe-Run', 'rabc']],
    date: Date.UTC(2026, 10, 20),
  });
  await repository.push({ commit, branch, expected: null });
  expect(await repository.lookUpBranch(branch)).toBe(commit);
  expect(await repository.remoteBranch(branch)).toBe(commit);
  expect((await repository.trailers(commit))['Troupe-Run']).toEqual(['rabc']);
  await repository.tag({ name: `v-${number}`, commit, message: name === '' ? 'v' : name });
  await repository.deleteRemoteBranch(branch, commit);
}

/** When the file that one of the names would touch was written; undefined: it is not there. */
const touchedAt = (): number | undefined => statSync('/tmp/x', { throwIfNoEntry: false })?.mtimeMs;

const optionsIn = (calls: readonly (readonly string[])[]): Set<string> =>
  new Set(
    calls.flatMap((words) => words.filter((word) => word.startsWith('-'))).map((word) => word.split('=')[0] ?? ''),
  );

test('no word of ours for git begins with a dash but those that a plain name has too, and nothing in a name is done', async () => {
  const plain = await wordsOf(() => throughGit('Fix the sum', 1));
  expect(plain.length).toBeGreaterThan(4);
  const known = optionsIn(plain);
  const before = readdirSync(world.dir).toSorted();
  const touchedBefore = touchedAt();
  for (const [index, name] of hostileNames.entries()) {
    const calls = await wordsOf(() => throughGit(name, index + 2));
    expect(calls.length, name).toBeGreaterThan(4);
    expect(
      [...optionsIn(calls)].filter((option) => !known.has(option)),
      name,
    ).toEqual([]);
    expect(
      calls.every(([program]) => program === 'git'),
      name,
    ).toBe(true);
  }
  expect(readdirSync(world.dir).toSorted()).toEqual(before);
  expect(touchedAt()).toBe(touchedBefore);
});
