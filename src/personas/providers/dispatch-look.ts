// What became of a dispatched workflow run whose answer has not come: looked at, and cancelled when nobody waits any more. Believes no run, only answers.
import { defined, isObject, TroupeError } from '../../support/index.ts';
import type { ErrorClass } from '../../support/index.ts';
import { dispatchMessages as say } from '../dispatch/messages.ts';
import type { ProviderReach, ProviderServices, Reply, Ticket } from '../model/types.ts';
import type { WorkflowRun, Workflows } from '../model/workflows.ts';
import type { DispatchConfig } from './dispatch-config.ts';

/** An entry, and what the host gives to it. */
export interface DispatchLine {
  readonly config: DispatchConfig;
  readonly services: ProviderServices;
}

/** Pauses between looks; the last one repeats. The answer comes by itself: they only tell of a job that will never give one. */
const looksMs = [15_000, 30_000, 60_000, 120_000] as const;
/** A run that GitHub does not show by then never was. */
const beginMs = 10 * 60_000;
/** Where nobody knows when it was dispatched: runs before that are of other requests. */
const longestMs = 24 * 3_600_000;

/** The ticket of a request that was dispatched: looked after from now on. */
export function lookLater(
  ticket: Ticket,
  next: { readonly now: number; readonly run?: number; readonly looks?: number; readonly since?: number },
): Ticket {
  const { now, run, looks = 0, since = now } = next;
  const pause = looksMs[Math.min(looks, looksMs.length - 1)] ?? beginMs;
  return { ...ticket, keeps: { since, looks, ...defined({ run }) }, nextLookAt: now + pause };
}

/** One look. Rejects where GitHub is out, to be called again. */
export async function lookFor(
  line: DispatchLine,
  ticket: Ticket,
  { clock }: ProviderReach,
): Promise<{ readonly reply: Reply } | { readonly waiting: Ticket }> {
  const now = clock.now();
  const { since = now, looks, run } = keptIn(ticket);
  const { workflow } = line.config.options;
  const found = await runOf(line, ticket, now);
  if (found === undefined) {
    if (run !== undefined) return { reply: lostReply('failed', say.gone()) };
    if (now - since > beginMs) return { reply: lostReply('transient', say.neverBegan(workflow, beginMs)) };
    return { waiting: lookLater(ticket, { now, since, looks: looks + 1 }) };
  }
  if (!found.isOver) return { waiting: lookLater(ticket, { now, since, looks: looks + 1, run: found.id }) };
  const conclusion = found.conclusion ?? 'success';
  return { reply: lostReply(kindOf(conclusion), say.ended(conclusion, found.url)) };
}

/** Cancels what is at work. What begins later finds its request over, and does nothing. */
export async function giveUpOn(line: DispatchLine, ticket: Ticket, { clock }: ProviderReach): Promise<void> {
  const { run = (await runOf(line, ticket, clock.now()))?.id } = keptIn(ticket);
  if (run !== undefined) await workflowsOf(line).cancel(ticket.requestId, run);
}

/** Those of GitHub. Throws where the work is not for GitHub. */
export function workflowsOf({ config, services: { workflows } }: DispatchLine): Workflows {
  if (workflows !== undefined) return workflows;
  throw new TroupeError('persona/provider', say.noGitHub(config.name), { class: 'config', hint: say.noGitHubHint() });
}

/** The run of a request, by its id or by its title; undefined: GitHub shows none. */
export function runOf(line: DispatchLine, ticket: Ticket, now: number): Promise<WorkflowRun | undefined> {
  const { requestId } = ticket;
  const { run, since = now - longestMs } = keptIn(ticket);
  const workflows = workflowsOf(line);
  return run === undefined
    ? workflows.find(requestId, { workflow: line.config.options.workflow, since })
    : workflows.run(requestId, run);
}

function kindOf(conclusion: string): ErrorClass {
  if (conclusion === 'timed_out') return 'timeout';
  return conclusion === 'startup_failure' || conclusion === 'stale' ? 'transient' : 'failed';
}

/** A reply that stands for one that never comes: kept and read like any other. */
function lostReply(kind: ErrorClass, message: string): Reply {
  const body = JSON.stringify({ status: 'error', error: { class: kind, message } });
  return { body: Buffer.from(body, 'utf8'), mediaType: 'application/json' };
}

/** What a ticket keeps of the other side. Absent: nobody knows whether it was dispatched. */
function keptIn({ keeps }: Ticket): { readonly run?: number; readonly looks: number; readonly since?: number } {
  const kept = isObject(keeps) ? keeps : {};
  const number = (key: string): number | undefined => (typeof kept[key] === 'number' ? kept[key] : undefined);
  return { looks: number('looks') ?? 0, ...defined({ since: number('since'), run: number('run') }) };
}
