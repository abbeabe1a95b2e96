import { expect, test } from 'vitest';
import { cleanEnds, nearEnds } from './near-ends.ts';
import { createRedactor } from './redact.ts';

const key = 'Zq7Rk2Vw9Xj4Ty6Ub8Nc3Md5Pf1Gh0SaLe';
const redactor = createRedactor([key]);

test('a text that somebody may read stays whole', () => {
  const text = 'word '.repeat(12_000);
  expect(nearEnds(text, redactor)).toBe(text);
});

test('of a megabyte both ends are left, and how many lines are missing is said', () => {
  const lines = Array.from({ length: 100_000 }, (_, n) => `line ${n}`);
  const kept = nearEnds(lines.join('\n'), redactor).split('\n');
  const at = kept.findIndex((line) => line.startsWith('…'));
  expect(kept[0]).toBe('line 0');
  expect(kept.at(-1)).toBe('line 99999');
  expect(kept[at]).toBe(`… ${100_000 - kept.length + 1} lines left out: the full text is in the run log …`);
  expect(kept.join('\n').length).toBeLessThan(32_000);
});

test.each([key, Array.from(key).join('\u0001'), Array.from(key).join('\u200b')])(
  'a secret that lies across a cut leaves nothing, as it is or with what nobody sees between: %#',
  (written) => {
    const pieces = Array.from({ length: key.length - 5 }, (_, at) => key.slice(at, at + 6));
    for (let shift = 0; shift <= written.length; shift += 3) {
      const head = 'a b '.repeat(5_000).slice(shift);
      const tail = 'c d '.repeat(2_250).slice(shift);
      const text = `${head}${written}${'. '.repeat(60_000)}${written}${tail}`;
      const left = cleanEnds(text, redactor);
      expect(pieces.filter((piece) => left.includes(piece))).toEqual([]);
      expect(left.length).toBeLessThan(32_000);
    }
  },
);

test('what nobody sees makes no half of a secret the end', () => {
  const text = `${'\u0001'.repeat(51_990)}${key}${'x '.repeat(40_000)}`;
  const left = cleanEnds(text, redactor);
  expect(left).not.toContain(key.slice(0, 6));
});
