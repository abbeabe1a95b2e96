import { describe, expect, test } from 'vitest';
import { otherStarters } from './other-starters.ts';
import { story, workflow } from '../testing/story.ts';

test('each label, event and person is named once, and the own label not at all', () => {
  expect(
    otherStarters('fix', {
      labels: ['troupe:fix', 'Bug', 'bug', 'Troupe: Fix', 'urgent', 'Bug'],
      events: ['issues.opened', 'issues.opened'],
      assignees: ['Ann', 'ann'],
    }),
  ).toEqual({ labels: ['Bug', 'urgent'], events: ['issues.opened'], assignees: ['Ann'] });
});

describe('the label of a built-in workflow that is not enabled', () => {
  const hotfix = workflow('hotfix', 'trigger: { labels: ["troupe:hotfix", hotfix] }');

  test('starts nothing; `explain` says what would make it count, `workflows` names each label once', async () => {
    const { runs, label, comment, said } = story({ builtIn: new Map([['hotfix', hotfix]]) });
    await label('hotfix');
    expect(runs.specs.size).toBe(0);
    await comment('/troupe explain', { issue: { labels: [{ name: 'hotfix' }] } });
    expect(said().at(-1)).toContain(
      'the label hotfix starts it only where .github/troupe.yml says workflows: { enable: [hotfix] }; the label troupe:hotfix and /troupe run hotfix do now',
    );
    await comment('/troupe workflows', { commentId: 502 });
    expect(said().at(-1)).toContain('| `troupe:hotfix`; once `workflows.enable` names it also `hotfix` |');
  });
});
