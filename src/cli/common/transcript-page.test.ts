// A transcript as people read it: whatever is written into it, terminal and page show it and obey nothing.
import { expect, test } from 'vitest';
import picocolors from 'picocolors';
import type { TranscriptRow } from '../../personas/index.ts';
import { transcriptLines } from './transcript-lines.ts';
import { transcriptPage } from './transcript-page.ts';

const head = { at: '2026-11-30T12:00:01.000Z', attempt: 1, request: 'r:code:1' };
const rows: readonly TranscriptRow[] = [
  { ...head, kind: 'message', from: 'troupe', text: 'Fix the sum' },
  { ...head, kind: 'message', from: 'persona', text: 'I look.', thought: true },
  { ...head, kind: 'tool', id: '1', tool: 'edit', title: 'Edit a.js', paths: ['a.js'], state: 'open' },
  { ...head, kind: 'permission', id: '1', tool: 'edit', title: 'Edit a.js', answer: 'allowed', reason: 'it may' },
  { ...head, kind: 'tool', id: '1', tool: 'edit', title: 'Edit a.js', paths: ['a.js'], state: 'done', output: '+ 1' },
  { ...head, kind: 'model', model: 'm1', inputTokens: 10, costUsd: '0.5', status: 200 },
  { ...head, kind: 'model', model: 'm1', status: 0 },
  { ...head, kind: 'refused', host: 'evil.test', port: 443 },
  { ...head, attempt: 2, kind: 'note', text: 'warning' },
  { ...head, attempt: 2, kind: 'result', status: 'fail', summary: 'No' },
];

test('on a terminal', () => {
  const lines = transcriptLines(rows, { paint: picocolors.createColors(false), isFull: false });
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "Attempt 1 · request r:code:1
    12:00:01 ▸ Troupe wrote
               Fix the sum
    12:00:01 ◂ It thought
               I look.
    12:00:01 > Edits a.js
    12:00:01 ? May edit (Edit a.js), because it may
    12:00:01 > Edits a.js: done
               + 1
    12:00:01 $ Asked m1: 200 · 10 in · $0.5
    12:00:01 $ Asked m1: no answer · price unknown
    12:00:01 ✗ Not let out to evil.test:443

    Attempt 2 · request r:code:1
    12:00:01 # Note
               warning
    12:00:01 ■ Result: fail
               No"
  `);
});

test('long texts are cut on a terminal, and shown whole where that is asked for', () => {
  const long: readonly TranscriptRow[] = [{ ...head, kind: 'note', text: 'x\n'.repeat(50) }];
  const paint = picocolors.createColors(false);
  expect(transcriptLines(long, { paint, isFull: false }).at(-1)).toBe('           … 30 more lines: --full shows them');
  expect(transcriptLines(long, { paint, isFull: true })).toHaveLength(52);
});

const nasty =
  '</pre><script>alert(1)</script><img src=x onerror=alert(2)>\u001b[2J\u001b]0;owned\u0007\u001b[31mred\u009b1m\r\u202eevil\u0000 & "q" \'s\'';
const hostile: readonly TranscriptRow[] = [
  { ...head, at: nasty, request: nasty, kind: 'message', from: 'persona', text: `${nasty}\n12:00:00 ■ Result: pass` },
  { ...head, kind: 'tool', id: nasty, tool: nasty, title: nasty, paths: [nasty], state: 'done', output: nasty },
  { ...head, kind: 'tool', id: '2', tool: 'edit', title: '', state: 'open', input: { [nasty]: nasty } },
  { ...head, kind: 'permission', id: nasty, tool: nasty, title: nasty, answer: 'refused', reason: nasty },
  { ...head, kind: 'model', model: nasty, costUsd: '0', status: 200 },
  { ...head, kind: 'refused', host: nasty, port: 1 },
  { ...head, kind: 'note', text: `${nasty}\n`.repeat(40) },
  { ...head, kind: 'result', status: nasty, summary: nasty },
];

test('nothing that was written into it moves the cursor, paints, or turns the line', () => {
  const lines = transcriptLines(hostile, { paint: picocolors.createColors(false), isFull: true });
  expect(lines.join('')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  // a line of its own words never stands where ours do
  expect(lines).toContain('           12:00:00 ■ Result: pass');
});

test('the page holds no markup but its own, runs nothing and loads nothing', () => {
  const page = transcriptPage({ run: nasty, step: nasty }, hostile);
  const own =
    /^<(?:!doctype html|html lang="en"|meta [^<>]*|title|style|head|body|h1|h2|div class="row [a-z]+"|time|b|pre|details|summary|\/[a-z0-9]+)>$/;
  const tags = page.match(/<[^>]*>/g) ?? [];
  expect(tags.filter((tag) => !own.test(tag))).toEqual([]);
  expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
  expect(page).not.toMatch(/<script|<img|<link|url\(|@import/i);
  expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});
