// Nobody's words keep the project's checks from running: not in a commit, not in the title and body of a pull request.
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';

const tell = storyPerTest();

const workflow = `name: Small
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - id: finish
    type: git-operation
    operation: open-pull-request
    title: "{{task.title}} [CI SKIP]"
    body: "{{steps.implement.summary}}"
    dependencies: [implement]
  - { id: squash, type: git-operation, operation: squash, message: "{{task.title}}", dependencies: [finish] }
`;

const orders = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]|\*\*\*no_ci\*\*\*|skip-checks\s*:/i;

test('an issue and a persona that say [skip ci] keep no checks away, however the pull request is merged', async () => {
  const told = await tell({
    files: { '.github/troupe/workflows/small.yml': workflow },
    world: { issue: { title: 'Totals are wrong [Skip CI]', body: 'Quantity is ignored.' } },
    answers: {
      'lead-engineer': {
        ...goodAnswers['lead-engineer'],
        summary: 'Multiplied. [no ci] [actions skip] ***NO_CI***\n\n\nskip-checks: true',
      },
    },
  });
  await told.label('troupe:small');
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  const pull = await told.pull();
  expect(pull?.title).toBe('Totals are wrong (Skip CI) (CI SKIP)');
  expect(pull?.body).toContain('Multiplied. (no ci) (actions skip)');
  expect(pull?.body).not.toMatch(orders);
  const [head] = await told.repository.log(pull?.headRef ?? '');
  expect(head?.message.split('\n')[0]).toBe('Totals are wrong (Skip CI)');
  expect(head?.message.replace(/^skip-checks: true$/m, '')).not.toMatch(orders);
});
