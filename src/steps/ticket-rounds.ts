// What happens to tickets while no run is driven: replies are taken in, runs are told, answers are looked for, the other side is let go.
import type { Journal, TicketReply, TicketRow, TicketState, Tickets, WantedTicket } from '../engine/index.ts';
import { isRunOver } from '../engine/index.ts';
import { replyUsage } from '../personas/index.ts';
import type { Provider, ProviderReach, Reply, Ticket } from '../personas/index.ts';
import { messageOf } from '../support/index.ts';
import type { Clock, Logger, Redactor, RunId } from '../support/index.ts';
import type { StepServices } from './common/types.ts';

/** What the rounds work with. */
export interface TicketPorts {
  readonly tickets: Tickets;
  readonly blobs: StepServices['blobs'];
  readonly journal: Pick<Journal, 'post' | 'summary'>;
  provider(name: string): Provider | undefined;
  readonly providerNames: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
}

/** What became of a reply. `known`: the same bytes came before. `over`: nobody waits for it any more; what it took still counts. */
export type Received = 'kept' | 'known' | 'over' | 'unknown';

/** The rounds. */
export interface TicketRounds {
  /** Keeps a reply that is known to be genuine, durable when resolved, and wakes its run. The first one wins. */
  receive(requestId: string, reply: Reply): Promise<Received>;
  /** Looks now for what is due. */
  now(): Promise<void>;
  /** Takes nothing new; what is under way is aborted. What is not done is done by the next process. */
  stop(): Promise<void>;
}

const open: readonly TicketState[] = ['sending', 'waiting'];
/** Who takes a row has so long before another one may. */
const leaseMs = 60_000;
const atOnce = 32;
/** A look or a release that failed is repeated after these times; the last one repeats. */
const pausesMs = [5_000, 15_000, 60_000, 300_000];

/** Starts the rounds: woken by changes and by the clock, never by polling. */
export function startTicketRounds(ports: TicketPorts): TicketRounds {
  const { tickets, clock, log } = ports;
  const ending = new AbortController();
  const reach: ProviderReach = { signal: ending.signal, clock, log, redactor: ports.redactor };
  let running: Promise<void> | undefined;
  let again = false;
  let dropTimer: (() => void) | undefined;

  function wake(): void {
    again = true;
    if (running !== undefined || ending.signal.aborted) return;
    running = rounds()
      .catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'tickets could not be looked after; tried again');
        arm(clock.now() + (pausesMs[0] ?? 0));
      })
      .finally(() => {
        running = undefined;
        if (again) wake();
      });
  }

  async function rounds(): Promise<void> {
    while (again && !ending.signal.aborted) {
      again = false;
      const now = clock.now();
      const rows = await tickets.take(now, now + leaseMs, atOnce);
      await Promise.all(rows.map((row) => attend(ports, reach, row)));
      again ||= rows.length === atOnce;
    }
    arm(await tickets.nextAt());
  }

  function arm(at: number | undefined): void {
    dropTimer?.();
    dropTimer = undefined;
    if (at !== undefined && !ending.signal.aborted) dropTimer = clock.after(Math.max(0, at - clock.now()), wake);
  }

  const stopHearing = tickets.onChange(wake);
  const listeners = listenToAll(ports, reach);
  wake();
  return {
    receive: (requestId, reply) => take(ports, requestId, reply),
    async now() {
      wake();
      await running;
    },
    async stop() {
      stopHearing();
      dropTimer?.();
      ending.abort();
      await Promise.all(listeners.map((stopListening) => stopListening()));
      await running;
    },
  };
}

/** Hears the answers of providers that tell them by themselves. Gives what ends it, one for each. */
function listenToAll(ports: TicketPorts, reach: ProviderReach) {
  return ports.providerNames.flatMap((name) => {
    const stopListening = ports
      .provider(name)
      ?.listen?.((id, reply) => take(ports, id, reply).then(() => undefined), reach);
    return stopListening === undefined ? [] : [stopListening];
  });
}

/** Rows of runs that ended, or are not there any more, while nobody was left to say so. For the start of a process, and the sweep. */
export async function releaseEndedRuns(ports: TicketPorts): Promise<void> {
  for (const run of await ports.tickets.runs()) {
    const summary = await ports.journal.summary(run);
    if (summary === undefined || isRunOver(summary.status)) await keepTickets(ports, run, () => []);
  }
}

/** The part of the executor that keeps rows in step with the journal: see `StepExecutor.keepTickets`. */
export async function keepTickets(
  { tickets, clock }: Pick<TicketPorts, 'tickets' | 'clock'>,
  run: RunId,
  wanted: () => readonly WantedTicket[],
): Promise<void> {
  const rows = await tickets.of(run);
  for (const { requestId, state } of rows) {
    if (state === 'over' || state === 'releasing') continue;
    if (wanted().some((one) => one.requestId === requestId)) continue;
    // who has answered needs not be told, but what the answer took counts
    const from = [...open, 'answered'] as const;
    await tickets.move(requestId, from, { state: 'releasing', nextAt: clock.now(), failures: 0 });
  }
  const known = new Set(rows.map(({ requestId }) => requestId));
  // the journal came from elsewhere, without rows
  for (const one of wanted()) if (!known.has(one.requestId) && one.isWaiting) await openAgain(tickets, run, one);
}

async function openAgain(
  tickets: Tickets,
  run: RunId,
  { requestId, step, attempt, ticket }: WantedTicket,
): Promise<void> {
  // persona-ask wrote it: a ticket
  const kept = ticket as unknown as Ticket;
  const { provider, strategy, deadline, nextLookAt } = kept;
  const row = { requestId, run, step, attempt, provider, strategy, data: ticket, secret: null, deadline };
  await tickets.open({ ...row, nextAt: null });
  await tickets.move(requestId, ['sending'], { state: 'waiting', nextAt: nextLookAt ?? null });
}

/** Stored before anything else; the run hears of it now, or at the next round where that fails. */
async function take(ports: TicketPorts, requestId: string, reply: Reply): Promise<Received> {
  const { tickets, blobs, clock, log } = ports;
  const known = await tickets.get(requestId);
  if (known === undefined) return 'unknown';
  const sha256 = await blobs.put(reply.body);
  const came = { sha256, bytes: reply.body.byteLength, mediaType: reply.mediaType, at: clock.now() };
  // told below; by somebody else only where this process dies
  const nextAt = came.at + leaseMs;
  const kept = await tickets.move(requestId, open, { state: 'answered', reply: came, nextAt, failures: 0 });
  if (kept !== undefined) {
    await tell(ports, kept).catch((error: unknown) => {
      log.warn({ request: requestId, error: messageOf(error) }, 'a run could not be told of a reply; it will be');
    });
    return 'kept';
  }
  const row = await tickets.get(requestId);
  if (row?.reply?.sha256 === sha256) return 'known';
  if (row?.state === 'answered' || row?.reply !== null) return 'over';
  // counted before it is known: who sends it again after a death is counted once
  await countLate(ports, row, reply);
  await tickets.move(requestId, ['releasing', 'over'], { reply: came });
  return 'over';
}

/** What nobody waits for any more was paid for all the same. Rejects where it could not be written, so that it is sent again. */
async function countLate({ journal }: TicketPorts, row: TicketRow, reply: Reply): Promise<void> {
  const { requestId, run, step, attempt, provider } = row;
  // of a run that was removed nothing is counted
  if ((await journal.summary(run)) === undefined) return;
  const usage = { ...replyUsage(reply), request: requestId };
  await journal.post(run, { type: 'usage.recorded', step, attempt, data: { usage, provider, late: true } });
}

/** An answer came and its step was over before it was read. One that was read is counted already: the same request counts once. */
async function countUnread(ports: TicketPorts, row: TicketRow, { sha256, mediaType }: TicketReply): Promise<void> {
  const body = await ports.blobs.get(sha256);
  // nobody can tell any more what it took, and its step says so
  if (body !== undefined) await countLate(ports, row, { body, mediaType });
}

async function attend(ports: TicketPorts, reach: ProviderReach, row: TicketRow): Promise<void> {
  try {
    if (row.state === 'answered') await tell(ports, row);
    else if (row.state === 'waiting') await look(ports, reach, row);
    else if (row.state === 'releasing') await release(ports, reach, row);
    else await ports.tickets.move(row.requestId, ['sending'], { nextAt: null });
  } catch (error) {
    if (reach.signal.aborted) return;
    const failures = row.failures + 1;
    const nextAt = ports.clock.now() + (pausesMs[Math.min(failures, pausesMs.length) - 1] ?? leaseMs);
    const about = { run: row.run, step: row.step, provider: row.provider, error: messageOf(error), failures };
    ports.log.warn(
      about,
      row.state === 'releasing' ? 'a provider could not be told that nobody waits' : 'a look for an answer failed',
    );
    await ports.tickets.move(row.requestId, [row.state], { failures, nextAt });
  }
}

/** The event wakes the run. A run that has ended is told nothing. */
async function tell(
  { journal, tickets }: TicketPorts,
  { requestId, run, step, attempt, reply }: TicketRow,
): Promise<void> {
  if (reply !== null) {
    const { sha256, bytes, mediaType } = reply;
    const data = { requestId, reply: { sha256, bytes, mediaType } };
    await journal.post(run, { type: 'ticket.answered', step, attempt, data });
  }
  await tickets.move(requestId, ['answered'], { nextAt: null });
}

async function look(ports: TicketPorts, reach: ProviderReach, row: TicketRow): Promise<void> {
  const provider = ports.provider(row.provider);
  if (row.deadline !== null && row.deadline <= ports.clock.now()) {
    // the step hears of its deadline by itself
    await ports.tickets.move(row.requestId, ['waiting'], { nextAt: null });
    return;
  }
  const found = await provider?.look?.(ticketOf(row), reach);
  if (found === undefined) await ports.tickets.move(row.requestId, ['waiting'], { nextAt: null });
  else if ('reply' in found) await take(ports, row.requestId, found.reply);
  else
    await ports.tickets.move(row.requestId, ['waiting'], {
      // a ticket is a plain object
      data: found.waiting as unknown as TicketRow['data'],
      nextAt: found.waiting.nextLookAt ?? null,
      failures: 0,
    });
}

/** Again and again until it worked. A provider that is not configured any more can be told nothing, and who has answered needs not be told. */
async function release(ports: TicketPorts, reach: ProviderReach, row: TicketRow): Promise<void> {
  const { reply } = row;
  if (reply === null) await ports.provider(row.provider)?.release(ticketOf(row), reach);
  else await countUnread(ports, row, reply);
  await ports.tickets.move(row.requestId, ['releasing'], { state: 'over', nextAt: null });
}

function ticketOf({ data }: TicketRow): Ticket {
  // the step stored a ticket there, and nobody else writes it
  return data as unknown as Ticket;
}
