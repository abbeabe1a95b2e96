import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, codeSpan, fit, forTerminal, nearest, oneLine, quotedName, slug } from './text.ts';

describe('fit', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);

  test('leaves a text that fits as it is', () => {
    expect(fit('short', 5)).toBe('short');
  });

  test('keeps the head and the tail and says how much is missing', () => {
    const cut = fit(lines.join('\n'), 160, 'see the log');
    expect(cut).toMatchInlineSnapshot(`
      "line 1
      line 2
      line 3
      line 4
      line 5
      line 6
      line 7
      line 8
      … 89 lines left out: see the log …
      line 98
      line 99
      line 100"
    `);
  });

  test('closes a code block that was open at the cut, and opens it again', () => {
    const cut = fit(['```', ...lines, '```', 'the end'].join('\n'), 200);
    expect(cut.match(/^```$/gm)?.length).toBe(4);
    expect(cut).toMatch(/```\n… \d+ lines left out: the full text is in the run log …\n```/);
    expect(cut.endsWith('```\nthe end')).toBe(true);
  });

  test('cuts a single long line, and never inside a character', () => {
    const cut = fit('ö'.repeat(1_000), 100);
    expect(byteLength(cut)).toBeLessThanOrEqual(100);
    expect(cut).not.toContain('\ufffd');
    expect(cut.startsWith('öö')).toBe(true);
  });

  test('never returns more bytes than allowed, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('```'), fc.constant('~~~')), { maxLength: 60 }),
        fc.nat(400),
        (parts, bytes) => {
          const cut = fit(parts.join('\n'), bytes);
          expect(byteLength(cut)).toBeLessThanOrEqual(bytes);
          expect(cut).not.toContain('\ufffd');
        },
      ),
    );
  });
});

test('oneLine joins lines and counts characters, not their halves', () => {
  expect(oneLine('  a\n\tb  ', 10)).toBe('a b');
  expect(oneLine('😀😀😀😀', 3)).toBe('😀😀…');
  expect(oneLine('abc', 3)).toBe('abc');
});

test.each([
  ['Add a dark mode!', 'add-a-dark-mode'],
  ['Größe & Café', 'gro-e-cafe'],
  ['--rm -rf / ..', 'rm-rf'],
  ['日本語', 'task'],
  ['a'.repeat(39) + ' b', 'a'.repeat(39)],
])('slug of %j', (text, expected) => {
  expect(slug(text)).toBe(expected);
});

test('nearest finds slips and nothing far away', () => {
  expect(nearest('featrue', ['feature', 'hotfix'])).toBe('feature');
  expect(nearest('HOTFIX', ['feature', 'hotfix'])).toBe('hotfix');
  expect(nearest('deploy', ['feature', 'hotfix'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});

test('a terminal obeys nothing of what it is shown', () => {
  const hostile = 'a\u001b]52;c;ZXZpbA==\u0007b\u001b[2J\u001b]0;title\u001b\\c\r\u009b31md\u202e\u0000';
  expect(forTerminal(hostile)).toBe('a]52;c;ZXZpbA==b[2J]0;title\\c31md');
  expect(forTerminal('\u001b[1;32mgood\u001b[0m\n\tline ä 🎭')).toBe('\u001b[1;32mgood\u001b[0m\n\tline ä 🎭');
});

test('a name is shown as it is: as code that it cannot close, in quotes only where Markdown reads nothing into it', () => {
  expect(codeSpan('main')).toBe('`main`');
  expect(codeSpan('a`b')).toBe('``a`b``');
  expect(codeSpan('`id`')).toBe('`` `id` ``');
  expect(codeSpan('a`')).toBe('`` a` ``');
  expect(quotedName('feature/äö_x')).toBe('"feature/äö_x"');
  expect(quotedName("fix/#7-(it's)|100%")).toBe('"fix/#7-(it\'s)|100%"');
  expect(quotedName('a<b>c')).toBe('`a<b>c`');
  expect(quotedName('_em_')).toBe('`_em_`');
});
