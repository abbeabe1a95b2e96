// What a job leaves as people wrote it: their pull requests to the last byte, and what stands around its part on its own ones.
import { expect, test } from 'vitest';
import { oddTitle, oddWords } from '../support/odd-words.ts';
import { rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: true });

const mend = `name: mend
steps:
  - { id: fix, name: Fix, type: persona-request, persona: lead-engineer, on_failure: continue }
  - { id: finish, type: git-operation, operation: open-pull-request, title: Mended, body: Said, dependencies: [fix], approval: { by: [maintainer] } }
`;

async function say(there: Stage, number: number, by: string, words: string, runId: number) {
  await there.github.as(by).comment(there.fullName, number, words);
  const payload = await there.payload('issue_comment');
  return there.job({ event: 'issue_comment', payload, actor: by, runId, with: rehearse });
}

test('jobs leave a pull request that a person opened as it is: started, approved, started again, cancelled, tried again', async () => {
  const there = await set({ files: { '.github/troupe/workflows/mend.yml': mend } });
  const writer = there.github.as('writer');
  await writer.pushCommit(there.fullName, 'topic', { from: 'main', message: 'Mine', files: { 'mine.txt': 'mine\n' } });
  const words = { title: oddTitle, body: oddWords, draft: true };
  const number = await writer.openPullRequest(there.fullName, { head: 'topic', ...words });
  const theirs = async (): Promise<unknown> => {
    const pull = (await there.repository.pullRequests()).find((one) => one.number === number);
    const { title, body, draft, state, labels, requestedReviewers } = pull ?? {};
    return { title, body, draft, state, labels, requestedReviewers };
  };
  const before = await theirs();
  const said = [
    await say(there, number, 'writer', '/troupe run mend', 1),
    await say(there, number, 'maintainer', '/troupe approve', 2),
    await say(there, number, 'writer', '/troupe run mend', 3),
    await say(there, number, 'writer', '/troupe cancel', 4),
    await say(there, number, 'writer', '/troupe retry', 5),
    await say(there, number, 'maintainer', '/troupe approve', 6),
  ];
  expect(said.map(({ outputs }) => outputs['conclusion'])).toEqual([
    'waiting',
    'succeeded',
    'waiting',
    'cancelled',
    'waiting',
    // the work is on the branch since the first run: nothing is left to change, and that is no verdict
    'failed',
  ]);
  expect(await theirs()).toEqual(before);
});
