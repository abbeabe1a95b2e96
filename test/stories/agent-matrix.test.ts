// Everything that an agent can do wrong, done by the fake one of test/support. Real programs do the same in test/agents: `npm run test:agents`.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { agents } from '../../src/personas/agents/list.ts';
import { askOnce } from '../agents/ask.ts';
import type { Lead } from '../agents/ask.ts';
import { clis } from '../agents/clis.ts';
import { judgeAsked, judgePlayed } from '../agents/judge.ts';
import { requestRows, runRows } from '../agents/matrix.ts';
import { playRow } from '../agents/played.ts';

const root = resolve(import.meta.dirname, '../..');

function leadTo(words: readonly string[]): () => Lead {
  const command = [process.execPath, join(root, 'test/support/acp-agent-process.ts'), ...words];
  return () => ({ entry: { transport: 'acp', command, readable: [root] }, secrets: {} });
}

test.concurrent.each(requestRows)('$name: no pass, and told by its kind', async (row) => {
  const timeoutMs = row.class === 'timeout' ? 3_000 : 120_000;
  const asked = await askOnce({ part: { moves: () => [] }, lead: leadTo(row.fake), timeoutMs });
  judgeAsked(row, asked);
});

test.each(runRows)('$name: nothing is green', async (row) => {
  const played = await playRow(row, leadTo(row.fake));
  try {
    await judgePlayed(row, played);
  } finally {
    await played.close();
  }
});

test('what is played for real is what the presets install', () => {
  const installed = agents.map(({ name, install }) => [name, install.replace('npm install -g ', '')]);
  const played = clis.map(({ name, packages }) => [name, packages.join(' ')]);
  expect(Object.fromEntries(played)).toEqual(Object.fromEntries(installed));
  const [pinned] = clis.filter(({ name }) => name === 'opencode').flatMap(({ packages }) => packages);
  expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain(` ${pinned} `);
});

test('every row has a name of its own', () => {
  const names = [...requestRows, ...runRows].map(({ name }) => name);
  expect(new Set(names).size).toBe(13);
});
