// Fifty runs under way: a backup of the bot at work, the machine lost later, all of them brought to their pull requests by another one.
import { expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import { backUp, loseAndRestore } from '../support/restored.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { neutralAnswers, quickFiles } from '../support/write-faults.ts';

const stage = storyPerTest();
const runs = 50;
/** Where everything is played: one of many runs may still fail when it goes on from a backup, which docs/reliability.md says. */
const isWhole = process.env['TROUPE_ALL_POINTS'] === '1';

test.runIf(isWhole)(`${runs} runs, backed up while the fifth has ended, lost while the tenth has`, async () => {
  const told = await stage({ answers: neutralAnswers, files: quickFiles });
  const issues: number[] = [];
  for (let number = 1; number <= runs; number += 1)
    issues.push(await told.github.as('writer').openIssue(told.fullName, { title: `Fix it, ${number}`, body: '' }));
  for (const issue of issues) await told.github.as('writer').label(told.fullName, issue, 'troupe:quick');
  const ended = async (): Promise<number> => (await told.runs()).filter(({ status }) => isRunOver(status)).length;
  const atLeast = (count: number) =>
    told.github.until(`${count} ended runs`, async () => ((await ended()) >= count ? true : undefined));
  await told.github.until('all runs', async () => ((await told.runs()).length === runs ? true : undefined));
  await atLeast(5);
  const [backup] = await Promise.all([backUp(told), atLeast(6)]);
  expect(backup.warnings).toEqual([]);
  await atLeast(10);
  await loseAndRestore(told);
  // no wait is longer than five runs take
  for (let count = 11; count <= runs; count += 5) await atLeast(count);
  await atLeast(runs);
  for (const { id } of await told.runs()) await told.bot().views.flush(id);
  await told.github.settled();

  expect(new Set((await told.runs()).map(({ status }) => status))).toEqual(new Set(['succeeded']));
  const pulls = await told.repository.pullRequests();
  expect(pulls).toHaveLength(runs);
  expect(new Set(pulls.map(({ headRef }) => headRef)).size).toBe(runs);
  for (const { headSha } of pulls) expect(await told.repository.log(headSha)).toHaveLength(3);
  const checks = told.repository.checkRuns();
  expect(checks.filter(({ status }) => status !== 'completed')).toEqual([]);
  const names = checks.map(({ headSha, externalId }) => `${headSha} ${externalId}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  for (const issue of issues) {
    const ours = told.repository.comments(issue).filter(({ author }) => author === told.app.botLogin);
    const marks = ours.map(({ body }) => /<!--[^]*?-->/.exec(body)?.[0]);
    expect(marks.filter((mark, at) => marks.indexOf(mark) !== at)).toEqual([]);
  }
});
