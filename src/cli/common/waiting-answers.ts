// The requests of a run that are answered later: who was asked, since when, when somebody looks next, until when. From their rows, which know more than the journal.
import type { TicketRow } from '../../engine/index.ts';
import type { Reader } from '../../store/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Output } from '../schemas/index.ts';

/** A request that is waited for. */
export type WaitingAnswer = NonNullable<Output<'run'>['waiting']>[number];

/** Those that nobody has answered yet, oldest first. */
export async function waitingAnswers(tickets: Reader['tickets'], run: RunId): Promise<readonly WaitingAnswer[]> {
  const rows = await tickets.of(run);
  return rows.filter(({ state }) => state === 'sending' || state === 'waiting').map(waitingAnswer);
}

function waitingAnswer(row: TicketRow): WaitingAnswer {
  const { step, provider, strategy, requestId, attempt, createdAt, nextAt, failures } = row;
  return {
    step,
    provider,
    strategy,
    request: requestId,
    attempt,
    since: createdAt,
    nextLookAt: nextAt,
    deadline: deadlineOf(row),
    failedLooks: failures,
  };
}

/** What the provider made of it: people have all the time that they take. */
function deadlineOf({ data, deadline }: TicketRow): number | null {
  const told = data['deadline'];
  return typeof told === 'number' || told === null ? told : deadline;
}
