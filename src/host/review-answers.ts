// Answers each thread of a review when the run that worked on it has ended. Looks before it answers, so that a thread is answered once.
import { foldRun, isRunOver, listAll } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import { madeOnce } from '../github/index.ts';
import type { GitHubApp } from '../github/index.ts';
import type { Store } from '../store/index.ts';
import { messageOf, quotePersonaText } from '../support/index.ts';
import type { Clock, Logger, RunId } from '../support/index.ts';
import { showRun } from '../view/index.ts';
import { reviewMessages } from './messages.ts';
import type { Observer } from './observers.ts';
import { apiAt } from './place-of.ts';

/** Runs that began longer ago are not looked for. */
const lookBackMs = 14 * 24 * 60 * 60_000;
/** A reply is a line or two; the pull request holds the whole story. */
const summaryBytes = 2_000;

/** Answers reviews, as an observer of runs. */
export interface ReviewAnswers extends Observer {
  /** Looks at recent runs that may have ended while nobody looked. */
  sweep(): Promise<number>;
}

/** What answering is made of. */
export interface ReviewAnswerPorts {
  readonly store: Pick<Store, 'journal'>;
  readonly app: Pick<GitHubApp, 'repository' | 'places'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Answers over one App. */
export function createReviewAnswers(ports: ReviewAnswerPorts): ReviewAnswers {
  const done = new Set<RunId>();
  const busy = new Map<RunId, Promise<void>>();
  const stopping = new AbortController();

  function start(state: RunState): void {
    const { review } = state.spec.followUp ?? {};
    if (review === undefined || !isRunOver(state.status) || done.has(state.id) || busy.has(state.id)) return;
    const work = answer(state, ports, stopping.signal)
      .then(() => void done.add(state.id))
      .catch((error: unknown) =>
        ports.log.warn({ run: state.id, error: messageOf(error) }, 'a review could not be answered; tried again later'),
      )
      .finally(() => busy.delete(state.id));
    busy.set(state.id, work);
  }

  async function settled(): Promise<void> {
    await Promise.all(busy.values());
  }

  return {
    name: 'reviews',
    changed: start,
    close() {
      stopping.abort();
      return settled();
    },
    async sweep() {
      const { journal } = ports.store;
      const items = await listAll(journal, { since: ports.clock.now() - lookBackMs });
      let seen = 0;
      for (const { id, status } of items) {
        if (!isRunOver(status) || done.has(id)) continue;
        if ((await journal.spec(id))?.followUp?.review === undefined) continue;
        seen += 1;
        start(foldRun(await journal.read(id)));
      }
      await settled();
      return seen;
    },
  };
}

async function answer(state: RunState, { app, clock }: ReviewAnswerPorts, signal: AbortSignal): Promise<void> {
  const { repository, followUp } = state.spec;
  const number = (state.facts.pullRequest ?? followUp?.facts.pullRequest)?.number;
  const api = number === undefined ? undefined : await apiAt(app, repository);
  if (number === undefined || api === undefined) return;
  const text = textFor(state);
  for (const { id } of followUp?.review?.threads ?? []) {
    const marker = `<!-- troupe:reply=${state.id}:${id} -->`;
    await madeOnce(
      {
        async make() {
          await api.replyToReviewThread?.(number, { comment: id, body: text, marker });
          return null;
        },
        find: async () => ((await api.hasReviewReply?.(number, marker)) === true ? null : undefined),
      },
      clock,
      signal,
    );
  }
}

/** What was done, in the words of the step that changed something last. */
function textFor(state: RunState): string {
  const { id, status, reason = '', rows } = showRun({ state });
  const { headSha } = state.facts;
  const before = state.spec.followUp?.facts.headSha;
  const changed = headSha !== undefined && headSha !== before;
  if (status !== 'succeeded' && status !== 'degraded') return reviewMessages.notDone(id, status, quoted(reason));
  const said = quoted(rows.findLast(({ told }) => told.files.length > 0)?.told.summary ?? '');
  return changed ? reviewMessages.done(headSha, said) : reviewMessages.unchanged(said);
}

function quoted(text: string): string {
  return quotePersonaText(text, { maxBytes: summaryBytes });
}
