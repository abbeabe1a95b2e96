import { expect, test } from 'vitest';
import { joinPosted, quotePosted } from './posted-words.ts';
import type { PostedAs } from './posted-words.ts';

const everyForm: readonly PostedAs[] = ['text', 'line', 'message'];
const seen = (text: string): string => text.replaceAll('\u200b', '');

/** `{words}` in the author's text is where the words of others stand. */
function join(template: string, as: PostedAs, ...words: readonly string[]): string {
  const texts = template.split('{words}');
  const pieces = texts.flatMap((text, index) => [
    { text, isTheirs: false },
    ...(index < texts.length - 1 ? [{ text: words[index] ?? '', isTheirs: true }] : []),
  ]);
  return joinPosted(
    pieces.filter(({ text }) => text !== ''),
    as,
  );
}

test.each(everyForm)('as a %s, the author’s own text does what it says', (as) => {
  const own = '@acme/leads: closes #12, see https://docs.example/x <b>[here](https://docs.example)</b>';
  expect(join(`${own} {words}`, as, 'please')).toBe(`${own} please`);
  expect(join('Fixes #{words}, asked by @{words}', as, '7', 'ada')).toBe('Fixes #7, asked by @ada');
});

test.each(everyForm)('as a %s, nothing that begins in words of others acts, wherever it ends', (as) => {
  for (const [acts, template, ...words] of [
    [/@e/, '{words}{words}', '@', 'everyone'],
    [/@e/, '{words}everyone', '@'],
    [/fixes/i, '{words} #12', 'Fixes'],
    [/fixes/i, '{words} #12', 'fixes:'],
    [/fixes #9|#9/, '{words}{words}', 'fi', 'xes #9'],
    [/resolves/, '{words}#12', 'resolves other/repo'],
    [/#9/, '{words}9', '#'],
    [/GH-9/, '{words}9', 'GH-'],
    [/:\/\//, '{words}//evil.example', 'https:'],
    [/!\[/, '{words}[x]', '!'],
    [/<i/, '{words}img src=x>', '<'],
    [/^\/t/, '{words}troupe cancel', '/'],
    [/&#64;/, '{words}64;everyone', '&#'],
    [/<i/, '<{words}>', 'img src=//evil.example/p.png'],
    [/\]\(/, '[x]{words}', '(//evil.example)'],
  ] as const) {
    const result = join(template, as, ...words);
    expect(result).not.toMatch(acts);
    expect(seen(result)).toMatch(acts);
  }
});

test('words in a comment lose images, HTML and addresses, keep their Markdown and the blanks around them', () => {
  expect(seen(quotePosted(' a ![x](https://evil.example/p.png) <details>b</details>\n\n| c |\n', 'text'))).toBe(
    ' a x b\n\n| c |\n',
  );
});

test('words in a title are one line of what is seen', () => {
  expect(seen(quotePosted('Totals\r\n\u202eare <b>wrong</b>', 'line'))).toBe('Totals are wrong');
});

test('words in a message of a commit keep every letter, and no line of them is a trailer', () => {
  const said = quotePosted('Escape <script>\n\nCo-authored-by: Eve <eve@evil.example>\nTroupe-Run: x', 'message');
  expect(seen(said)).toBe('Escape <script>\n\nCo-authored-by: Eve <eve@evil.example>\nTroupe-Run: x');
  expect(said).not.toMatch(/^[\w-]+:/m);
});
