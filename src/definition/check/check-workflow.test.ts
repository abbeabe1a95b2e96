import { describe, expect, test } from 'vitest';
import { checkWorkflow } from './check-workflow.ts';
import { ask, check, context, file, lines } from './testing.ts';

describe('security', () => {
  const merge = '  - { id: m, type: git-operation, operation: merge-pull-request }';

  test('a merge needs an approval or the operator', () => {
    expect(lines(file(merge))).toMatchInlineSnapshot(`
      [
        "2:46 «merge-pull-r» security/merge-without-approval: \`merge-pull-request\` merges, and nobody has approved → End with \`open-pull-request\`, or ask the operator for \`allow_auto_merge\`.",
      ]
    `);
    expect(check(file(merge), { ...context, allowAutoMerge: true })).toEqual([]);
    for (const operation of ['hotfix_deploy', 'feature_complete', 'finalize, merge: true'])
      expect(
        check(file(`  - { id: m, type: git-operation, operation: ${operation} }`)).map(({ code }) => code),
      ).toEqual(['security/merge-without-approval']);
    expect(check(file('  - { id: m, type: git-operation, operation: finalize }'))).toEqual([]);
  });

  test("people's words do not become names in git", () => {
    const text = `branch: { name: "fix/{{task.title}}" }\n${file(ask('a', '', 'lead-engineer'))}`;
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "1:17 «"fix/{{task.» warning security/words-of-people: \`task.title\` is written by anybody, and here it becomes a name in git → Use \`task.slug\` or \`task.number\`.",
      ]
    `);
  });

  test('a secret in the file, which no finding repeats', () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    expect(check(file(ask('a', 'params: { focus: risk-assessment-of-the-whole-change }')))).toEqual([]);
    const found = lines(file(ask('a', `params: { token: "${secret}" }`)));
    expect(found).toMatchInlineSnapshot(`
      [
        "2:76 «"ghp_a1B2a1B» security/secret: This looks like a secret, and the file is there for everybody to read → Revoke it. Secrets belong into the operator's environment.",
      ]
    `);
  });
});

describe('what comes later', () => {
  test.each('loop workflow variable memory retrieval tool notify'.split(' '))('a %s step', (type) => {
    expect(lines(file(`  - { id: a, type: ${type}, whatever: 1 }`)).join()).toMatch(
      new RegExp(
        `^2:20 «${type}.* capability/step-type: This version of Troupe cannot run \`${type}\` steps yet → It runs `,
      ),
    );
  });

  test('the staged form', () => {
    expect(lines('name: x\nstages: [plan, code]\nstageConfigs: { plan: simple }\nloop: { max_iters: 3 }\n'))
      .toMatchInlineSnapshot(`
      [
        "2:1 «stages: [pla» capability/staged-form: This version of Troupe cannot run the staged form yet → List the work under \`steps:\`.",
      ]
    `);
  });

  test('step keys, actions and schedules', () => {
    const text = `trigger: { schedule: { cron: "0 0 * * *" } }\n${file(ask('b', 'rollback: true'), '  - { id: c, type: github, action: review }')}`;
    expect(check(text).map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
      '1:12 capability/schedule',
      '4:36 capability/github-action',
    ]);
  });
});

test('all layers are reported at once, in file order', () => {
  const text = file(
    ask('a', 'needs: [b]'),
    ask('a', 'condition: "task.x ="'),
    ask('c', 'dependencies: [d]', 'nobody'),
    '  - { id: m, type: git-operation, operation: merge-pull-request }',
    '  - { id: l, type: loop }',
  );
  expect(check(text).map(({ line, code }) => `${line} ${code}`)).toEqual([
    '2 schema/foreign-word',
    '3 structure/duplicate-id',
    '3 expression/syntax',
    '4 references/unknown-persona',
    '4 structure/unknown-dependency',
    '5 security/merge-without-approval',
    '6 capability/step-type',
  ]);
});

test('a file without an error is a workflow, its warnings beside it', () => {
  const checked = checkWorkflow(
    { id: 'fix', file: 'fix.yml', text: file(ask('a', 'condition: "task.titel"')) },
    context,
  );
  expect(checked).toMatchObject({ ok: true, workflow: { id: 'fix' }, findings: [{ severity: 'warning' }] });
});
