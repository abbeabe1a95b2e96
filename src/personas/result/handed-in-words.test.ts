// What a person hands in with their words, told apart from the words.
import { expect, test } from 'vitest';
import { readHandedIn } from './handed-in-words.ts';

const patch = 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n \n';

test.each<[what: string, text: string, found: Partial<ReturnType<typeof readHandedIn>>]>([
  ['words alone', 'pass: reads well', { words: 'pass: reads well', branches: [] }],
  ['a branch on a line of its own', 'pass: fine\nbranch: fix', { words: 'pass: fine', branches: ['fix'] }],
  ['a branch behind the words', 'pass: fine. branch: fix/it', { words: 'pass: fine.', branches: ['fix/it'] }],
  ['a branch and nothing else', 'Branch: `fix`', { words: '', branches: ['fix'] }],
  ['words about a branch', 'fail: branch: coverage is low', { words: 'fail: branch: coverage is low', branches: [] }],
  ['a word that ends so', 'pass: subbranch: fix', { words: 'pass: subbranch: fix', branches: [] }],
  ['a branch without a name', 'pass\nbranch:', { words: 'pass\nbranch:', branches: [] }],
  ['a block that says so', `pass: fine\n\`\`\`diff\n${patch}\`\`\`\nthanks`, { words: 'pass: fine\nthanks', patch }],
  ['a block that is one', `pass\n\`\`\`\n${patch}\`\`\``, { words: 'pass', patch }],
  ['a block of tildes', `pass\n~~~patch\n${patch}~~~`, { words: 'pass', patch }],
  [
    'line ends of Windows',
    `pass\r\n\`\`\`diff\r\n${patch.replaceAll('\n', '\r\n')}\`\`\`\r\n`,
    { words: 'pass', patch },
  ],
  ['a block that is never closed', `pass\n\`\`\`diff\n${patch}`.trimEnd(), { words: 'pass' }],
  ['two blocks', `pass\n\`\`\`diff\n${patch}\`\`\`\n\`\`\`diff\n${patch}\`\`\``, { patch: `${patch}${patch}` }],
  [
    'another block',
    'pass: see\n```js\nbranch: none\n```',
    { words: 'pass: see\n```js\nbranch: none\n```', branches: [] },
  ],
  ['an attachment', '[a.patch](https://github.com/user-attachments/files/1/a.patch)', { hasAttachment: true }],
])('%s', (_what, text, found) => {
  expect(readHandedIn(text)).toMatchObject(found);
  if (found.patch === undefined && !text.includes('never')) return;
  expect(readHandedIn(text).patch?.startsWith('diff --git')).toBe(true);
});
