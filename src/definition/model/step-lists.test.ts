import { expect, test } from 'vitest';
import { checkWorkflow } from '../check/check-workflow.ts';
import { isContainer, stepLists, stepsIn, withStepLists } from './step-lists.ts';
import type { Step } from './types.ts';

function stepsOf(text: string): readonly Step[] {
  const checked = checkWorkflow({ id: 'w', file: 'w.yml', text }, { personas: new Map([['a', { edits: false }]]) });
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  return checked.workflow.steps;
}

const [choice, both, leaf] = stepsOf(`steps:
  - { id: choice, type: conditional, condition: "true", then_steps: [{ id: x, type: persona-request, persona: a }] }
  - { id: both, type: parallel, steps: [{ id: y, type: persona-request, persona: a }] }
  - { id: leaf, type: persona-request, persona: a }
`);
if (choice === undefined || both === undefined || leaf === undefined) throw new Error('no steps');

test('the lists of a step are found by their keys, an empty one too', () => {
  expect(stepLists(choice).map(({ branch, steps }) => [branch, steps.map(({ id }) => id)])).toEqual([
    ['then', ['x']],
    ['else', []],
  ]);
  expect(stepLists(both).map(({ branch, steps }) => [branch, steps.map(({ id }) => id)])).toEqual([['child', ['y']]]);
  expect([choice, both, leaf].map((step) => isContainer(step))).toEqual([true, true, false]);
});

test('what a run stored is read the same', () => {
  // a step is plain JSON
  const stored = JSON.parse(JSON.stringify([choice, both])) as readonly Step[];
  expect(stored.map((step) => stepLists(step))).toEqual([stepLists(choice), stepLists(both)]);
});

test('every list of a step is changed, and a step without any stays itself', () => {
  const renamed = withStepLists(choice, (steps) => steps.map((step) => ({ ...step, name: 'other' })));
  expect(stepsIn(renamed).map(({ name }) => name)).toEqual(['other']);
  expect(stepLists(renamed).map(({ branch }) => branch)).toEqual(['then', 'else']);
  expect(withStepLists(leaf, () => [])).toBe(leaf);
});
