// Markdown as GitHub shows it, rule by rule: what is drawn in a browser, and what a terminal prints.
import { expect, test } from 'vitest';
import { renderMarkdown, terminalMarkdown } from './index.ts';
import type { Links } from './index.ts';

const links: Links = {
  issue: (owner, name, number) => (number === 2 ? `/${owner ?? 'o'}/${name ?? 'r'}/issues/2` : undefined),
  user: (login) => (login === 'ada' ? '/ada' : undefined),
  commit: (id) => (id === '1234567890ab' ? '/o/r/commit/1234567890ab' : undefined),
};

function drawn(text: string): string {
  return renderMarkdown(text, { links }).markup.replaceAll(' rel="nofollow noopener noreferrer"', '').trim();
}

test('numbers, names and commits become links where there is something, never in code', () => {
  expect(drawn('#2 #3 a/b#2 @ada @bob 1234567890ab `#2 @ada` a#2')).toBe(
    '<p><a href="/o/r/issues/2">#2</a> #3 <a href="/a/b/issues/2">a/b#2</a> <a href="/ada" class="user-mention">@ada</a> @bob ' +
      '<a href="/o/r/commit/1234567890ab"><code>1234567</code></a> <code>#2 @ada</code> a#2</p>',
  );
  expect(drawn('http://h/o/r/pull/7')).toBe('<p><a href="http://h/o/r/pull/7">#7</a></p>');
});

test('tasks are ticked, notes coloured, lines broken as they were typed', () => {
  expect(drawn('- [x] done\n- [ ] open')).toMatch(/checked=""> done<[^]*aria-label="Incomplete task"> open</);
  expect(drawn('> [!WARNING]\n> hot')).toMatch(
    /markdown-alert-warning"><p class="markdown-alert-title"><svg[^]*Warning<\/p>[^]*hot/,
  );
  expect(drawn('one\ntwo')).toBe('<p>one<br>\ntwo</p>');
  expect(renderMarkdown('one\ntwo', { links, isFile: true }).markup.trim()).toBe('<p>one\ntwo</p>');
});

test('what people write as HTML stays where GitHub lets it, comments are not shown', () => {
  expect(drawn('<details open><summary>More</summary>\n\n**in**\n\n</details>\n<!-- troupe:1 -->')).toBe(
    '<details open=""><summary>More</summary>\n<p><strong>in</strong></p>\n</details>',
  );
  expect(drawn('<p class="x" id="y" style="z" align="center">a<script>b</script></p>')).toBe(
    '<p align="center">a&lt;script&gt;b&lt;/script&gt;</p>',
  );
  expect(drawn('a ![words](https://elsewhere.example/p.png)')).toBe(
    '<p>a <a href="https://elsewhere.example/p.png">words</a></p>',
  );
});

test('columns keep their side', () => {
  expect(drawn('| a | b |\n|:--|--:|\n| 1 | 2 |')).toContain('<td align="left">1</td>\n<td align="right">2</td>');
});

test('a workflow is a picture, what is no flowchart stays code', () => {
  expect(drawn('```mermaid\nflowchart LR\n  a["One"] --> b["Two"]\n```')).toMatch(
    /^<div class="graph"><svg[^]*aria-label="Flowchart: One, Two"/,
  );
  expect(drawn('```mermaid\nsequenceDiagram\n  A->>B: hi\n```')).toBe(
    '<pre tabindex="0"><code>sequenceDiagram\n  A-&gt;&gt;B: hi\n</code></pre>',
  );
});

test('links of a README start from its folder', () => {
  expect(renderMarkdown('[a](docs/a.md) [b](#b)', { links, isFile: true, base: '/o/r/blob/main' }).markup).toMatch(
    /href="\/o\/r\/blob\/main\/docs\/a\.md"[^]*href="#user-content-b"/,
  );
});

test('a terminal reads the same without marks, tags and sources of pictures', () => {
  const text = [
    '### ✅ Done: [#2](http://h/2)',
    '',
    '|  | Step | Cost |',
    '| --- | --- | --- |',
    '| ✅ | **Plan** | $0.02 |',
    '| ✅ | Implement it | |',
    '',
    '- [x] `a`',
    '- b',
    '',
    '> said',
    '',
    '```mermaid\nflowchart LR\n  a --> b\n```',
    '<details><summary>More</summary>\n\nhidden\n\n</details>',
    '',
    '<details><summary>Even more</summary>\n\nhidden\n\n</details>',
  ].join('\n');
  expect(`\n${terminalMarkdown(text).join('\n')}\n`).toBe(`
✅ Done: #2 (http://h/2)

    Step          Cost
✅  Plan          $0.02
✅  Implement it

• ☑ a
• b

│ said

▸ More
▸ Even more
`);
});
