import { describe, expect, test } from 'vitest';
import { ask, check, context, file, lines } from './testing.ts';

describe('names', () => {
  test('a persona that is not there gets the nearest', () => {
    expect(lines(file(ask('a', 'provider: codx', 'led-engineer')))).toMatchInlineSnapshot(`
      [
        "2:46 «led-engineer» references/unknown-persona: There is no persona \`led-engineer\` → Did you mean \`lead-engineer\`?",
        "2:70 «codx }» references/unknown-provider: There is no provider \`codx\` → Did you mean \`codex\`? Providers are the operator's, in the server file.",
      ]
    `);
    expect(check(file(ask('a', 'provider: codx', 'led-engineer')), {})).toEqual([]);
  });

  test('what a persona’s prompt reads has to be there, and a persona whose file has mistakes is no unknown one', () => {
    const known = {
      ...context,
      personas: new Map([['planner', { edits: false, reads: ['vars.goal', 'task.title', 'steps.later.summary'] }]]),
      unusablePersonas: new Map([['broken', '.claude/agents/broken.md']]),
    };
    const text = `variables: { gaol: x }\n${file(ask('a', '', 'planner'), ask('b', '', 'broken'))}`;
    expect(check(text, known).map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringContaining('The prompt of `planner` reads `vars.goal`: '),
      expect.stringContaining('The prompt of `planner` reads `steps.later.summary`: '),
      'references/unusable-persona: The persona `broken` cannot be used: its file .claude/agents/broken.md has mistakes',
    ]);
    expect(check(text.replace('gaol', 'goal'), known)).toHaveLength(2);
  });

  test('a state that nobody writes', () => {
    const text = file(
      ask('comprehensive-qa'),
      ask('b', `dependencies: [comprehensive-qa], condition: "context.state.get('qa_status') === 'pass'"`),
    );
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "3:123 «'qa_status')» references/unknown-state: No step writes \`qa_status\` → Did you mean \`comprehensive_qa_status\`?",
      ]
    `);
  });

  test('a dash in a name', () => {
    const text = file(
      ask('code-review'),
      ask('b', `dependencies: [code-review], params: { note: "Say {{ steps.code-review.summary }}" }`),
    );
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "3:112 «steps.code-r» expression/subtraction: \`steps.code-review.summary\` is a subtraction, not the name \`code-review\` → Write steps.code_review.summary or steps['code-review'].summary.",
      ]
    `);
  });

  test('code that reaches outside', () => {
    expect(lines(file(ask('a', 'condition: process.exit()'), ask('b', 'params: { x: "{{constructor}}" }'))))
      .toMatchInlineSnapshot(`
      [
        "2:70 «process.exit» expression/unknown-root: \`process\` is not a name that expressions know → An expression reads task, inputs, variables, vars, steps, event, context, run, error, milestone. Text needs quotes: 'process'.",
        "3:75 «constructor}» expression/forbidden-name: \`constructor\` cannot be read in an expression → Expressions read plain data only.",
      ]
    `);
  });

  test('columns in texts of several lines', () => {
    const text = [
      'steps:',
      '  - id: a',
      '    type: persona-request',
      '    persona: qa-engineer',
      '    params:',
      '      block: |',
      '        first line',
      '        second {{ task.number }} and {{ taks.title }}',
      '      folded: >-',
      '        one',
      '        two {{ inputs.nothing }}',
      `      quoted: "a \\"b\\" {{ stps }}"`,
      '',
    ].join('\n');
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "8:41 «taks.title }» expression/unknown-root: \`taks\` is not a name that expressions know → Did you mean \`task\`?",
        "11:16 «inputs.nothi» references/unknown-input: There is no input \`nothing\` → The file has no input.",
        "12:27 «stps }}"» expression/unknown-root: \`stps\` is not a name that expressions know → Did you mean \`steps\`?",
      ]
    `);
  });

  test('a step that is not upstream', () => {
    const steps = [ask('a'), ask('b'), ask('c', `dependencies: [a], params: { x: "{{steps.b.summary}}" }`)];
    expect(lines(file(...steps))).toMatchInlineSnapshot(`
      [
        "4:94 «steps.b.summ» references/not-upstream: \`b\` is not sure to have run before \`c\` → Add \`b\` to the dependencies of \`c\`.",
      ]
    `);
    expect(lines(file(ask('a'), ask('c', `condition: "steps.a.verdict === 'pass'"`)))[0]).toContain('not-upstream');
    expect(lines(file(ask('a'), ask('c', `condition: "steps.d.verdict === 'pass'"`)))[0]).toContain(
      'There is no step `d`',
    );
  });

  test('steps inside others are upstream once their holder is', () => {
    const parallel = `  - { id: p, type: parallel, dependencies: [a], steps: [{ id: x, type: persona-request, persona: qa-engineer, params: { of: "{{steps.a.summary ?? ''}}" } }] }`;
    const branch = `  - { id: c, type: conditional, dependencies: [p], condition: "steps.x.verdict === 'pass'", then_steps: [{ id: y, type: persona-request, persona: qa-engineer, params: { of: "{{steps.x.summary}}" } }] }`;
    const reader = ask(
      'b',
      `dependencies: [c], params: { x: "{{steps.x.summary}}", y: "{{steps.y.summary}}", z: "{{steps.y?.summary ?? 'none'}}" }`,
    );
    expect(lines(file(ask('a'), parallel, branch, reader))).toMatchInlineSnapshot(`
      [
        "5:120 «steps.y.summ» warning references/maybe-not-run: \`y\` stands in one branch of a conditional and may not have run → Write \`steps.y?.… ?? 'text'\`.",
      ]
    `);
  });

  test('outputs that nobody declares', () => {
    const plan = ask('plan', '', 'implementation-planner');
    const own = ask('own', 'output_schema: { type: object, properties: { risk: { type: string } } }');
    const build = (params: string): string => ask('b', `dependencies: [plan, own, qa], params: { x: "{{${params}}}" }`);
    const found = (params: string): readonly string[] => lines(file(plan, own, ask('qa'), build(params)));
    expect(found('steps.plan.outputs.plan')).toEqual([]);
    expect(found('steps.own.outputs.risk')).toEqual([]);
    expect(found('steps.plan.outputs.plans')).toMatchInlineSnapshot(`
      [
        "5:106 «steps.plan.o» references/unknown-output: \`plan\` declares no output \`plans\` → Did you mean \`plan\`?",
      ]
    `);
    expect(found('steps.qa.outputs.count')).toMatchInlineSnapshot(`
      [
        "5:106 «steps.qa.out» warning references/unknown-output: Nothing declares an output \`count\` of \`qa\` → Declare it in the persona file (\`outputs\`) or in the step (\`output_schema\`).",
      ]
    `);
    expect(found("context.state.get('risk')")).toEqual([]);
    expect(found('steps.plan.sumary')).toMatchInlineSnapshot(`
      [
        "5:106 «steps.plan.s» references/unknown-field: A step has no \`sumary\` → Did you mean \`summary\`?",
      ]
    `);
  });

  test('inputs and variables', () => {
    const text = `inputs: { place: { type: string } }\nvariables: { first: "{{variables.second}}", second: "{{inputs.plac}}" }\n${file(ask('a', 'timeout: "{{vars.frst}}"'))}`;
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "2:24 «variables.se» references/unknown-variable: There is no variable \`second\` in the file → Declare it under \`variables:\`, or give it in \`.github/troupe.yml\`.",
        "2:56 «inputs.plac}» references/unknown-input: There is no input \`plac\` → Did you mean \`place\`?",
        "4:71 «vars.frst}}"» references/unknown-variable: There is no variable \`frst\` in the file → Did you mean \`first\`?",
      ]
    `);
    const settings = file(ask('a', 'timeout: "{{variables.limit}}"'));
    expect(lines(settings, { ...context, variables: new Set(['limit']) })).toEqual([]);
    expect(check(settings, {}).map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning references/unknown-variable',
    ]);
  });

  test('roots that are not known at a place', () => {
    const text = `trigger: { condition: "steps.a.verdict === 'pass'" }\n${file(ask('a', 'condition: "error.message"'))}on_failure:\n${ask('f', 'params: { why: "{{error.mesage}}", a: "{{steps.a.summary}}" }')}\noutputs: { a: "{{steps.a.verdict}}" }\n`;
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "1:24 «steps.a.verd» references/root-not-here: \`steps\` is not known in a trigger condition → Known here: \`task\`, \`event\`, \`milestone\`, \`variables\`, \`vars\`.",
        "3:71 «error.messag» references/root-not-here: \`error\` is not known in \`a\` → \`error\` is known in \`on_failure\`, \`finally\` and \`on_error\`.",
        "5:77 «error.mesage» references/unknown-field: \`error\` has no \`mesage\` → Did you mean \`message\`?",
      ]
    `);
  });

  test('comparisons that are never true', () => {
    const text = file(
      ask('qa'),
      ask('b', `dependencies: [qa], condition: "context.state.get('qa_status') === 'passed'"`),
    );
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "3:126 «'passed'" }» warning references/never-true: It is never "passed" → Did you mean \`pass\`?",
      ]
    `);
  });

  test('slips in fields of the task are a warning, unknown fields are not', () => {
    const text = file(ask('a', `condition: "task.titel || task.performance_critical"`));
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "2:71 «task.titel |» warning references/unknown-task-field: \`task.titel\` is no field of a task → Did you mean \`task.title\`? A field of an issue form is \`task.fields.titel\`.",
      ]
    `);
  });

  test('forms of GitHub Actions', () => {
    const text = file(
      ask(
        'a',
        'condition: "${{ always() }}", params: { x: "${{ task.title }}", y: "{{ task.title" }, description: "{{task.title}}"',
      ),
    );
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "2:71 «\${{ always()» expression/braces: A condition is an expression by itself → Write it without braces: always()",
        "2:103 «\${{ task.tit» expression/dollar: \`\${{ … }}\` is a form of GitHub Actions; here it is \`{{ … }}\` → Take the \`$\` away.",
        "2:127 «{{ task.titl» expression/unclosed: \`{{\` is never closed → Close it with \`}}\`, or write \`{{{{\` to print two braces.",
        "2:159 «{{task.title» expression/not-here: \`description\` is read as it stands: \`{{ … }}\` has no effect there → Write plain text.",
      ]
    `);
  });

  test('events that GitHub does not send', () => {
    expect(lines(`trigger: { events: [isues.opened, issues] }\n${file(ask('a'))}`)).toMatchInlineSnapshot(`
      [
        "1:21 «isues.opened» references/unknown-event: GitHub sends no event \`isues\` → Did you mean \`issues\`?",
      ]
    `);
  });
});
