import { expect, test } from 'vitest';
import { emptyRepositoryFile } from './repository-file.ts';
import { mergeSettings } from './settings.ts';
import type { OperatorSettings, RepositoryFile } from '../common/types.ts';

const operator: OperatorSettings = {
  defaultProvider: 'claude-code',
  limits: { concurrentRuns: 8, concurrentPerRepository: 2, costUsdPerRun: 10 },
  permissions: { trigger: 'write', control: 'maintain', approve: 'write', bots: ['renovate[bot]', 'deploy[bot]'] },
  trusted: ['acme/*'],
  allowAutoMerge: ['acme/site'],
};
const file = (change: Partial<RepositoryFile>): RepositoryFile => ({ ...emptyRepositoryFile(), ...change });
const merged = (change: Partial<RepositoryFile>, repository = 'acme/shop') =>
  mergeSettings(operator, file(change), repository);

test.each([
  [{}, 10],
  [{ costUsd: 2 }, 2],
  [{ costUsd: 50 }, 10],
])('the smaller cost limit holds: %j', (budget, costUsd) => {
  expect(merged({ budget }).settings.budget).toEqual({ costUsd });
});

test('permissions are the strictest of both', () => {
  const { permissions } = merged({ permissions: { trigger: 'admin', control: 'read' } });
  expect(permissions).toEqual({
    trigger: 'admin',
    control: 'maintain',
    approve: 'write',
    bots: operator.permissions.bots,
  });
});

test('a repository narrows the list of bots and never widens it', () => {
  expect(merged({ permissions: { bots: ['Renovate[bot]', 'evil[bot]'] } }).permissions.bots).toEqual(['renovate[bot]']);
});

test.each([
  ['acme/shop', true],
  ['Acme/Shop', true],
  ['acmebis/shop', false],
  ['other/acme', false],
])('the commands of %s are trusted: %s', (repository, trusted) => {
  expect(merged({}, repository).settings.trusted).toBe(trusted);
});

test('merging by itself is the operator’s to allow, repository by repository', () => {
  expect(merged({}, 'acme/site').settings.allowAutoMerge).toBe(true);
  expect(merged({}, 'acme/shop').settings.allowAutoMerge).toBe(false);
});
