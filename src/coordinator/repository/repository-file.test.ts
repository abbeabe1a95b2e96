import { describe, expect, test } from 'vitest';
import { readRepositoryFile } from './repository-file.ts';

const whole = `
workflows: { enable: [review], disable: [hotfix] }
default_workflow: feature
labels:
  bug: { type: bugfix, priority: high, fields: { area: core } }
variables: { base_timeout: 600 }
environments: { staging: { url: "https://staging.example.com" } }
setup: { run: [[npm, ci]], timeout: 5m, cache: [node_modules], key: [package-lock.json] }
verify: [[npm, test]]
protected_paths: ["infra/**"]
permissions: { trigger: maintain, bots: ["renovate[bot]"] }
budget: { cost_usd: 2.5, minutes: 60 }
`;

function mistakes(text: string): string[] {
  const read = readRepositoryFile(text);
  if (read.ok) return [];
  return read.findings.map(
    ({ file, line, column, message, hint }) =>
      `${file}:${line}:${column} ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
}

describe('.github/troupe.yml', () => {
  test('a glob that would cost too much with every path is told with its place', () => {
    expect(mistakes(`protected_paths:\n  - a/**\n  - "${'{a,b}'.repeat(16)}"\n`)).toEqual([
      '.github/troupe.yml:3:5 `protected_paths.1` stands for over 64 globs by its braces: write fewer groups.',
    ]);
  });

  test('every key is read', () => {
    expect(readRepositoryFile(whole)).toEqual({
      ok: true,
      file: {
        workflows: { enable: ['review'], disable: ['hotfix'] },
        defaultWorkflow: 'feature',
        labels: { bug: { type: 'bugfix', priority: 'high', fields: { area: 'core' } } },
        variables: { base_timeout: 600 },
        environments: { staging: { url: 'https://staging.example.com' } },
        setup: { run: [['npm', 'ci']], timeoutMs: 300_000, cache: ['node_modules'], key: ['package-lock.json'] },
        verify: [['npm', 'test']],
        protectedPaths: ['infra/**'],
        permissions: { trigger: 'maintain', bots: ['renovate[bot]'] },
        budget: { costUsd: 2.5, minutes: 60 },
      },
    });
  });

  test.each([[''], ['# only a comment\n'], ['{}']])('nothing in it means the defaults: %j', (text) => {
    const read = readRepositoryFile(text);
    expect(read.ok && read.file.workflows).toEqual({ enable: [], disable: [] });
  });

  test('mistakes come all at once, with line and column and the word that was meant', () => {
    expect(
      mistakes(
        'workflow: {}\npermissions:\n  trigger: owner\n  bot: [x]\nbudget:\n  cost_usd: -1\nlabels:\n  bug: { typ: x }\n',
      ),
    ).toMatchInlineSnapshot(`
      [
        ".github/troupe.yml:1:1 Unknown key \`workflow\`. Did you mean \`workflows\`?",
        ".github/troupe.yml:3:12 \`permissions.trigger\` must be one of admin, maintain, write, triage, read.",
        ".github/troupe.yml:4:3 Unknown key \`bot\` in \`permissions\`. Did you mean \`bots\`?",
        ".github/troupe.yml:6:13 \`budget.cost_usd\` must be > 0.",
        ".github/troupe.yml:8:10 Unknown key \`typ\` in \`labels.bug\`. Did you mean \`type\`?",
      ]
    `);
  });

  test.each([
    ['a key twice', 'verify: []\nverify: []\n', ':2:1 The file is not valid YAML'],
    ['a bad indentation', 'labels:\n  a: {}\n b: {}\n', 'The file is not valid YAML'],
    ['an open bracket', 'verify: [[npm, test]\n', 'The file is not valid YAML'],
    ['a list instead of settings', '- a\n', 'The file must be object'],
    ['a command that is a string', 'verify: ["npm test"]\n', '`verify.0` must be array'],
    ['a tag', 'variables: !!js/function "x"\n', 'The file is not valid YAML'],
    ['a timeout that is none', 'setup: { run: [[a]], timeout: soon }\n', '`setup.timeout`'],
    ['no time at all', 'setup: { run: [[a]], timeout: 0s }\n', '`setup.timeout` leaves no time at all'],
    ['years', 'setup: { run: [[a]], timeout: 500d }\n', '`setup.timeout` is longer than a year'],
  ])('%s is a mistake', (_what, text, expected) => {
    expect(mistakes(text).join('\n')).toContain(expected);
  });

  test('an alias bomb is refused before it grows', () => {
    const bomb = ['variables:', '  a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 12; n += 1)
      bomb.push(
        `  a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(mistakes(bomb.join('\n'))).toHaveLength(1);
  });

  test('a file of more than 256 KB is refused unread', () => {
    expect(mistakes(`# ${'x'.repeat(300_000)}`)).toEqual(['.github/troupe.yml:1:1 The file is larger than 256 KB.']);
  });

  test('values keep their digits, and everything wrong is told at once', () => {
    const read = readRepositoryFile(
      'variables: { build: 007 }\nlabels: { 1.10: { fields: { id: 0x1F } }, 007: { fields: { n: 08 } } }\n',
    );
    expect(read.ok && [read.file.variables, read.file.labels]).toEqual([
      { build: '007' },
      { '1.10': { fields: { id: '0x1F' } }, '007': { fields: { n: '08' } } },
    ]);
    expect(read.findings?.map(({ severity, line, column, code }) => `${severity} ${line}:${column} ${code}`)).toEqual([
      'warning 1:21 syntax/number-as-text',
      'warning 2:33 syntax/number-as-text',
      'warning 2:63 syntax/number-as-text',
    ]);
    expect(mistakes('labels: { bug: { type: 007 } }\nenvironments: { eu: { <<: { a: 1 } } }\n')).toEqual([
      '.github/troupe.yml:1:24 `labels.bug.type` must be string. Put quotes around it: "007".',
      expect.stringContaining('.github/troupe.yml:2:23 `<<` is a merge key of YAML 1.1'),
    ]);
    expect(mistakes('verify: []\u0000\n')).toEqual([
      '.github/troupe.yml:1:11 The control character U+0000 (NUL) cannot stand in a file. Take it away.',
    ]);
  });
});
