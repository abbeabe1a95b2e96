// Outputs of a megabyte that cost somebody something: runs of what Markdown, JSON, escapes and keys begin with, and a real log. Pure.

/** So much each has, in bytes at most. */
const bytes = 1024 * 1024;

const log = [
  '2026-11-30T17:43:34.120Z info  [worker-3] GET https://registry.example/pkg/-/pkg-1.4.2.tgz 200 in 84 ms (cache miss)',
  '\u001B[32m✓\u001B[39m src/cart/total.test.ts \u001B[2m(12 tests)\u001B[22m \u001B[33m318\u001B[2mms\u001B[22m\u001B[39m',
  '    at Object.<anonymous> (/home/runner/work/shop/src/cart/total.ts:41:17)\r',
  'commit 3f1c2b9a7d5e4f60718293a4b5c6d7e8f9012345 (HEAD -> troupe/7-sum, origin/troupe/7-sum)',
  '{"type":"item","id":"msg_01","usage":{"input_tokens":1200,"output_tokens":80},"text":"Reading src/cart/total.ts"}',
  'warning: [eslint] Unexpected `any`. See https://eslint.example/rules/no-explicit-any?from=log&sig=none#why @typescript-eslint',
  '- [x] **Closes #7**: the sum has the last item, see [total.ts](src/cart/total.ts#L41) ![diff](https://img.example/d.png)',
  '',
];

/** What each is filled with, by its name. */
const pieces: Readonly<Record<string, string>> = {
  'line ends': '\n',
  'Windows line ends': '\r\n',
  fences: '```\n',
  backticks: '`',
  images: '![',
  brackets: '[',
  'objects that never end': '{ "a":\n',
  tags: '<',
  'nested tags': '<<b>img ',
  comments: '<!--',
  'a letter': 'a',
  digits: '9, ',
  hex: '0x68:',
  'a JWT that never ends': 'eyJ',
  'keys of no vendor': 'sk-a ',
  'keys one in another': 'sk-',
  blanks: ' ',
  backslashes: '\\',
  escapes: '%25',
  entities: '&amp;',
  emoji: '👩🏽‍💻',
  mentions: '@a #1 ',
  'deep JSON': '{"a":[',
  'JSON lines': '{"type":"usage","usage":{"input_tokens":1}}\n',
  'a real log': log.join('\n'),
};

/** How a piece is laid out: alone, behind a log, in lines, around what is secret. */
const layouts: readonly ((piece: string) => string)[] = [
  (piece) => filled(piece),
  (piece) => `${filled(log.join('\n'), bytes >> 3)}${filled(piece, bytes - (bytes >> 3))}`,
  (piece) => filled(`${filled(piece, 120)}\n`),
  (piece) => `${filled(piece, bytes >> 1)} hunter2-of-the-bench ${filled(piece, (bytes >> 1) - 40)}`,
];

/** One output. */
export interface Hostile {
  readonly name: string;
  readonly text: string;
}

/** A hundred of them, each made when it is asked for. */
export function* hostileTexts(): Generator<Hostile> {
  for (const [name, piece] of Object.entries(pieces))
    for (const [number, layout] of layouts.entries())
      yield { name: `${name}, layout ${number + 1}`, text: layout(piece) };
}

function filled(piece: string, size = bytes): string {
  return piece.repeat(Math.max(1, Math.floor(size / Buffer.byteLength(piece))));
}
