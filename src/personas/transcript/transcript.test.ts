// A transcript as it is kept: without secrets, within its limits, in pieces that outlive whoever writes them.
import { expect, test } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createRedactor, silentLogger } from '../../support/index.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import { gatherText } from './gather-text.ts';
import { readTranscript } from './read-transcript.ts';
import { writeTranscript } from './transcript-writer.ts';

const secret = 'hunter2-and-more';

function write(secrets: readonly string[] = [secret]) {
  const clock = createManualClock(Date.parse('2026-11-30T12:00:00Z'));
  const pieces: string[] = [];
  const ports = { clock, redactor: createRedactor(secrets), log: silentLogger, attempt: 2, request: 'r:code:1' };
  const transcript = writeTranscript({ ...ports, keep: async (piece) => void pieces.push(piece) });
  return { clock, pieces, transcript, read: () => readTranscript(pieces.join('')) };
}

const everyKind: readonly TranscriptEntry[] = [
  { kind: 'message', from: 'troupe', text: 'Fix it' },
  { kind: 'message', from: 'persona', text: 'Hm', thought: true },
  { kind: 'tool', id: 't1', tool: 'edit', title: 'Edit', paths: ['a.js'], state: 'open', input: { path: 'a.js' } },
  { kind: 'tool', id: 't1', tool: 'edit', title: 'Edit', state: 'done', output: '+ 1' },
  { kind: 'permission', id: 't1', tool: 'edit', title: 'Edit', answer: 'allowed', reason: 'its persona may use edit' },
  { kind: 'model', model: 'm1', inputTokens: 12, outputTokens: 3, costUsd: '0.01', status: 200 },
  { kind: 'refused', host: 'evil.test', port: 443 },
  { kind: 'note', text: 'warning' },
  { kind: 'result', status: 'pass', summary: 'Done' },
];

test('every kind of entry is kept as a row with its time, its attempt and its request', async () => {
  const { transcript, read } = write();
  for (const entry of everyKind) transcript.tell(entry);
  await transcript.close();
  const head = { at: '2026-11-30T12:00:00.000Z', attempt: 2, request: 'r:code:1' };
  expect(read()).toEqual({ rows: everyKind.map((entry) => ({ ...head, ...entry })), unreadable: 0 });
});

test('lines wait two seconds for others at first, and are there for the next process then', async () => {
  const { clock, pieces, transcript } = write();
  transcript.tell({ kind: 'note', text: 'one' });
  transcript.tell({ kind: 'note', text: 'two' });
  await clock.walk(1_999);
  expect(pieces).toHaveLength(0);
  await clock.walk(1);
  expect(pieces.join('')).toMatch(/"one".*\n.*"two".*\n$/);
  transcript.tell({ kind: 'note', text: 'three' });
  await clock.walk(2_000);
  expect(pieces).toHaveLength(1);
  await clock.walk(2_000);
  expect(pieces).toHaveLength(2);
  await transcript.close();
  expect(clock.pending()).toBe(0);
});

test('secrets are taken out of every place before anything is cut', async () => {
  const { transcript, pieces } = write();
  const key = `ghp_${'a1B2'.repeat(9)}`;
  const far = `${'x'.repeat(31_995)}${secret} and the rest`;
  transcript.tell({ kind: 'message', from: 'persona', text: far });
  transcript.tell({ kind: 'message', from: 'persona', text: `${'y'.repeat(512_000 - 5)}${secret}` });
  // a text that shrinks: what was cut in the middle of a secret must not move to where it is kept
  transcript.tell({ kind: 'note', text: `${'hunter2-and-more'.repeat(40_000)}` });
  transcript.tell({
    kind: 'tool',
    id: secret,
    tool: secret,
    title: key,
    paths: [secret],
    state: 'done',
    input: { command: `echo ${secret}`, apiKey: 'short1', list: [{ deep: key }] },
    output: `${secret}\n${key}`,
  });
  transcript.tell({ kind: 'refused', host: `${secret}.test`, port: 1 });
  transcript.tell({ kind: 'result', status: 'fail', summary: Buffer.from(secret).toString('base64') });
  await transcript.close();
  const text = pieces.join('');
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 8));
  expect(text).not.toContain('a1B2a1B2');
  expect(text).not.toContain('short1');
  expect(text).toContain('[redacted]');
});

test('an entry and the whole have a limit, which is said; the result is kept beyond it', async () => {
  const { transcript, read } = write();
  for (let n = 0; n < 200; n += 1) transcript.tell({ kind: 'message', from: 'persona', text: 'z'.repeat(1_000_000) });
  transcript.tell({ kind: 'result', status: 'pass', summary: 'Done' });
  await transcript.close();
  const { rows } = read();
  expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThan(2.2 * 1024 * 1024);
  expect(rows[0]).toMatchObject({ text: expect.stringMatching(/^z{32000} … \(968000 more characters\)$/) });
  expect(rows.slice(-3)).toMatchObject([
    { text: 'The transcript has reached its limit of 2 MiB: from here on only the result is kept' },
    { kind: 'result', summary: 'Done' },
    { text: expect.stringMatching(/^13\d more entries were not kept$/) },
  ]);
});

test('a large input is kept as the beginning of its text', async () => {
  const { transcript, read } = write();
  transcript.tell({
    kind: 'tool',
    id: '1',
    tool: 'edit',
    title: '',
    state: 'open',
    input: { text: 'q'.repeat(99_000) },
  });
  await transcript.close();
  expect(read().rows[0]).toMatchObject({ input: expect.stringMatching(/^\{"text":"q+ … \(\d+ more characters\)$/) });
});

test('what cannot be kept fails nobody', async () => {
  const clock = createManualClock();
  const ports = { clock, redactor: createRedactor(), log: silentLogger, attempt: 1, request: 'r' };
  const transcript = writeTranscript({ ...ports, keep: () => Promise.reject(new Error('disk full')) });
  transcript.tell({ kind: 'note', text: 'x' });
  await transcript.close();
});

test('lines that are no rows are counted', () => {
  const row = { at: 'a', attempt: 1, request: 'r', kind: 'note', text: 'x' };
  const text = [row, { ...row, kind: 'other' }, { ...row, more: 1 }].map((one) => JSON.stringify(one)).join('\n');
  expect(readTranscript(`${text}\n{"half":\n\n`)).toEqual({ rows: [row], unreadable: 3 });
});

test('a text that comes in pieces is told whole: a secret in two of them is one', async () => {
  const clock = createManualClock();
  const told: string[] = [];
  const text = gatherText(clock, (one) => told.push(one));
  text.add('the pass');
  text.add('word is hun');
  text.add('ter2\nand');
  await clock.walk(5_000);
  expect(told).toEqual(['the password is hunter2']);
  text.add(' so on');
  text.end();
  expect(told).toEqual(['the password is hunter2', 'and so on']);
  text.add('-----BEGIN PRIVATE KEY-----\nabc\n');
  await clock.walk(60_000);
  expect(told).toHaveLength(2);
  text.add('-----END PRIVATE KEY-----\n');
  await clock.walk(5_000);
  expect(told[2]).toContain('-----END PRIVATE KEY-----');
  text.add('w'.repeat(300_000));
  text.end();
  expect(told[3]).toMatch(/^w+ … \(37856 more characters\)$/);
  expect(clock.pending()).toBe(0);
});
