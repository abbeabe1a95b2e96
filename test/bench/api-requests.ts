// Requests to GitHub's API of one project-loop run, from the label to the pull request that is ready for review. Git over HTTP is not counted.
import { setTimeout } from 'node:timers/promises';
import { isRunOver } from '../../src/engine/index.ts';
import { startStory } from '../support/story.ts';
import type { Story } from '../support/story.ts';
import type { Figure } from './figure.ts';

/** Counts them, by route, for the second run of a bot: what it asks once, at its start, is not the run's. */
export async function apiRequests(): Promise<readonly Figure[]> {
  const story = await startStory();
  await story.label();
  await story.ended();
  const person = story.github.as('writer');
  const issue = await person.openIssue(story.fullName, { title: 'Mugs are free', body: 'All but one of each.' });
  await story.github.settled();
  while ((await waitingDeliveries(story)) > 0) await setTimeout(20);
  const before = story.github.requests.length;
  await person.label(story.fullName, issue, 'troupe:project-loop');
  const run = await story.github.until('the end of the second run', async () => {
    const second = (await story.runs()).find(({ taskNumber }) => taskNumber === issue);
    return second !== undefined && isRunOver(second.status) ? second : undefined;
  });
  await story.bot().views.flush(run.id);
  await story.github.settled();
  const requests = story.github.requests.slice(before).filter(({ path }) => !path.includes('.git/'));
  const pull = await story.pull();
  const commits = (await story.repository.log(pull?.headRef ?? '')).length - 1;
  await story.close();
  if (run.status !== 'succeeded') throw new Error(`The run ended ${run.status}: ${run.reason ?? ''}`);
  const byRoute = new Map<string, number>();
  for (const { route, method, path } of requests) {
    const name = route ?? `${method} ${path}`;
    byRoute.set(name, (byRoute.get(name) ?? 0) + 1);
  }
  const lines = [...byRoute]
    .toSorted((a, b) => b[1] - a[1])
    .map(([route, count]) => `  ${String(count).padStart(3)}  ${route}`);
  return [
    {
      what: `API requests of a run with 6 persona steps and ${commits} commits`,
      measured: `${requests.length}`,
      bar: '≤ 40',
      isMet: requests.length <= 40,
      notes: ['API requests by route:', ...lines],
    },
  ];
}

async function waitingDeliveries(story: Story): Promise<number> {
  const { deliveries } = await story.bot().store.counts();
  return (deliveries['new'] ?? 0) + (deliveries['working'] ?? 0);
}
