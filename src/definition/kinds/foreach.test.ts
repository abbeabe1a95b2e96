// A `foreach` in a file: what it may say, what is known in it, and how it is shown.
import { expect, test } from 'vitest';
import { file, lines, workflow } from '../check/testing.ts';
import { describeWorkflow } from '../describe.ts';
import { workflowGraph } from '../graph.ts';

const each = (more: string, step = 'id: review, type: persona-request, persona: code-reviewer'): string =>
  `  - { id: each, type: foreach, ${more}, steps: [{ ${step} }] }`;

function found(...steps: readonly string[]): readonly string[] {
  return lines(file(...steps)).filter((line) => !line.includes('warning'));
}

test('a list, an expression and a template give items; what is not said has defaults', () => {
  const step = (more: string): unknown => {
    const { steps } = workflow(file(each(more)));
    return steps.find(({ type }) => type === 'foreach');
  };
  expect(step('items: [1, "{{task.slug}}"]')).toMatchObject({
    items: [1, '{{task.slug}}'],
    as: 'item',
    concurrency: 1,
    onItemFailure: 'stop',
    steps: [{ id: 'review' }],
  });
  expect(step('items: task.labels, as: label, concurrency: 3, on_item_failure: continue')).toMatchObject({
    items: '{{ task.labels }}',
    as: 'label',
    concurrency: 3,
    onItemFailure: 'continue',
  });
  expect(step('items: "{{task.labels}}"')).toMatchObject({ items: '{{task.labels}}' });
});

test('the item has its name, its place and its steps inside, and none of them outside', () => {
  const read =
    'id: review, type: persona-request, persona: code-reviewer, params: { a: "{{label}} {{item}} {{index}}" }';
  expect(found(each('items: task.labels, as: label', read))).toEqual([]);
  expect(
    found(
      each('items: task.labels, as: label'),
      '  - { id: after, type: github, action: comment, dependencies: [each], params: { body: "{{label}} {{item}} {{steps.review.summary}}" } }',
    ),
  ).toMatchInlineSnapshot(`
    [
      "3:90 «label}} {{it» expression/unknown-root: \`label\` is not a name that expressions know → An expression reads task, inputs, variables, vars, steps, event, context, run, error, milestone. Text needs quotes: 'label'.",
      "3:100 «item}} {{ste» references/root-not-here: \`item\` is not known in \`after\` → It is known in the steps of a \`foreach\`.",
      "3:109 «steps.review» references/once-per-item: \`review\` runs once for each item of \`each\` → Read \`steps.each.outputs.results\`: what it left for each item, in the order of the items.",
    ]
  `);
  expect(
    found(
      each('items: task.labels'),
      '  - { id: after, type: github, action: comment, dependencies: [each], params: { body: "{{steps.each.outputs.results}}" } }',
    ),
  ).toEqual([]);
});

test('mistakes are told where they stand', () => {
  expect([
    ...found(each('as: label')),
    ...found(each('items: tasks.labels')),
    ...found(each('items: 5')),
    ...found(each('items: [1], as: steps')),
    ...found(
      each(
        'items: [1], as: part',
        'id: inner, type: foreach, items: [2], as: part, steps: [{ id: leaf, type: github, action: close }]',
      ),
    ),
    ...found(each('items: [1], concurrency: 21')),
    ...found(each('items: [1], on_item_failure: ignore')),
    ...found(each('items: [1]'), '  - { id: gate, type: gate, dependencies: [each], require: [review] }'),
  ]).toMatchInlineSnapshot(`
    [
      "2:5 «{ id: each, » schema/missing-key: \`steps[0]\` has no \`items\` → Say what the steps are done for: \`items: [a, b]\` or \`items: steps.plan.outputs.files\`.",
      "2:39 «tasks.labels» expression/unknown-root: \`tasks\` is not a name that expressions know → Did you mean \`task\`?",
      "2:39 «5, steps: [{» schema/wrong-type: \`items\` must be a list, or an expression that gives one; at most 1000 items, and it is 5",
      "2:48 «steps, steps» structure/item-name: \`steps\` is a name of the language and cannot be the name of an item → Choose another name: \`as: file\`.",
      "2:106 «part, steps:» structure/item-name: \`each\` around it calls its item \`part\` as well → Choose another name: \`as: file\`.",
      "2:57 «21, steps: [» schema/bad-value: \`concurrency\` is not a whole number from 1 to 20: 21",
      "2:61 «ignore, step» schema/unknown-value: \`on_item_failure\` cannot be "ignore" → It is one of stop, continue.",
      "3:61 «review] }» structure/gate-step: \`review\` is no step that comes before the gate \`gate\` → Name a step that the gate depends on, or one before that.",
    ]
  `);
});

test('people see how many are worked on at a time', () => {
  const flow = workflow(file(each('items: task.labels, as: label, concurrency: 3')));
  expect(describeWorkflow(flow)).toContain('for each label, 3 at a time');
  expect(workflowGraph(flow)).toContain('subgraph s_each["Each (3 at a time)"]');
});
