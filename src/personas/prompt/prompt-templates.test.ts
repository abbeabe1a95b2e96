import { expect, test } from 'vitest';
import { expressionsIn, promptPieces } from './prompt-templates.ts';

test.each([
  ['Aim at ${vars.goal}.', ['vars.goal']],
  ['Aim at ${variables.goal} and {{vars.more}}.', ['variables.goal', 'vars.more']],
  ['{{ task.title }} of {{task.number}}, {{ inputs.where }}', ['task.title', 'task.number', 'inputs.where']],
  ["{{ steps['qa'].summary }} {{ vars?.x ?? '}}' }}", ["steps['qa'].summary", "vars?.x ?? '}}'"]],
  ['{{ variables.list.map(x => { return x }) }}', ['variables.list.map(x => { return x })']],
])('%s is read', (prompt, sources) => {
  expect(expressionsIn(prompt)).toEqual(sources);
});

test.each([
  ["<Form style={{ color: 'red' }} onSave={() => save(`${user.name}`)} />"],
  ['<li v-for="item in items">{{ item.title }} {{ task_name }} {{ taskTitle }}</li>'],
  ['{% for x in xs %}{{ x | upper }}{% endfor %} {{ .Values.image }} {{{ raw }}} {{> partial }} {{#if a}}{{/if}}'],
  ['TOKEN: ${{ secrets.TOKEN }} ${{ vars.CHANNEL }} ${{ inputs.name }} ${{ steps.build.outputs.x }}'],
  ['echo "${HOME}" ${VAR:-x} ${var.region} $${PATH} ${inputs.x} ${task.x} ${1} ${}'],
  ['Never closed: {{ task.title and ${vars.x'],
  ['Over two lines: {{ task.title\n}}'],
  ['{{ task }} {{ inputs }} {{tasks.x}} {{ TASK.x }} {{TASK}}'],
  ['\\newcommand{\\x}{{\\bf y}} {{{{mustache}}}}'],
])('%s is literal', (prompt) => {
  expect(promptPieces(prompt)).toEqual([{ kind: 'text', text: prompt }]);
});

test('an escaped template is printed', () => {
  expect(promptPieces('a $${vars.x} b {{{{task.title}} c')).toEqual([
    { kind: 'text', text: 'a ${vars.x} b {{task.title}} c' },
  ]);
});

test('a prompt of nothing but openings is read in no time', () => {
  const started = performance.now();
  promptPieces('{{task.'.repeat(20_000));
  promptPieces('${vars.'.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(2_000);
});
