// Where an entry goes in a change log, whatever the file looks like.
import { expect, test } from 'vitest';
import { changelogEntry, withEntry } from './changelog-text.ts';

const entry = 'Fix it (#7)';

test.each<[string, string | undefined, string]>([
  ['no file', undefined, '# Changelog\n\n## Unreleased\n\n- Fix it (#7)\n'],
  ['an empty file', ' \n', '# Changelog\n\n## Unreleased\n\n- Fix it (#7)\n'],
  ['a title only', '# Changes\n', '# Changes\n\n## Unreleased\n\n- Fix it (#7)\n'],
  ['no line end at the end', '# Changes', '# Changes\n\n## Unreleased\n\n- Fix it (#7)\n'],
  [
    'a list under the heading',
    '# Changes\n\n## [Unreleased]\n\n* Older\n\n## 1.0.0\n\n* First\n',
    '# Changes\n\n## [Unreleased]\n\n* Fix it (#7)\n* Older\n\n## 1.0.0\n\n* First\n',
  ],
  [
    'sections under the heading',
    '## Unreleased\n\n### Added\n\n- Older\n',
    '## Unreleased\n\n- Fix it (#7)\n\n### Added\n\n- Older\n',
  ],
  ['nothing under the heading', '## Unreleased\n## 1.0.0\n', '## Unreleased\n\n- Fix it (#7)\n\n## 1.0.0\n'],
  ['the heading at the end', '# Changes\n\n## Unreleased', '# Changes\n\n## Unreleased\n\n- Fix it (#7)\n'],
  ['the heading and a blank line', '## Unreleased\n\n', '## Unreleased\n\n- Fix it (#7)\n'],
  [
    'releases only',
    '# Changes\n\n## 1.0.0\n\n- First\n',
    '# Changes\n\n## Unreleased\n\n- Fix it (#7)\n\n## 1.0.0\n\n- First\n',
  ],
  [
    'an underlined heading',
    'Unreleased\n----------\n\n- Older\n',
    'Unreleased\n----------\n\n- Fix it (#7)\n- Older\n',
  ],
  ['Windows line ends', '## Unreleased\r\n\r\n- Older\r\n', '## Unreleased\r\n\r\n- Fix it (#7)\r\n- Older\r\n'],
  [
    'an example in a fence and a comment',
    '# C\n\n```md\n## Unreleased\n```\n\n<!--\n## Unreleased\n-->\n\n## 1.0.0\n',
    '# C\n\n```md\n## Unreleased\n```\n\n<!--\n## Unreleased\n-->\n\n## Unreleased\n\n- Fix it (#7)\n\n## 1.0.0\n',
  ],
  [
    'a version in the heading',
    '## 0.1.0 (unreleased)\n\n- Older\n',
    '## 0.1.0 (unreleased)\n\n- Fix it (#7)\n- Older\n',
  ],
])('%s', (_name, before, after) => {
  expect(withEntry(before, entry)).toBe(after);
  expect(withEntry(after, entry)).toBe(after);
});

test('the same words in an older release are no entry of this one', () => {
  expect(withEntry('## Unreleased\n\n- Older\n\n## 1.0.0\n\n- Fix it (#7)\n', entry)).toContain(
    '- Fix it (#7)\n- Older',
  );
});

test.each([
  ['Fix `a_b` [x](y) <script>', 7, 'Fix \\`a\\_b\\` \\[x\\](y) \\<script\\> (#7)'],
  ['two\n- lines\r\n## Unreleased', undefined, 'two - lines ## Unreleased'],
  ['call {{ now }} and {% raw %}', 7, 'call { { now }} and { % raw %} (#7)'],
  ['ask @octocat', 7, 'ask @\u200Boctocat (#7)'],
])('a title is plain text: %s', (title, number, expected) => {
  expect(changelogEntry(title, number)).toBe(expected);
});
