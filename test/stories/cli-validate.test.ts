// `troupe validate` as a person or an editor has it: one process per file.
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';

const cwd = resolve(import.meta.dirname, '../fixtures/workflows');

interface Found {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

const mistakes: readonly (readonly [string, readonly Found[]])[] = [
  [
    'bad-yaml',
    [
      {
        code: 'syntax/yaml',
        line: 5,
        column: 14,
        message: 'Nested mappings are not allowed in compact mappings',
        hint: 'Text that contains `: ` needs quotes; or the next line is indented too far.',
      },
    ],
  ],
  [
    'unknown-key',
    [
      {
        code: 'schema/unknown-key',
        line: 5,
        column: 5,
        message: '`person` is not a key of a `persona-request` step',
        hint: '`persona` is there already: take `person` away.',
      },
      {
        code: 'schema/unknown-key',
        line: 7,
        column: 5,
        message: '`time_out` is not a key of a `persona-request` step',
        hint: 'Did you mean `timeout`?',
      },
    ],
  ],
  [
    'needs',
    [
      {
        code: 'schema/foreign-word',
        line: 7,
        column: 5,
        message: '`needs` is a word of GitHub Actions; here it is `dependencies`',
        hint: 'Write `dependencies:`.',
      },
    ],
  ],
  [
    'cycle',
    [
      {
        code: 'structure/cycle',
        line: 3,
        column: 87,
        message: 'The steps wait for each other: `plan` → `review` → `fix` → `plan`',
        hint: 'Take one of these dependencies away.',
      },
    ],
  ],
  [
    'unknown-persona',
    [
      {
        code: 'references/unknown-persona',
        line: 5,
        column: 14,
        message: 'There is no persona `lead-enginer`',
        hint: 'Did you mean `lead-engineer`?',
      },
    ],
  ],
  [
    'nobody-writes',
    [
      {
        code: 'references/unknown-state',
        line: 10,
        column: 35,
        message: 'No step writes `qa_status`',
        hint: 'Did you mean `comprehensive_qa_status`?',
      },
    ],
  ],
  [
    'dash-in-name',
    [
      {
        code: 'expression/subtraction',
        line: 7,
        column: 12,
        message: '`steps.code-review.summary` is a subtraction, not the name `code-review`',
        hint: "Write steps.code_review.summary or steps['code-review'].summary.",
      },
    ],
  ],
  [
    'process-exit',
    [
      {
        code: 'expression/unknown-root',
        line: 6,
        column: 17,
        message: '`process` is not a name that expressions know',
        hint: "An expression reads task, inputs, variables, vars, steps, event, context, run, error, milestone. Text needs quotes: 'process'.",
      },
    ],
  ],
  [
    'constructor',
    [
      {
        code: 'expression/forbidden-name',
        line: 2,
        column: 27,
        message: '`constructor` cannot be read in an expression',
        hint: 'Expressions read plain data only.',
      },
      {
        code: 'expression/not-allowed',
        line: 8,
        column: 17,
        message: 'Calling this cannot be used in an expression',
        hint: 'Expressions compare and combine values; they change nothing and call only the listed functions and methods.',
      },
    ],
  ],
  [
    'alias-bomb',
    [
      {
        code: 'syntax/alias-bomb',
        line: 7,
        column: 10,
        message: 'The file stands for more than 20000 values',
        hint: 'Write less by alias.',
      },
    ],
  ],
  [
    'duplicate-key',
    [
      {
        code: 'syntax/duplicate-key',
        line: 7,
        column: 5,
        message: 'The key `timeout` is there twice (first on line 6)',
        hint: 'Keep one of the two.',
      },
    ],
  ],
];

describe('each mistake is a finding with line, column and hint', () => {
  let report: { readonly valid: boolean; readonly files: readonly { file: string; findings: readonly Found[] }[] };
  beforeAll(async () => {
    const files = mistakes.map(([file]) => `${file}.yml`);
    const { code, stdout, stderr } = await troupe(['validate', '--json', ...files], { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    // the assertions below look at every part of it
    report = JSON.parse(stdout) as typeof report;
    expect(report.valid).toBe(false);
  });

  test.each(mistakes)('%s', (file, found) => {
    const there = report.files.find((checked) => checked.file === `${file}.yml`)?.findings;
    expect(there).toMatchObject(found);
    expect(there).toHaveLength(found.length);
  });
});

test('people get file, line and column first, what to do below, and a total', async () => {
  const { code, stdout } = await troupe(['validate', 'good.yml', 'needs.yml', 'duplicate-key.yml'], { cwd });
  expect(code).toBe(2);
  expect(stdout).toMatchInlineSnapshot(`
    "✓ good.yml
    duplicate-key.yml:7:5 error: The key \`timeout\` is there twice (first on line 6) [syntax/duplicate-key]
        → Keep one of the two.
    needs.yml:7:5 error: \`needs\` is a word of GitHub Actions; here it is \`dependencies\` [schema/foreign-word]
        → Write \`dependencies:\`.
    2 errors, 0 warnings
    "
  `);
});

test('the built-in workflows have no mistakes', async () => {
  const { code, stdout } = await troupe(['validate', '../../../workflows'], { cwd });
  expect({ code, stdout }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stdout": "✓ ../../../workflows/feature.yml
    ✓ ../../../workflows/hotfix.yml
    ✓ ../../../workflows/project-loop.yml
    ",
    }
  `);
});

test('a file that is not there', async () => {
  const { code, stdout, stderr } = await troupe(['validate', 'nothing.yml'], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^There is no file .*nothing\.yml\n$/);
});

test('mistakes of the settings are told by `validate`, and `run` says which file to correct', async () => {
  const workingCopy = makeWorkingCopy({
    '.github/troupe.yml': 'verfy:\n  - [npm, test]\n',
    '.github/troupe/workflows/look.yml':
      'name: look\nsteps: [{ id: look, type: persona-request, persona: code-reviewer }]\n',
  });
  try {
    const checked = await troupe(['validate'], { cwd: workingCopy.path });
    expect(checked.code).toBe(2);
    expect(checked.stdout).toContain('.github/troupe.yml:1:1 error: ');
    expect(checked.stdout).toContain('1 error, ');
    const answers = workingCopy.answers('answers.yml');
    const ran = await troupe(['run', 'look', '--task', 'Look', '--answers', answers], { cwd: workingCopy.path });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(
      /^Cannot run "look": \.github\/troupe\.yml has mistakes:\n\.github\/troupe\.yml:1:1 error/,
    );
  } finally {
    workingCopy.remove();
  }
});
