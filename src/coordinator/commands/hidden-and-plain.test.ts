// What a comment may look like: sixty and more ways to hide or quote a command, and the ways people write one.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processorMs } from '../../../test/support/patience.ts';
import { parseCommands } from './parse.ts';

const bot = 'troupe-bot[bot]';
const run = '/troupe run fix';

/** What a comment asks for, in one line per command. */
function read(body: string): string[] {
  return parseCommands(body, bot).map(({ verb, args, values }) =>
    [verb, ...args, ...values.map(([key, value]) => `${key}=${value}`)].join(' | '),
  );
}

const hidden: readonly (readonly [what: string, body: string])[] = [
  ['a fence of backticks', `\`\`\`\n${run}\n\`\`\``],
  ['a fence of tildes', `~~~\n${run}\n~~~`],
  ['a fence that is never closed', `\`\`\`\n\n${run}`],
  ['a longer fence around a shorter one', `\`\`\`\`\`\n\`\`\`\n${run}\n\`\`\`\n\`\`\`\`\``],
  ['tildes around backticks', `~~~~\n\`\`\`\n~~~\n${run}\n~~~~`],
  ['a fence in a list', `- do this:\n  \`\`\`\n  ${run}\n  \`\`\``],
  ['a fence at the start of a list entry', `- \`\`\`\n  ${run}\n  \`\`\``],
  ['a fence in a numbered list', `1. do this:\n\n   ~~~sh\n   ${run}\n   ~~~`],
  ['a fence in a quote', `> \`\`\`\n> ${run}\n> \`\`\``],
  ['a fence indented by three', `   \`\`\`\n   ${run}\n   \`\`\``],
  ['an end of a fence with words behind it', `\`\`\`\nx\n\`\`\` no end\n${run}\n\`\`\``],
  ['a suggestion', `\`\`\`suggestion\n${run}\n\`\`\``],
  ['a formula in a fence', `\`\`\`math\n${run}\n\`\`\``],
  ['indented code', `Do:\n\n    ${run}`],
  ['code indented by a tab', `Do:\n\n\t${run}`],
  ['code indented inside a list', `- Do:\n\n      ${run}`],
  ['a code span', `\`${run}\``],
  ['a code span over lines', `See \`the words\n${run}\nof before\``],
  ['a code span of two marks over lines', `See \`\`the \` words\n${run}\nof before\`\``],
  ['a code span of three marks', `see \`\`\` it\n${run}\nor \`\`\` here`],
  ['a quote', `> ${run}`],
  ['a quote without a space', `>${run}`],
  ['a lazy quote', `> he said\n${run}`],
  ['a lazy quote in a quote', `> > he said\n> ${run}\n${run}`],
  ['a lazy quote in a list', `- > he said\n${run}`],
  ['a list in a lazy quote', `> - he said\n${run}`],
  ['a lazy quote over an odd space', `> he said\n\u00A0\n${run}`],
  ['an alert', `> [!NOTE]\n> Write\n> ${run}`],
  ['a mail that is answered', `Sure!\n\nOn Mon, Jan 5, 2026, Ann wrote:\n> ${run}`],
  ['a mail below a line of Outlook', `Sure!\n\n-----Original Message-----\nFrom: Ann\n\n${run}`],
  ['a forwarded mail', `fyi\n\n---------- Forwarded message ---------\nFrom: Ann\n\n${run}`],
  ['the head of a mail', `Sure!\n\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n\n${run}`],
  ['an HTML comment', `<!--\n${run}\n-->`],
  ['an HTML comment over paragraphs', `<!--\n\n${run}\n\n-->`],
  ['an HTML comment that is never closed', `<!-- note\n\n${run}`],
  ['an HTML comment inside a line', `Hello <!-- you\n${run}\n--> there`],
  ['an HTML comment that a paragraph cuts', `Hello <!-- you\n\n${run}\n\n--> there`],
  ['behind an HTML comment', `<!-- a\n--> ${run}`],
  ['an HTML comment opened in a quote', `> <!-- a\n\n${run}`],
  ['a block of HTML', `<div>\n${run}\n</div>`],
  ['a block of HTML that is never closed', `<section>\n${run}`],
  ['an attribute', `<a title="\n${run}\n">x</a>`],
  ['an attribute of a block', `<div title="\n${run}\n">x</div>`],
  ['an attribute over paragraphs', `<div title="\n\n${run}\n\n">x</div>`],
  ['an attribute inside a line', `See <img alt='\n${run}\n' src=x> here`],
  ['<template>', `<template>\n\n${run}\n\n</template>`],
  ['<details>', `<details><summary>Log</summary>\n\n${run}\n\n</details>`],
  ['<details> that is never closed', `<details>\n\n${run}`],
  ['<details> whose end is a comment', `<details>\n\n<!-- </details> -->\n\n${run}`],
  ['<details> whose end is in an attribute', `<details>\n\n<a title = "</details>">x</a>\n\n${run}`],
  ['<details> whose end is in code', `<details>\n\n\`</details>\`\n\n${run}`],
  ['<details> whose end is in a text field', `<details>\n\n<textarea></details></textarea>\n\n${run}`],
  ['<summary>', `<details>\n<summary>\n\n${run}\n\n</summary></details>`],
  ['<pre>', `<pre>\n\n${run}\n\n</pre>`],
  ['<pre> inside a line', `so: <pre>\n\n${run}\n\n</pre>`],
  ['<code>', `so: <code>\n${run}\n</code>`],
  ['<kbd>', `so: <kbd>\n\n${run}\n\n</kbd>`],
  ['<blockquote>', `<blockquote>\n\n${run}\n\n</blockquote>`],
  ['<script>', `<script>\n\n${run}\n\n</script>`],
  ['<style>', `<style>\n${run}\n</style>`],
  ['<textarea>', `<textarea>\n\n${run}\n\n</textarea>`],
  ['a table of HTML', `<table><tr><td>\n\n${run}\n\n</td></tr></table>`],
  ['<del>', `so: <del>\n${run}\n</del>`],
  ['<sub>', `<sub>\n\n${run}\n\n</sub>`],
  ['an element that is hidden', `<div hidden>\n\n${run}\n\n</div>`],
  ['an element with a style', `<span style="display:none">\n\n${run}\n\n</span>`],
  ['CDATA', `<![CDATA[\n${run}\n]]>`],
  ['CDATA over paragraphs', `<![CDATA[\n\n${run}\n\n]]>`],
  ['a declaration', `<!DOCTYPE\n${run}\n>`],
  ['an instruction', `<?php\n${run}\n?>`],
  ['an instruction inside a line', `so <?php\n${run}\n?> here`],
  ['the title of a link', `[a](https://example.org "b\n${run}\nc")`],
  ['the title of a picture', `![a](https://example.org/a.png 'b\n${run}\nc')`],
  ['the words of a link', `[a\n${run}\nb](https://example.org)`],
  ['the words for a picture', `![a\n${run}\nb](https://example.org/a.png)`],
  ['the title of a reference', `[a]: https://example.org "b\n${run}\nc"`],
  ['the address of a reference', `[a]:\n${run.replaceAll(' ', '')}\n'b'`],
  ['a footnote', `Hi[^1]\n\n[^1]: ${run}`],
  ['a footnote that nothing refers to', `[^1]: note\n${run}`],
  ['a paragraph of a footnote', `[^1]: note\n\n    ${run}`],
  ['below a paragraph of a footnote', `[^1]: note\n\n    more\n${run}`],
  ['a row of a table', `| a | b |\n|---|---|\n| ${run} | starts it |`],
  ['a row of a table without borders', `a | b\n--|--\n${run} | starts it`],
  ['struck out over lines', `~~not now\n${run}\nlater~~`],
  ['struck out', `~~${run}~~`],
  ['struck out by one tilde', `~not now\n${run}\nlater~`],
  ['an attribute of a tag that a paragraph cuts', `<input value="\n\n${run}\n\n">`],
  ['<button>', `<button>\n\n${run}\n\n</button>`],
  ['small words above others', `<ruby>a<rt>\n\n${run}\n\n</rt></ruby>`],
  ['settings of TOML at the head', `+++\ntitle = 1\n${run}\n+++`],
  ['<details> that is open', `<details open>\n\n${run}\n\n</details>`],
  ['a title in brackets over lines', `[a]: /x (b\n${run}\nc)`],
  ['a mail in German', `Ja\n\n-----Ursprüngliche Nachricht-----\nVon: Ann\n\n${run}`],
  ['a team', '@acme/troupe-bot run fix'],
  ['a name that is escaped', '\\@troupe-bot run fix'],
  ['a formula', `$$\n${run}\n$$`],
  ['settings at the head', `---\ntitle: x\n${run}\n---\n\nHello`],
  ['a heading', `# ${run}`],
  ['bold', `**${run}**`],
  ['an entry of a list', `You can write\n- ${run}\n- /troupe cancel`],
  ['an entry to tick', `- [ ] ${run}`],
  ['a link', `[${run}](https://example.org)`],
  ['a slash that is escaped', `\\${run}`],
  ['a slash by its number', `&#47;troupe run fix`],
  ['a slash by its name', `&sol;troupe run fix`],
  ['a wide slash', '／troupe run fix'],
  ['another slash', '⁄troupe run fix'],
  ['letters that look alike', '/trоupe run fix'],
  ['letters turned around', '\u202Exif nur epuort/\u202C'],
  ['a command among letters turned around', `\u202E${run}`],
  ['a fence behind an unseen character', `\u200B~~~\n${run}\n\u200B~~~`],
  ['a quote behind an unseen character', `\u200B> he said\n${run}`],
  ['code behind odd spaces', `x\n\n\u00A0\u00A0\u00A0\u00A0${run}`],
  ['letters that nobody sees', [...run].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('')],
  ['a line that Markdown does not end', `He said\u2028${run}`],
  ['out of a quote behind a line separator', `> he said\u2028\u2028${run}`],
  ['a path', '/troupe/run fix'],
  ['a longer word', '/troupes run fix'],
  ['a word of its own', 'troupe run fix'],
  ['inside a line', `Please write ${run}`],
  ['an emoji', ':/troupe: run fix'],
];

const plain: readonly (readonly [what: string, body: string, commands: readonly string[]])[] = [
  ['alone', run, ['run | fix']],
  ['in capitals', '/TROUPE RUN fix', ['run | fix']],
  ['below a line of text', `Hello\n${run}`, ['run | fix']],
  ['between paragraphs', `Hello\n\n${run}\n\nThanks`, ['run | fix']],
  ['with Windows line ends', `Hello\r\n${run}\r\n/troupe status\r\n`, ['run | fix', 'status']],
  ['with old line ends', `Hello\r${run}\r/troupe status\r`, ['run | fix', 'status']],
  ['several', '/troupe run a\n/troupe run b\n\n/troupe cancel', ['run | a', 'run | b', 'cancel']],
  ['below a list', `- one\n- two\n${run}`, ['run | fix']],
  ['in a paragraph of a list entry', `1. First:\n\n   ${run}\n2. Then wait`, ['run | fix']],
  ['below a quote', `> he said\n\n${run}`, ['run | fix']],
  ['below a fence', `\`\`\`\nlog\n\`\`\`\n${run}`, ['run | fix']],
  ['below a fence with a fence’s look inside', `\`\`\`\`\n\`\`\`\n\`\`\`\`\n${run}`, ['run | fix']],
  ['below a heading', `## Next\n${run}`, ['run | fix']],
  ['above a rule', `${run}\n---\nSent from my phone`, ['run | fix']],
  ['between rules', `---\n\n${run}\n\n---`, ['run | fix']],
  ['below a table', `| a | b |\n|---|---|\n| 1 | 2 |\n${run}`, ['run | fix']],
  ['below a footnote', `Hi[^1]\n\n[^1]: note\n\n${run}`, ['run | fix']],
  ['below an HTML comment', `<!-- Describe it -->\n${run}`, ['run | fix']],
  ['below a comment over lines', `<!--\nDescribe it\n-->\n\n${run}`, ['run | fix']],
  ['below a folded part', `<details>\n\nlog\n\n</details>\n\n${run}`, ['run | fix']],
  ['below a picture of HTML', `<img width="10" alt="x" src="https://example.org/a.png" />\n\n${run}`, ['run | fix']],
  ['below a table of HTML with open cells', `<table><tr><td>1<td>2</table>\n\n${run}`, ['run | fix']],
  ['below a quote that opens a folded part', `> <details>\n> <summary>Log</summary>\n\n${run}`, ['run | fix']],
  ['below code that shows a comment', `Begin with \`<!--\`.\n\n${run}`, ['run | fix']],
  ['below code that shows a tag', `Use \`<details>\` and \`<pre>\` here\n${run}`, ['run | fix']],
  ['below code that shows a fence', `Write \`\` \`\`\` \`\` around it\n${run}`, ['run | fix']],
  ['below a type', `It returns Promise<string> and List<T>\n${run}`, ['run | fix']],
  ['below a comparison', `a < b and c > d & e\n${run}`, ['run | fix']],
  ['below one code mark', `That \` was a slip\n\n${run}`, ['run | fix']],
  ['between numbers that are about right', `~5 files\n${run}\nand ~6 more`, ['run | fix']],
  ['below arrows and hearts', `a --> b <-- c, I <3 it\n${run}`, ['run | fix']],
  ['below an address', `<ann@x.example> https://x.example/a_b_c\n${run}`, ['run | fix']],
  ['below a definition', `[a]: /x\n${run}`, ['run | fix']],
  ['above a signature', `${run}\n\n-- \nAnn`, ['run | fix']],
  ['above a mail that is answered', `${run}\n\nOn Mon, Ann wrote:\n> x`, ['run | fix']],
  ['with a mathematical space', '/troupe\u205Frun\u1680fix', ['run | fix']],
  ['below one pair of tildes', `About ~~ 5\n${run}`, ['run | fix']],
  ['below a centred picture', `<p align="center"><img src=x></p>\n\n${run}`, ['run | fix']],
  ['below a paragraph of HTML that is open', `<p>Hello\n\n${run}`, ['run | fix']],
  ['below a certificate', `\`\`\`\n-----BEGIN CERTIFICATE-----\n\`\`\`\n${run}`, ['run | fix']],
  ['in Chinese', `请帮我运行\n${run}`, ['run | fix']],
  ['in Arabic', `من فضلك\n${run}`, ['run | fix']],
  ['with an emoji above', `👍🏽\n${run}`, ['run | fix']],
  ['with two spaces for a break', `${run}  \nThanks`, ['run | fix']],
  ['with a backslash for a break', `Hello\\\n${run}`, ['run | fix']],
  ['with three spaces before', `   ${run}`, ['run | fix']],
  ['with no-break spaces', '/troupe\u00A0run\u00A0fix', ['run | fix']],
  ['with a space by its name', '/troupe&nbsp;run fix', ['run | fix']],
  ['with a space before, of another kind', `\u00A0${run}`, ['run | fix']],
  ['with wide spaces', '/troupe\u3000run\u3000fix', ['run | fix']],
  ['with thin spaces', '/troupe\u2009run\u202Ffix', ['run | fix']],
  ['with a tab', '/troupe\trun\tfix', ['run | fix']],
  ['behind a byte order mark', `\uFEFF${run}`, ['run | fix']],
  ['behind a mark of direction', `\u200E\u2066${run}\u2069`, ['run | fix']],
  ['with unseen characters inside', '/tro\u200Bupe\u200D ru\u00ADn fi\u2060x\uFE0F', ['run | fix']],
  ['with letters that nobody sees behind', `${run}\u{E0065}\u{E006E}\u{E0076}`, ['run | fix']],
  ['above a line separator', `${run}\u2028Thanks`, ['run | fix']],
  ['with the step in code marks', '/troupe approve `step-id`', ['approve | step-id']],
  ['with all words in code marks', '/troupe `run` `fix`', ['run | fix']],
  ['with a value in code marks', '/troupe run fix where=`a b`', ['run | fix | where=a b']],
  ['with quotes of a phone', '/troupe run fix why=“it is time”', ['run | fix | why=it is time']],
  ['with German quotes', '/troupe run fix why=„es ist Zeit“', ['run | fix | why=es ist Zeit']],
  ['with French quotes', '/troupe run fix why=«il est temps»', ['run | fix | why=il est temps']],
  ['with an apostrophe of a phone', '/troupe reject merge don’t', ['reject | merge | don’t']],
  ['with stars', '/troupe run fix from=src/*.ts to=lib/*.ts', ['run | fix | from=src/*.ts | to=lib/*.ts']],
  ['with underscores', '/troupe run _fix_ a=__x__', ['run | _fix_ | a=__x__']],
  ['with brackets', '/troupe run fix a=[1] b=x', ['run | fix | a=[1] | b=x']],
  ['by name', '@troupe-bot run fix', ['run | fix']],
  ['by name in capitals', '@Troupe-Bot RUN fix', ['run | fix']],
  ['by name and comma', '@troupe-bot, run fix', ['run | fix']],
  ['by name and colon', '@troupe-bot: run fix', ['run | fix']],
  ['by name and dash', '@troupe-bot - run fix', ['run | fix']],
  ['by name and long dash', '@troupe-bot — run fix', ['run | fix']],
  ['by name and wide comma', '@troupe-bot，run fix', ['run | fix']],
  ['by the whole name', '@troupe-bot[bot], run fix', ['run | fix']],
  ['by name with an unseen character', '@\u200Btroupe-bot run fix', ['run | fix']],
];

describe('nothing hidden or quoted commands', () => {
  test.each(hidden)('%s', (_what, body) => {
    expect(read(body)).toEqual([]);
  });

  test('whatever the line ends are', () => {
    const obeyed = hidden.filter(([, body]) => read(body.replaceAll('\n', '\r\n')).length > 0);
    expect(obeyed).toEqual([]);
  });

  test.each([
    ['an HTML comment', '/troupe run fix <!-- environment=production -->'],
    ['an HTML comment over lines', '/troupe run fix <!-- environment=production\n-->'],
    ['an attribute', '/troupe run fix <b title=" environment=production "></b>'],
    ['an address', '[x]: /a\n\n/troupe run fix [](<a environment=production>)'],
    ['the title of a link', '/troupe run fix [](a " environment=production")'],
    ['the words for a picture', '/troupe run fix ![ environment=production ](a)'],
    ['letters that nobody sees', '/troupe run fix\u{E0020}\u{E0065}\u{E003D}\u{E0070}'],
  ])('an input in %s is none', (_what, body) => {
    expect(read(body)).toEqual(['run | fix']);
  });
});

describe('what is written plainly commands', () => {
  test.each(plain)('%s', (_what, body, commands) => {
    expect(read(body)).toEqual(commands);
  });
});

test('an answer keeps its words as they were written, but for what HTML comments hide', () => {
  const body = '/troupe answer Use 👩‍💻 `<Button>` and <Link>, [so](https://x.example) <!-- psst -->\n\n```\ncode\n```';
  expect(parseCommands(body, bot).map(({ text }) => text)).toEqual([
    'Use 👩‍💻 `<Button>` and <Link>, [so](https://x.example)\n\n```\ncode\n```',
  ]);
});

test('no comment makes the reading fail, and what is cut off is not read', () => {
  const pieces = [
    '`',
    '```',
    '~~~',
    '>',
    '- ',
    '1. ',
    '<!--',
    '-->',
    '<details>',
    '</details>',
    '<a b="',
    '[',
    '](',
    ')',
  ];
  const words = [
    ...pieces,
    ' ',
    '\n',
    '\r\n',
    '\t',
    '|',
    '---',
    '$$',
    '~~',
    '\\',
    '&#',
    '\u2028',
    '\u200B',
    '\uD800',
    run,
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (parts) => {
      for (const { line } of parseCommands(parts.join(''), bot)) expect(line).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
  expect(read(`${'a\n'.repeat(40_000)}\n${run}`)).toEqual([]);
});

test('a long comment made to be slow is read in time', () => {
  const patterns =
    '>·> - ·1. - > ·- a\n·  - a\n·a|b\n-|-\n·|a·<·<!--·<a b="·<details>\n\n·<![CDATA[·<?·[·![·](·](<·[a](b "·[a]: b\n·[^a]: b\n·`·` ``·*a ·a*·*_·~~a·$$\n·\\·&#·a\n-\n·#\n·\u200B·\u202E·`<!-- -->` <!-- -->·@troupe-bot ·/troupe run `·<script></script>';
  for (const pattern of patterns.split('·')) {
    const before = process.cpuUsage();
    parseCommands(`${run} ${pattern.repeat(20_000 / pattern.length)}\n\n${run}`, bot);
    expect([pattern, processorMs(before) < 2_000]).toEqual([pattern, true]);
  }
});
