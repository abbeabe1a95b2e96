// What is in a file is named for what it is, and a value stays what was written: one table of inputs people really save.
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../support/index.ts';
import { evaluateTemplate } from '../expression/template.ts';
import type { Finding } from '../model/types.ts';
import { checkWorkflow } from './check-workflow.ts';
import { ask, file } from './testing.ts';

const personas = new Map([
  ['qa-engineer', { edits: false }],
  ['lead-engineer', { edits: true }],
]);

function checked(text: string) {
  return checkWorkflow({ id: 'fix', file: 'fix.yml', text }, { personas });
}

function told({ line, column, code, message, hint }: Finding): string {
  return `${line}:${column} ${code} ${message}${hint === undefined ? '' : ` → ${hint}`}`;
}

const steps = file(ask('a'));
const step = '  - id: a\n    type: persona-request\n    persona: qa-engineer\n';

describe('a value keeps its digits', () => {
  const values: readonly (readonly [written: string, printed: string])[] = [
    ['1.10', '1.10'],
    ['1.0', '1.0'],
    ['0.50', '0.50'],
    ['3.140', '3.140'],
    ['007', '007'],
    ['0777', '0777'],
    ['-007', '-007'],
    ['+5', '+5'],
    ['.5', '.5'],
    ['5.', '5.'],
    ['1e3', '1e3'],
    ['1E+3', '1E+3'],
    ['0x1F', '0x1F'],
    ['0o17', '0o17'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['1_000', '1_000'],
    ['12:30:45', '12:30:45'],
    ['2026-11-29', '2026-11-29'],
    ['2026-11-29T08:00:00Z', '2026-11-29T08:00:00Z'],
    ['1.2.3', '1.2.3'],
    ['yes', 'yes'],
    ['42', '42'],
    ['-1.5', '-1.5'],
    ['"1.10"', '1.10'],
  ];

  test.each(values)('variable %s', (written, printed) => {
    const read = checked(`variables: { v: ${written} }\n${steps}`);
    expect(read.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const variables = read.ok ? read.workflow.variables : {};
    expect(evaluateTemplate('{{variables.v}}|{{variables.v}}', { variables })).toMatchObject({
      value: `${printed}|${printed}`,
    });
  });

  test('what is no number any more is told', () => {
    expect(checked(`variables: { v: 1.10, w: 42 }\n${steps}`).findings.map(told)).toEqual([
      '1:17 syntax/number-as-text `1.10` is kept as a text, with its digits: a number would be `1.1` → Put quotes around it: "1.10".',
    ]);
  });

  test('in lists, in objects, by alias, in params, in what an approval is about, and as a key', () => {
    const read = checked(`variables: { list: [1.10, { deep: 007 }], base: &base { v: 1.20 }, again: *base, 1.30: x }
steps:
  - { id: a, type: persona-request, persona: qa-engineer, params: { version: 1.10, n: 3 } }
  - { id: b, type: approval, inputs: { version: 2.0 } }
`);
    expect(read.ok && read.workflow.variables).toEqual({
      list: ['1.10', { deep: '007' }],
      base: { v: '1.20' },
      again: { v: '1.20' },
      '1.30': 'x',
    });
    expect(read.ok && read.workflow.steps.map(({ params }) => params)).toEqual([
      { version: '1.10', n: 3 },
      { version: '2.0' },
    ]);
  });

  test('where a number is wanted it is one', () => {
    const read = checked(`budget: { cost_usd: 5.00, minutes: 1.0e2 }\n${file(ask('a', 'timeout: 90.0, retries: 2'))}`);
    expect(read.findings).toEqual([]);
    expect(read.ok && read.workflow.budget).toEqual({ costUsd: 5, minutes: 100 });
    expect(read.ok && read.workflow.steps[0]).toMatchObject({ timeout: 90_000, retry: { limit: 2 } });
  });

  const refused: readonly (readonly [what: string, text: string, finding: string])[] = [
    [
      'a version',
      `version: 1.10\n${steps}`,
      '1:10 schema/wrong-type `version` must be text, and it is 1.10 → Put quotes around it: "1.10".',
    ],
    [
      'a name',
      `name: 0x1F\n${steps}`,
      '1:7 schema/wrong-type `name` must be text, and it is 0x1F → Put quotes around it: "0x1F".',
    ],
    [
      'zeros in front',
      `name: 007\n${steps}`,
      '1:7 schema/wrong-type `name` must be text, and it is 007 → Put quotes around it: "007".',
    ],
    [
      'a word of YAML',
      `name: True\n${steps}`,
      '1:7 schema/wrong-type `name` must be text, and it is True → Put quotes around it: "True".',
    ],
    [
      'a large number',
      `name: 9007199254740993\n${steps}`,
      '1:7 schema/wrong-type `name` must be text, and it is 9007199254740993 → Put quotes around it: "9007199254740993".',
    ],
    [
      'a label',
      `trigger: { labels: [1.10] }\n${steps}`,
      '1:21 schema/wrong-type `labels[0]` must be text, and it is 1.10 → Put quotes around it: "1.10".',
    ],
    [
      'one label for a list',
      `trigger: { labels: 1.10 }\n${steps}`,
      '1:20 schema/wrong-type `labels` must be a list of texts, and it is 1.10 → Write ["1.10"].',
    ],
    [
      'a text for a list',
      `trigger: { labels: "a, b" }\n${steps}`,
      '1:20 schema/wrong-type `labels` must be a list of texts, and it is "a, b" → Write ["a, b"].',
    ],
    [
      'a text with a colon for a list',
      `trigger: { labels: "a: b" }\n${steps}`,
      '1:20 schema/wrong-type `labels` must be a list of texts, and it is "a: b" → Write ["a: b"].',
    ],
    [
      'a word for a list',
      `trigger: { labels: bug }\n${steps}`,
      '1:20 schema/wrong-type `labels` must be a list of texts, and it is "bug" → Write [bug].',
    ],
    [
      'an option',
      `inputs: { v: { type: choice, options: [1.10] } }\n${steps}`,
      '1:40 schema/wrong-type `options[0]` must be text, and it is 1.10 → Put quotes around it: "1.10".',
    ],
    [
      'a default',
      `inputs: { v: { type: string, default: 1.10 } }\n${steps}`,
      '1:39 structure/bad-default The default of `v` is a number, and the input is a string → Put quotes around it: "1.10".',
    ],
    [
      'a default that is an option',
      `inputs: { v: { type: choice, options: ["1.10"], default: 1.10 } }\n${steps}`,
      '1:58 structure/bad-default The default of `v` is none of its options → Put quotes around it: "1.10".',
    ],
    [
      'too large for a number',
      `budget: { tokens: 9007199254740993 }\n${steps}`,
      '1:19 schema/bad-value `9007199254740993` is larger than a number can be without losing digits → The largest is 9007199254740991.',
    ],
    [
      'quotes around a number',
      `budget: { cost_usd: "5" }\n${steps}`,
      '1:21 schema/wrong-type `cost_usd` must be a number above 0, and it is "5" → Take the quotes away: 5.',
    ],
    [
      'infinity',
      `variables: { v: .inf }\n${steps}`,
      '1:17 syntax/value .inf is not a value a workflow can hold → Put quotes around it if it is text.',
    ],
    [
      'more than a number can be',
      `variables: { v: 1e400 }\n${steps}`,
      '1:17 syntax/value 1e400 is not a value a workflow can hold → Put quotes around it if it is text.',
    ],
  ];

  test('a large number in an expression asks for quotes', () => {
    expect(checked(file(ask('a', 'condition: "task.fields.id == 9007199254740993"'))).findings.map(told)).toEqual([
      "2:89 expression/large-number `9007199254740993` is larger than a number can be without losing digits → Put quotes around it: '9007199254740993'.",
    ]);
  });

  test.each(refused)('a hint never changes what was written: %s', (_what, text, finding) => {
    expect(checked(text).findings.map(told)).toEqual([finding]);
  });
});

describe('bytes and characters are named for what they are', () => {
  const bytes = (...parts: readonly (string | number)[]): string =>
    decodeText(
      Buffer.concat(parts.map((part) => Buffer.from(typeof part === 'string' ? [...Buffer.from(part)] : [part]))),
    );
  const named: readonly (readonly [what: string, text: string, finding: string])[] = [
    [
      'Latin-1',
      bytes('name: caf', 0xe9, `\n${steps}`),
      '1:10 syntax/encoding The byte 0xE9 is not UTF-8 (in Latin-1 it is `é`) → Save the file as UTF-8.',
    ],
    [
      'Windows quotes',
      bytes(`${steps}name: `, 0x93, 'x', 0x94, '\n'),
      '3:7 syntax/encoding The byte 0x93 is not UTF-8 → Save the file as UTF-8.',
    ],
    [
      'a character cut in two',
      bytes('name: x', 0xe2, 0x82, `\n${steps}`),
      '1:8 syntax/encoding The byte 0xE2 is not UTF-8 (in Latin-1 it is `â`) → Save the file as UTF-8.',
    ],
    [
      'UTF-16, little end first',
      decodeText(Buffer.from(`\uFEFFname: x\n${steps}`, 'utf16le')),
      '1:1 syntax/encoding The file is UTF-16, and it is read as UTF-8 → Save the file as UTF-8.',
    ],
    [
      'UTF-16, big end first',
      decodeText(Buffer.from(`\uFEFFname: x\n${steps}`, 'utf16le').swap16()),
      '1:1 syntax/encoding The file is UTF-16, and it is read as UTF-8 → Save the file as UTF-8.',
    ],
    [
      'UTF-16 without a mark',
      decodeText(Buffer.from(`name: x\n${steps}`, 'utf16le')),
      '1:1 syntax/encoding The file is UTF-16, and it is read as UTF-8 → Save the file as UTF-8.',
    ],
    [
      'UTF-32',
      decodeText(Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])),
      '1:1 syntax/encoding The file is UTF-32, and it is read as UTF-8 → Save the file as UTF-8.',
    ],
    [
      'NUL',
      `name: a\0b\n${steps}`,
      '1:8 syntax/character The control character U+0000 (NUL) cannot stand in a file → Take it away.',
    ],
    [
      'a bell',
      `${steps}name: "a\u0007b"\n`,
      '3:9 syntax/character The control character U+0007 cannot stand in a file → Take it away.',
    ],
    [
      'an escape',
      `name: "\u001B[31mred"\n${steps}`,
      '1:8 syntax/character The control character U+001B cannot stand in a file → Take it away.',
    ],
    [
      'a mark in the middle',
      `${steps}\uFEFFname: x\n`,
      '3:1 syntax/character A byte order mark (U+FEFF) stands in the middle of the file → Take it away: it is invisible, and most editors remove it when they save as UTF-8 without a mark.',
    ],
    [
      'a no-break space in front',
      `steps:\n${step}\u00A0   timeout: 5\n`,
      '5:1 syntax/character The line is indented with a no-break space (U+00A0), not with a space → Indent with plain spaces.',
    ],
    [
      'an ideographic space in front',
      `steps:\n${step}\u3000\u3000timeout: 5\n`,
      '5:1 syntax/character The line is indented with an ideographic space (U+3000), not with a space → Indent with plain spaces.',
    ],
    ['a tab in front', `steps:\n\t- id: a\n`, '2:1 syntax/yaml Tabs are not allowed as indentation → Use spaces.'],
    [
      'a tab after spaces',
      `steps:\n  - id: a\n  \ttype: persona-request\n`,
      '3:3 syntax/yaml Tabs are not allowed as indentation → Use spaces.',
    ],
    [
      'a merge key',
      `steps:\n  - &base { id: a, type: persona-request, persona: qa-engineer }\n  - { <<: *base, id: b }\n`,
      '3:7 syntax/merge-key `<<` is a merge key of YAML 1.1, which is not read here → Write the keys out, or give a whole value by its alias: `params: *base`.',
    ],
    [
      'a merge key in variables',
      `variables: { a: &a { x: 1 }, b: { <<: *a } }\n${steps}`,
      '1:35 syntax/merge-key `<<` is a merge key of YAML 1.1, which is not read here → Write the keys out, or give a whole value by its alias: `params: *base`.',
    ],
    [
      'a list of merge keys',
      `variables: { a: &a { x: 1 }, b: { <<: [*a, { y: 2 }] } }\n${steps}`,
      '1:35 syntax/merge-key `<<` is a merge key of YAML 1.1, which is not read here → Write the keys out, or give a whole value by its alias: `params: *base`.',
    ],
  ];

  test.each(named)('%s', (_what, text, finding) => {
    expect(checked(text).findings.map(told)).toContain(finding);
    expect(checked(text).ok).toBe(false);
  });

  test.each([
    ['a mark at the start', `\uFEFFname: x\n${steps}`],
    ['Windows line ends', `name: x\n${steps}`.replaceAll('\n', '\r\n')],
    ['line ends of old Macs', `name: x\n${steps}`.replaceAll('\n', '\r')],
    ['a tab after a colon', `name:\tx\n${steps}`],
    ['an emoji, umlauts, Chinese', `name: "🎭 Prüfung 检查"\n${steps}`],
    ['"<<" as a word', `variables: { "<<": 1 }\n${steps}`],
    ['a no-break space in a text', `name: a\u00A0b\n${steps}`],
  ])('%s is fine', (_what, text) => {
    expect(checked(text).findings).toEqual([]);
  });

  test('a mistake behind a mark, or between line ends of two kinds, is told at its place', () => {
    expect(checked(`\uFEFFnamee: x\n${steps}`).findings.map(told)[0]).toContain('1:1 schema/unknown-key `namee`');
    expect(checked(`name: x\rversion: 1.0\r\n${steps}`).findings.map(told)[0]).toContain('2:10 schema/wrong-type');
  });

  test('what else is wrong is told as well', () => {
    expect(checked(`name: a\0b\nversion: 1.10\n${steps}`).findings.map(({ code }) => code)).toEqual([
      'syntax/character',
      'schema/wrong-type',
    ]);
  });
});

describe('a step of unknown type gets all its other findings', () => {
  test.each([
    ['a slip of the pen', 'type: persona-reqest, persona: qa-engineer', 'schema/unknown-step-type'],
    ['no type', 'persona: qa-engineer', 'schema/missing-key'],
    ['a word nobody knows', 'type: zzzzzz, persona: qa-engineer', 'schema/unknown-step-type'],
    ['a number', 'type: 7, persona: qa-engineer', 'schema/unknown-step-type'],
  ])('%s', (_what, keys, code) => {
    const rest = `timout: 3, retries: many, dependencies: [b], condition: "steps.zz.verdict", params: { x: "{{task.}}" }`;
    const codes = checked(`steps:\n  - { id: a, ${keys}, ${rest} }\n`).findings.map((finding) => finding.code);
    expect(codes).toEqual(
      expect.arrayContaining([
        code,
        'schema/unknown-key',
        'schema/wrong-type',
        'structure/unknown-dependency',
        'references/unknown-step',
        'expression/syntax',
      ]),
    );
  });

  test('by its keys: a git operation, and one that nothing tells', () => {
    const text = `steps:
  - { id: a, type: gti, operation: mege, base: x }
  - { id: b, type: zzzzzz, nonsense: 1, retries: -1 }
`;
    expect(checked(text).findings.map(told)).toEqual([
      '2:20 schema/unknown-step-type `type` cannot be "gti" → Did you mean `git-operation`?',
      '2:36 schema/unknown-operation There is no operation `mege` → Did you mean `merge`?',
      '3:20 schema/unknown-step-type `type` cannot be "zzzzzz" → It is one of persona-request, git-operation, conditional, foreach, parallel, github, approval, question, delay, run, gate.',
      '3:28 schema/unknown-key `nonsense` is not a key of any step → No step has such a key.',
      '3:50 schema/bad-value `retries` is not a whole number from 0 to 20: -1',
    ]);
  });
});

describe('a hint never contradicts the file', () => {
  const hints: readonly (readonly [what: string, text: string, hint: string | undefined])[] = [
    [
      'a key that is there already',
      file(ask('a', 'timeout: 3, timeouts: 5')),
      '`timeout` is there already: take `timeouts` away.',
    ],
    [
      'a foreign word beside ours',
      file(ask('a', 'condition: "true", if: "true"')),
      '`condition` is there already: take `if` away.',
    ],
    [
      'a step that waits for the reader',
      file(ask('a', 'params: { x: "{{steps.b.summary}}" }'), ask('b', 'dependencies: [a]')),
      '`b` waits for `a`, so it comes later: read a step that comes before.',
    ],
    [
      'a step beside the reader',
      file(ask('a', 'params: { x: "{{steps.b.summary}}" }'), ask('b')),
      'Add `b` to the dependencies of `a`.',
    ],
    [
      'a step around the reader',
      `steps:\n  - id: p\n    type: parallel\n    steps:\n    ${ask('a', 'params: { x: "{{steps.p.status}}" }')}\n`,
      '`p` ends after the steps in it: they cannot wait for each other.',
    ],
    [
      'the other branch',
      `steps:\n  - id: c\n    type: conditional\n    condition: task.number > 1\n    then_steps:\n    ${ask('a')}\n    else_steps:\n    ${ask('b', 'params: { x: "{{steps.a.summary}}" }')}\n`,
      'They stand in different lists of `c`: only one of them runs.',
    ],
    [
      'a step of the end',
      `${file(ask('a', 'params: { x: "{{steps.z.status}}" }'))}finally:\n${ask('z')}\n`,
      '`z` runs at the end: only steps after it can read it.',
    ],
    ['only the reader is near', file(ask('aa', 'condition: "steps.ab.verdict"')), 'The file has no step.'],
    [
      'no step before the reader',
      file(ask('a', 'condition: "steps.zz.verdict"'), ask('b')),
      'No step is sure to have run before: name the one that is meant in `dependencies`.',
    ],
    [
      'a key behind a no-break space',
      file('- { id: a,\u00A0type: delay, duration: 1 }'),
      'A character that looks like a space (U+00A0) is part of the key: put a plain space there.',
    ],
    [
      'a key of a git operation that has more words than ours',
      file(`- { id: a, type: git-operation, params: { operation: create-branch, base_branch: x } }`),
      'Did you mean `base`?',
    ],
    [
      'a key of a git operation that is near to one that is there',
      file(`- { id: a, type: git-operation, params: { operation: create-branch, base: x, base_branch: y } }`),
      'Did you mean `branch`?',
    ],
    [
      'a dependency that would close a circle',
      file(ask('aa', 'dependencies: [ab]'), ask('ac', 'dependencies: [aa]')),
      'The file has no other step.',
    ],
    [
      'two templates in a condition',
      file(ask('a', 'condition: "{{ task.number }} > {{ 1 }}"')),
      'Write it without braces: task.number > 1',
    ],
    ['braces that hold no expression', file(ask('a', 'condition: "{{ a"')), 'Write one expression, without braces.'],
  ];

  test.each(hints)('%s', (_what, text, hint) => {
    expect(checked(text).findings.map((finding) => finding.hint)).toContain(hint);
  });

  test('options that are there are not asked for', () => {
    const codes = checked(`inputs: { v: { type: choice, options: [1.10] } }\n${steps}`).findings.map(
      ({ code }) => code,
    );
    expect(codes).not.toContain('structure/choice-without-options');
  });
});
