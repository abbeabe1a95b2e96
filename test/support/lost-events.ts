// Stories whose webhooks are lost, or come in another order or twice, and how they end. Used by samples and by the long tests.
import type { Store } from '../../src/store/index.ts';
import { idle } from './idle.ts';
import { startStory } from './story.ts';
import type { Story } from './story.ts';
import { neutralAnswers, quickFiles } from './write-faults.ts';

/** Kinds of webhooks that a story's people and its run cause. */
export const kinds = ['issues', 'issue_comment', 'push', 'pull_request', 'check_run', 'check_suite', '*'] as const;

/** What an issue shows when its events have been handled. */
export interface OrderEnding {
  readonly runs: readonly string[];
  readonly answers: number;
  readonly labels: readonly string[];
  readonly reactions: readonly string[];
}

/** The number of events that one issue of `Orders` has. */
export const eventsPerIssue = 6;

/** A bot that starts runs and does not drive them, and issues whose events are held back until their order is known. */
export interface Orders {
  /** For each order, a list of event numbers from 0 on, an issue of its own. */
  play(orders: readonly (readonly number[])[]): Promise<readonly OrderEnding[]>;
  readonly story: Story;
}

/** Sets the stage. */
export async function startOrders(stage: typeof startStory = startStory): Promise<Orders> {
  const story = await stage({
    answers: neutralAnswers,
    files: quickFiles,
    bot: { wrap: { store: withoutDriving } },
  });
  await story.github.settled();
  await story.bot().sweep();

  async function open(): Promise<number> {
    const { github, fullName } = story;
    const seen = github.deliveries.length;
    github.faults.deliveries({ event: '*', effect: 'hold' });
    const issue = await github.as('reader').openIssue(fullName, { title: 'Wrong total' });
    await github.as('writer').label(fullName, issue, 'bug');
    await github.as('reader').comment(fullName, issue, 'I see it too');
    await github.as('writer').comment(fullName, issue, '/troupe help');
    await github.as('writer').label(fullName, issue, 'troupe:quick');
    await github.as('writer').assign(fullName, issue, 'writer');
    github.faults.clear();
    if (github.deliveries.length !== seen) throw new Error('a delivery was not held');
    return issue;
  }

  return {
    story,
    async play(orders) {
      const opened: { readonly order: readonly number[]; readonly issue: number }[] = [];
      for (const order of orders) opened.push({ order, issue: await open() });
      await story.github.faults.release((held) =>
        opened.flatMap(({ order, issue }) => {
          const own = held.filter(({ payload }) => numberOf(payload) === issue);
          if (own.length !== eventsPerIssue) throw new Error(`issue ${issue} has ${own.length} events`);
          return order.flatMap((index) => own[index] ?? []);
        }),
      );
      await idle(story);
      return Promise.all(opened.map(({ issue }) => endingOf(story, issue)));
    },
  };
}

async function endingOf(story: Story, issue: number): Promise<OrderEnding> {
  const { repository, app } = story;
  const { items } = await story.bot().store.journal.list({ repositoryId: repository.id, taskNumber: issue });
  const comments = repository.comments(issue);
  return {
    runs: items.map(({ workflow, status }) => `${workflow}: ${status}`),
    // a run that waits in line says so in a comment of its own
    answers: comments.filter(({ author, body }) => author === app.botLogin && body.includes('<!-- troupe:answer-'))
      .length,
    labels: repository.issue(issue).labels.toSorted(),
    reactions: comments.flatMap(({ reactions }) => reactions.map(({ content }) => content)).toSorted(),
  };
}

function numberOf(payload: unknown): unknown {
  // every webhook of an issue names it
  return (payload as { readonly issue?: { readonly number?: number } }).issue?.number;
}

/** The store of a bot that starts runs and does not drive them. */
export function withoutDriving(store: Store): Store {
  return { ...store, journal: { ...store.journal, serve: async () => ({ stop: async () => {} }) } };
}
