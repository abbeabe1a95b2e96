// Approvals as people give them: bound to the commit they have seen, one decision, by who may decide (decision 36).
import { expect, test } from 'vitest';
import type { RunId, Sha, StepPath } from '../support/index.ts';
import { base, bot, story, wendy } from './testing/story.ts';
import type { Story } from './testing/story.ts';

const seen = 'a'.repeat(40) as Sha; // 40 hex digits
const pushed = 'b'.repeat(40) as Sha; // as above
const path = 'look' as StepPath; // the only step of the story's workflow
const petra = { login: 'petra', id: 8, type: 'User' };

/** A run that waits for an approval of what `seen` holds, where GitHub has `head`. */
async function waiting(head: string, by: readonly string[] = [], asked = 1): Promise<{ told: Story; run: RunId }> {
  const told = story();
  told.github.permissions.set('petra', 'write');
  const { runs } = await told.comment('/troupe run feature', { commentId: 400 });
  const [run] = runs;
  if (run === undefined) throw new Error('the run of the story did not start');
  told.github.comments.splice(0);
  told.github.reactions.splice(0);
  told.runs.append(
    run,
    { type: 'run.started', data: {} },
    { type: 'facts.changed', data: { branch: 'troupe/7', headSha: seen } },
    { type: 'step.started', step: path, attempt: 1, data: { input: {}, inputHash: 'h' } },
    ...Array.from({ length: asked }, () => ({
      type: 'approval.requested' as const,
      step: path,
      attempt: 1,
      data: { message: 'Ship it?', sha: seen, inputHash: 'h', by, expires: null },
    })),
    { type: 'step.waiting', step: path, attempt: 1, data: { for: 'approval', until: null } },
    { type: 'run.parked', data: { until: null } },
  );
  told.github.heads.set('troupe/7', head);
  return { told, run };
}

const decisions = (told: Story) => told.runs.posted.map(({ event }) => event);

test('approved: the decision carries the commit, who, and where from', async () => {
  const { told, run } = await waiting(seen);
  expect(await told.comment('/troupe approve')).toMatchObject({ outcome: 'acted' });
  expect(decisions(told)).toEqual([
    {
      type: 'approval.decided',
      step: 'look',
      data: { approved: true, by: { login: 'wendy', from: 'comment', ref: 'comment:501:0' }, sha: seen },
    },
  ]);
  expect(told.said()).toEqual([`Approved \`look\` of \`${run}\` at \`aaaaaaa\`.`]);
  expect(told.github.reactions).toEqual(['eyes', '+1']);
});

test('its delivery handled again after the run went on: the same words, nothing done twice', async () => {
  const { told, run } = await waiting(seen);
  await told.comment('/troupe approve');
  told.runs.append(
    run,
    { type: 'step.succeeded', step: path, attempt: 1, data: { result: { outputs: {} } } },
    { type: 'run.finished', data: { status: 'succeeded', reason: 'done', outputs: {} } },
  );
  told.github.heads.set('troupe/7', pushed);
  const [first] = told.said();
  await told.comment('/troupe approve');
  expect(told.said().at(-1)).toBe(first);
  expect(decisions(told)).toHaveLength(1);
  expect(told.github.reactions).not.toContain('confused');
});

test('a push between request and approval: refused, with the line to copy; the copied line is followed', async () => {
  const { told } = await waiting(pushed);
  expect(await told.comment('/troupe approve')).toMatchObject({ outcome: 'refused' });
  expect(told.said()).toEqual([
    `Not approved: the branch moved from \`aaaaaaa\` to \`bbbbbbb\` since the approval was asked for. Look at what changed, then: \`/troupe approve look @${pushed}\``,
  ]);
  expect([decisions(told), told.github.reactions]).toEqual([[], ['confused']]);
  await told.comment(`/troupe approve look @${pushed}`, { commentId: 502 });
  expect(decisions(told)).toMatchObject([{ data: { headSha: pushed } }, { data: { approved: true, sha: pushed } }]);
});

test('asked for again, the commit has to be named; a wrong one is refused', async () => {
  const { told } = await waiting(seen, [], 2);
  await told.comment('/troupe approve');
  await told.comment(`/troupe approve @${pushed.slice(0, 8)}`, { commentId: 502 });
  expect(told.said()).toEqual([
    `The approval was asked for again, so it has to name the commit: \`/troupe approve look @${seen}\``,
    `Not approved: \`bbbbbbbb\` is not the head of the branch, \`aaaaaaa\` is. Look at it, then: \`/troupe approve look @${seen}\``,
  ]);
  expect(decisions(told)).toEqual([]);
});

test('two people at once make one decision', async () => {
  const { told } = await waiting(seen);
  await Promise.all([
    told.comment('/troupe approve'),
    told.comment('/troupe reject', { sender: petra, commentId: 502 }),
  ]);
  expect(decisions(told)).toHaveLength(1);
  expect(told.said()).toContain('`look` was approved by wendy already.');
});

test('the same comment delivered again decides nothing new and says the same', async () => {
  const { told } = await waiting(seen);
  await told.comment('/troupe approve');
  const before = told.said();
  await told.comment('/troupe approve', { delivery: 'again' });
  expect([decisions(told).length, told.said()]).toEqual([1, before]);
});

test('only who is named may decide; the requester not, where the file says so', async () => {
  const named = await waiting(seen, ['petra']);
  await named.told.comment('/troupe approve');
  expect(named.told.said()).toEqual(['@wendy, `look` may be decided by `petra` only.']);
  await named.told.comment('/troupe approve', { sender: petra, commentId: 502 });
  expect(decisions(named.told)).toHaveLength(1);
  const other = await waiting(seen, ['not_requester']);
  await other.told.comment('/troupe approve');
  expect(other.told.said()).toEqual(['@wendy, you asked for this run: somebody else has to decide about `look`.']);
});

test('the button decides about the commit its check is on; a reject keeps its reason', async () => {
  const { told, run } = await waiting(seen);
  const press = (identifier: string, head: string) =>
    told.send('check_run', {
      ...base({ sender: wendy }),
      action: 'requested_action',
      check_run: { external_id: `${run}:look:1`, name: 'troupe / feature / Look', head_sha: head },
      requested_action: { identifier },
    });
  expect(await press('approve', pushed)).toMatchObject({ outcome: 'refused' });
  expect(decisions(told)).toEqual([]);
  await told.comment('/troupe reject look "The changelog is missing"', { commentId: 502 });
  expect(decisions(told)).toMatchObject([{ data: { approved: false, by: { reason: 'The changelog is missing' } } }]);
  expect(await press('approve', seen)).toMatchObject({ outcome: 'refused' });
  expect(await press('explode', seen)).toMatchObject({ outcome: 'ignored' });
});

test('our own bot and a listed bot approve nothing', async () => {
  const { told } = await waiting(seen);
  await told.comment('/troupe approve', { sender: { login: 'renovate[bot]', id: 9, type: 'Bot' } });
  await told.comment('/troupe approve', { sender: bot, commentId: 502 });
  expect(decisions(told)).toEqual([]);
});
