// What a result brings along: bytes, or a contract that is broken in words.
import { expect, test } from 'vitest';
import { checkResult } from './parse-result.ts';
import { replyUsage } from './reply-usage.ts';

const base = 'a'.repeat(40);

function changesIn(changes: unknown): unknown {
  const result = checkResult({ status: 'pass', summary: 'Done', changes });
  return result.error === undefined ? result.changes : `${result.error.class}: ${result.error.message}`;
}

test('a patch is text or base64, a bundle is base64, and both may name their commit', () => {
  const patch = '--- a/é\r\n+++ b/é\r\n';
  expect(changesIn({ patch })).toEqual({ kind: 'patch', content: Buffer.from(patch) });
  const bytes = Buffer.from([0, 255, 10, 13]);
  expect(changesIn({ patch_base64: bytes.toString('base64') })).toEqual({ kind: 'patch', content: bytes });
  const lines = `${bytes.toString('base64').slice(0, 4)}\n${bytes.toString('base64').slice(4)}\n`;
  expect(changesIn({ bundle: lines, base })).toEqual({ kind: 'bundle', base, content: bytes });
  expect(changesIn(null)).toBeUndefined();
});

test.each<[what: string, changes: unknown]>([
  ['nothing', {}],
  ['both', { patch: 'x', bundle: 'eA==' }],
  ['a bundle that is no base64', { bundle: '# v2 git bundle' }],
])('%s is a broken contract', (_what, changes) => {
  expect(changesIn(changes)).toBe(
    'contract: The result is wrong at changes: it holds exactly one of `patch`, `patch_base64` and `bundle`, the latter two in base64',
  );
});

test.each<[what: string, changes: unknown]>([
  ['a base that is no commit', { patch: 'x', base: 'main' }],
  ['a ref', { patch: 'x', ref: 'refs/heads/main' }],
  ['text alone', 'diff --git a/x b/x'],
])('%s is one, too', (_what, changes) => {
  expect(changesIn(changes)).toMatch(/^contract: The result is wrong at changes/);
});

test('what a late answer took is read in one that is larger than a log is read', () => {
  const usage = { input_tokens: 10, output_tokens: 2, cost_usd: 0.4 };
  const text = JSON.stringify({ usage, status: 'pass', changes: { patch: 'x'.repeat(2_000_000) } });
  expect(replyUsage({ body: Buffer.from(text), mediaType: 'application/json' })).toMatchObject({ costUsd: '0.4' });
});
