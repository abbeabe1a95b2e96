import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from './redact.ts';
import { blockQuote, codeBlock, inlineCode, quoteLine, quotePersonaText } from './quote-persona-text.ts';

/** What GitHub would act on, wherever it stands. Code is not exempt: a block may end earlier than we think. */
const hazards: Readonly<Record<string, RegExp>> = {
  mention: /@[\w-]/,
  reference: /#\d|\bgh-\d/i,
  closing: /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+\S*(?:#|gh-|https?:|github\.com)/i,
  tag: /<[a-z/!?]/i,
  entity: /&#?\w+;/,
  image: /!\[/,
  link: /\]\(/,
  definition: /\]:/,
  address: /:\/\//,
  www: /\bwww\./i,
  command: /^(?:[ \t>*+|#-]|\d+[.)])*\/[a-z]/im,
  drawing: /^[ \t>*+-]*(?:`{3,}|~{3,})[ \t]*(?:mermaid|geojson|topojson|stl|math)\b/im,
  // oxlint-disable-next-line no-control-regex
  invisible: /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u2028\u2029]/,
};

function hazardsIn(text: string): string[] {
  return Object.entries(hazards)
    .filter(([, pattern]) => pattern.test(text))
    .map(([name]) => name);
}

/** As a reader sees it. */
function seen(text: string): string {
  return text.replaceAll('\u200b', '');
}

const quote = (text: string): string => quotePersonaText(text, { maxBytes: 10_000 });

describe('hostile words of a persona are shown harmless', () => {
  const cases: readonly (readonly [what: string, text: string, seen: string])[] = [
    ['everyone', 'Hello @everyone', 'Hello @everyone'],
    ['a team', 'cc @acme/owners', 'cc @acme/owners'],
    ['a mention in a code span that is none', '`@a` ``@b`', '`@a` ``@b`'],
    ['a mention by entity', '&#64;everyone and &commat;everyone', '&#64;everyone and &commat;everyone'],
    ['a mention behind a backslash', String.raw`\@everyone`, String.raw`\@everyone`],
    ['a mention with a zero-width space of its own', '@\u200beveryone', '@everyone'],
    ['closing', 'Closes #9', 'Closes #9'],
    ['closing with colon and case', 'FIXES: #9', 'FIXES: #9'],
    ['closing elsewhere', 'fixes owner/repo#9', 'fixes owner/repo#9'],
    ['closing over a line break', 'resolved\n#9', 'resolved\n#9'],
    ['closing by GH-', 'closes GH-9', 'closes GH-9'],
    ['closing by address', 'resolves https://github.com/o/r/issues/9', 'resolves github.com/o/r/issues/9'],
    ['closing by a link', 'closes [#9](https://github.com/o/r/issues/9)', 'closes #9 (github.com/o/r/issues/9)'],
    ['closing in bold', 'Fixes **#9**', 'Fixes **#9**'],
    ['a plain reference', 'see #9 and o/r#10', 'see #9 and o/r#10'],
    ['an image beacon', 'ok ![x](https://evil.example/p.png?run=1)', 'ok x'],
    ['an image without alt', '![](https://evil.example/p.png)', ''],
    ['an image by reference', '![x][r]\n\n[r]: https://evil.example/p.png', 'x'],
    ['an image by shortcut', '![r]\n\n[r]: https://evil.example/p.png', 'r'],
    ['an image in a link', '[![x](https://evil.example/a.png)](https://evil.example/b)', 'x (evil.example)'],
    ['an HTML image', '<img src="https://evil.example/p.png">ok', 'ok'],
    ['an HTML image over lines', '<img\n src=x\n onerror=alert(1)>ok', 'ok'],
    ['a picture element', '<picture><source srcset="//evil.example/p"><img src=x></picture>', ''],
    ['a nested tag', '<<img>img src=x>ok', 'ok'],
    ['a script', '<script>alert(1)</script>', 'alert(1)'],
    ['an unclosed details', '<details><summary>more</summary>\nhidden', 'more\nhidden'],
    ['an unclosed tag', 'a <img src=x', 'a <img src=x'],
    ['our own marker', '<!-- troupe:run=rabcdefghijklmnop -->hi', 'hi'],
    ['our own marker, unclosed', 'hi <!-- troupe:run=rabcdefghijklmnop', 'hi'],
    ['our own marker in a fence', '```\n<!-- troupe:run=r1 -->\n```', '```\n<!-- troupe:run=r1 -->\n```'],
    ['our own marker by entity', '&lt;!-- troupe:run=r1 --&gt;', '&lt;!-- troupe:run=r1 --&gt;'],
    ['a comment over lines', 'a<!--\nx\n-->b', 'ab'],
    ['a script link', '[x](javascript:alert(1))', 'x)'],
    ['a data link', '[x](data:text/html,hi)', 'x'],
    ['a link that leaves', '[docs](https://evil.example/a?b=c)', 'docs (evil.example)'],
    ['a link that claims to stay', '[github.com](https://github.com@evil.example/x)', 'github.com (evil.example)'],
    ['a bare address', 'see https://evil.example/a?secret=1.', 'see evil.example.'],
    ['an address with www', 'see www.evil.example/a', 'see www.evil.example/a'],
    ['an autolink', '<https://evil.example/a>', 'evil.example'],
    ['a mail autolink', '<me@evil.example>', '<me@evil.example>'],
    ['a link by reference', '[x][r]\n[r]: //evil.example', 'x'],
    ['a definition over lines', '[x]\n\n[x]:\n  https://evil.example/p', '[x]'],
    ['a footnote', 'a[^1]\n\n[^1]: ![](https://evil.example/p)', 'a[^1]'],
    ['a command', '/troupe approve', '/troupe approve'],
    ['a command in a quote and a list', '> - /lgtm', '> - /lgtm'],
    ['a command behind a lone carriage return', 'ok\r/troupe cancel', 'ok\n/troupe cancel'],
    ['a command behind a line separator', 'ok\u2028/troupe cancel', 'ok\n/troupe cancel'],
    ['a command in a fence', '```\n/merge\n```', '```\n/merge\n```'],
    ['an unclosed fence', '```js\ncode', '```js\ncode\n```'],
    ['a fence with a longer end', '````\n```\n@everyone', '````\n```\n@everyone\n````'],
    ['a fence that another mark does not close', '~~~\n```\n#9', '~~~\n```\n#9\n~~~'],
    ['a drawing', '```mermaid\ngraph LR\n```', '```text\ngraph LR\n```'],
    ['hidden direction marks', 'a\u202eb\u2066c', 'abc'],
    ['zero bytes and bells', 'a\u0000\u0007b', 'ab'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['types are kept', 'returns Promise<void> & Map<string, T>', 'returns Promise<void> & Map<string, T>'],
    ['tables and headings are kept', '## Done\n\n| a |\n| --- |', '## Done\n\n| a |\n| --- |'],
  ];

  test.each(cases)('%s', (_, text, shown) => {
    const quoted = quote(text);
    expect(hazardsIn(quoted)).toEqual([]);
    expect(seen(quoted)).toBe(shown);
    expect(quote(quoted)).toBe(quoted);
  });

  test.each(cases)('%s, in a table cell, a code block and inline code', (_, text) => {
    for (const shown of [quoteLine(text, 80), codeBlock(text, { maxBytes: 1_000 }), inlineCode(text)]) {
      expect(hazardsIn(shown)).toEqual([]);
    }
    expect(quoteLine(text, 80)).not.toMatch(/\n|(?<!\\)\|/);
  });
});

test('a secret is redacted before it can be torn apart, and when stripping puts it together', () => {
  const redactor = createRedactor(['s3cret@host#1']);
  expect(quotePersonaText('key s3cret@host#1', { maxBytes: 500, redactor })).toBe('key [redacted]');
  expect(quotePersonaText('key s3cret<b>@host#1', { maxBytes: 500, redactor })).toBe('key [redacted]');
});

test('a long text is cut within its bytes and its code block is closed', () => {
  const quoted = quotePersonaText(`\`\`\`\n${'line of code\n'.repeat(500)}`, { maxBytes: 900 });
  expect(Buffer.byteLength(quoted)).toBeLessThanOrEqual(900);
  expect(quoted.match(/^```/gm)?.length).toBe(4);
});

test('a command output cannot close its block', () => {
  const block = codeBlock('a\n````\n@everyone', { maxBytes: 500 });
  expect(seen(block)).toBe('`````text\na\n````\n@everyone\n`````');
});

test('a backslash cannot arm what it stood before', () => {
  expect(hazardsIn(quoteLine(String.raw`\<img src=x> !\[a](b)`, 80))).toEqual([]);
});

test('a name that git quotes stays what it is', () => {
  expect(quoteLine(String.raw`"d\351p/new.txt" and "o\p/b"`, 80)).toBe(String.raw`"d\351p/new.txt" and "o\p/b"`);
  expect(quoteLine('a\\', 80)).toBe('a');
});

test('a block quote holds an open list or fence', () => {
  expect(blockQuote('a\n\nb')).toBe('> a\n>\n> b');
});

test('an odd backtick in a cell does not reach our own words', () => {
  expect(quoteLine('`odd', 80)).toBe("'odd");
});

test('no order of hostile pieces arms anything, and no mark of one hides another', () => {
  const pieces = [
    '@everyone',
    'Closes ',
    '#9',
    'GH-',
    '9',
    '<',
    '>',
    '<b',
    '<img src=x>',
    '<!--',
    '-->',
    '&#64;',
    '&',
    ';',
    '!',
    '[',
    ']',
    '(',
    ')',
    ':',
    '//',
    'https://',
    'evil.example',
    'www.',
    '/',
    'troupe',
    '`',
    '```',
    '~~~',
    'mermaid',
    '\\',
    '\n',
    '\r',
    ' ',
    '> ',
    '- ',
    '1. ',
    '\u200b',
    '\u202e',
    '\u2028',
    'https://github.com/o/r/issues/',
    '|',
    '*',
    'fixes: o/r',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
      const text = parts.join('');
      for (const shown of [quote(text), quoteLine(text, 60), codeBlock(text, { maxBytes: 500 }), inlineCode(text)]) {
        expect(hazardsIn(shown)).toEqual([]);
      }
    }),
    { numRuns: 2_000 },
  );
});
