import { describe, expect, test } from 'vitest';
import { ask, file, lines } from './testing.ts';

describe('keys', () => {
  test('an unknown key gets the nearest known one', () => {
    expect(lines(file(ask('a', 'time_out: 3')) + 'triger: {}\n')).toMatchInlineSnapshot(`
      [
        "2:59 «time_out: 3 » schema/unknown-key: \`time_out\` is not a key of a \`persona-request\` step → Did you mean \`timeout\`?",
        "3:1 «triger: {}» schema/unknown-key: \`triger\` is not a key → Did you mean \`trigger\`?",
      ]
    `);
  });

  test('a key of another step type says whose it is', () => {
    expect(lines(file(ask('a', 'operation: push')))).toMatchInlineSnapshot(`
      [
        "2:59 «operation: p» schema/unknown-key: \`operation\` is not a key of a \`persona-request\` step → It is a key of \`git-operation\` steps.",
      ]
    `);
  });

  test.each([
    ['needs: [a]', '`needs` is a word of GitHub Actions; here it is `dependencies` → Write `dependencies:`.'],
    ['if: always()', '`if` is a word of GitHub Actions; here it is `condition` → Write `condition:`.'],
    [
      'uses: x',
      '`uses` is a word of GitHub Actions; here it is `persona` → `persona` is there already: take `uses` away.',
    ],
    ['with: {}', '`with` is a word of GitHub Actions; here it is `params` → Write `params:`.'],
    ['depends: a', '`depends` is a word of Argo Workflows; here it is `dependencies` → Write `dependencies:`.'],
    ['when: x', '`when` is a word of Argo Workflows; here it is `condition` → Write `condition:`.'],
  ])('a word of another system: %s', (key, message) => {
    expect(lines(file(ask('a', key))).join()).toContain(`schema/foreign-word: ${message}`);
  });

  test('a file for GitHub Actions', () => {
    expect(lines('on: push\njobs:\n  build: { runs-on: ubuntu-latest }\n')).toMatchInlineSnapshot(`
      [
        "1:1 «on: push» schema/missing-key: The file has no \`steps\` → List what is to be done under \`steps:\`.",
        "1:1 «on: push» schema/foreign-word: \`on\` is a word of GitHub Actions; here it is \`trigger\` → Write \`trigger:\`.",
        "2:1 «jobs:» schema/foreign-word: \`jobs\` is a word of GitHub Actions; here it is \`steps\` → Write \`steps:\`.",
      ]
    `);
  });

  test('wrong types say what is wanted', () => {
    const text = `version: 1.0\ntrigger: { labels: bug }\nbranch: true\n${file(ask('a', 'timeout: soon'), ask('b', 'retries: -1'))}`;
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "1:10 «1.0» schema/wrong-type: \`version\` must be text, and it is 1.0 → Put quotes around it: "1.0".",
        "2:20 «bug }» schema/wrong-type: \`labels\` must be a list of texts, and it is "bug" → Write [bug].",
        "3:9 «true» schema/unknown-value: \`branch\` cannot be true → It is an object with name and base, or false.",
        "5:68 «soon }» schema/bad-value: \`timeout\` is not a duration: 90 (seconds), "90s", "30m" or "1h": "soon"",
        "6:68 «-1 }» schema/bad-value: \`retries\` is not a whole number from 0 to 20: -1",
      ]
    `);
  });

  test('durations that leave no time, or more than a year', () => {
    const steps = [
      ask('a', 'timeout: 0'),
      ask('b', 'timeout: 400d, approval: { timeout: 0s }'),
      ask('c', 'timeout: 99999999999999999999d, retry: { initial: 0, max: 9000h }'),
      '  - { id: d, type: delay, duration: 1e12 }',
      '  - { id: e, type: delay, duration: 0 }',
      '  - { id: f, type: approval, timeout: 0 }',
    ];
    const text = `defaults: { timeout: 1e300 }\n${file(...steps)}`;
    expect(lines(text).map((line) => line.replace(/ → .*/, ''))).toMatchInlineSnapshot(`
      [
        "1:22 «1e300 }» schema/bad-value: \`timeout\` is 1e300, which is longer than a year",
        "3:68 «0 }» schema/bad-value: \`timeout\` is 0, which leaves no time at all",
        "4:68 «400d, approv» schema/bad-value: \`timeout\` is "400d", which is longer than a year",
        "4:95 «0s } }» schema/bad-value: \`timeout\` is "0s", which leaves no time at all",
        "5:68 «999999999999» schema/bad-value: \`timeout\` is "99999999999999999999d", which is longer than a year",
        "5:117 «9000h } }» schema/bad-value: \`max\` is "9000h", which is longer than a year",
        "6:37 «1e12 }» schema/bad-value: \`duration\` is 1e12, which is longer than a year",
        "8:39 «0 }» schema/bad-value: \`timeout\` is 0, which leaves no time at all",
      ]
    `);
  });

  test('missing keys and unknown types', () => {
    expect(lines(file('  - { id: a, type: persona-request }', '  - { id: b }', '  - { id: c, type: persona }')))
      .toMatchInlineSnapshot(`
        [
          "2:5 «{ id: a, typ» schema/missing-key: \`steps[0]\` has no \`persona\` → Name who is asked: \`persona: lead-engineer\`.",
          "3:5 «{ id: b }» schema/missing-key: \`steps[1]\` has no \`type\` → Say what the step is: persona-request, git-operation, conditional, foreach, parallel, github, approval, question, delay, run, gate.",
          "4:5 «{ id: c, typ» schema/missing-key: \`steps[2]\` has no \`persona\` → Name who is asked: \`persona: lead-engineer\`.",
          "4:20 «persona }» schema/unknown-step-type: \`type\` cannot be "persona" → Did you mean \`persona-request\`?",
        ]
      `);
  });

  test('keys without an effect', () => {
    const steps = [
      '  - { id: a, type: git-operation, operation: push, message: hi }',
      '  - { id: b, type: github, action: comment, params: { text: hi } }',
      ask('c', 'commit: none, message: hi', 'lead-engineer'),
    ];
    expect(lines(file(...steps))).toMatchInlineSnapshot(`
      [
        "2:52 «message: hi » schema/no-effect: \`message\` has no effect on \`push\` → Take it away.",
        "3:53 «{ text: hi }» schema/missing-key: \`comment\` has no \`body\` in its \`params\` → Write \`params: { body: … }\`.",
        "3:55 «text: hi } }» schema/no-effect: \`text\` has no effect on \`comment\` → Known: \`body\`, \`number\`.",
        "4:75 «message: hi » schema/no-effect: \`message\` has no effect with \`commit: none\` → Take one of the two away.",
      ]
    `);
  });

  test('operations', () => {
    const steps = [
      '  - { id: a, type: git-operation, operation: open-pull-requst }',
      '  - { id: b, type: git-operation, operation: tag }',
    ];
    expect(lines(file(...steps))).toMatchInlineSnapshot(`
      [
        "2:46 «open-pull-re» schema/unknown-operation: There is no operation \`open-pull-requst\` → Did you mean \`open-pull-request\`?",
        "3:46 «tag }» schema/missing-key: \`tag\` has no \`tag\` → Write \`tag: …\` beside it.",
      ]
    `);
  });

  test('inputs that contradict themselves', () => {
    const text = `inputs:\n  a: { type: choice }\n  b: { type: number, default: "3" }\n  c: { type: choice, options: [x], default: y }\n  d-e: { type: string }\n${file(ask('s'))}`;
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "2:6 «{ type: choi» structure/choice-without-options: The choice \`a\` has no options → Write \`options: [a, b]\`.",
        "3:31 «"3" }» structure/bad-default: The default of \`b\` is a text, and the input is a number → Give a default of that type.",
        "4:45 «y }» structure/bad-default: The default of \`c\` is none of its options → Options: x.",
        "5:3 «d-e: { type:» schema/bad-name: \`d-e\` cannot be a name here → Names are letters, digits and \`_\`, and start with a letter.",
      ]
    `);
  });
});
