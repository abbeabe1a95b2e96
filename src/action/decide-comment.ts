// A comment in a job: its `/troupe` commands, for new runs and for those that wait. Everything else that comments can do is left alone.
import { looksLike } from '../coordinator/index.ts';
import { jobUrl } from './context.ts';
import type { Coordinator, CoordinatorPorts, Decision, Driver } from '../coordinator/index.ts';
import { isObject, TroupeError } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { besideOf, runsAbout } from './beside.ts';
import { eventMessages } from './messages.ts';
import { driversOf } from './drivers.ts';
import type { KeptRun } from './kept-run.ts';
import { giveMinutes, restore } from './decide-resume.ts';
import type { Job } from './open-job.ts';
import type { JobDecision } from './run-action.ts';

/** Decides about the comment. Throws `action/refused` and writes nothing when its author may not. */
export async function decideComment(
  job: Job,
  coordinate: (ports: CoordinatorPorts) => Coordinator,
): Promise<JobDecision> {
  const { event, context, wiring, inputs } = job;
  const { comment, issue } = event.payload;
  const body = isObject(comment) && typeof comment['body'] === 'string' ? comment['body'] : '';
  const number = isObject(issue) ? Number(issue['number']) : 0;
  const mayHoldCommand = /\/troupe|@/i.test(looksLike(body));
  const kept = mayHoldCommand ? await runsAbout(job, number) : [];
  const drivers = driversOf(job, kept);
  for (const one of kept) await restore(job, one, { events: one.events, wake: false });
  let mayAnswer: boolean | undefined;
  let isAnswered = false;
  let busyLine: string | undefined;
  const permission = await job.api.permission(event.sender);
  const coordinator = coordinate({
    ...job.coordinator,
    driver: (run) => drivers.get(run),
    runUrl: (run) =>
      pageOf(
        job,
        kept.find((one) => one.run === run),
        drivers,
      ),
    carriesOut(decision) {
      // somebody without a say gets no comment out of us: the job's log tells why
      mayAnswer = decision.outcome !== 'refused' || ['admin', 'maintain', 'write', 'triage'].includes(permission);
      isAnswered = mayAnswer && decision.actions.some(({ kind }) => kind === 'say');
      busyLine = sameWork(decision, kept, drivers);
      return mayAnswer && busyLine === undefined && !inputs.dryRun;
    },
  });
  const handled = await coordinator.handle({ id: `${context.job.runId}`, event: event.name, payload: event.payload });
  if (busyLine !== undefined) {
    if (!inputs.dryRun) await answer(job, { number, message: busyLine });
    return { result: { conclusion: 'skipped', message: busyLine } };
  }
  const why = handled.why.filter(({ topic, ok }) => topic !== 'handler' && !ok).map(({ detail }) => detail);
  // who is told below the comment why not needs no failed job beside it
  if (handled.outcome === 'refused' && isAnswered) return { result: { conclusion: 'skipped', message: why.join(' ') } };
  if (handled.outcome === 'refused') {
    throw new TroupeError('action/refused', why.join('; ') || handled.reason, { class: 'config' });
  }
  const touched: KeptRun[] = [];
  for (const one of kept) {
    const now = await wiring.store.journal.read(one.run, one.events.at(-1)?.seq ?? 0);
    if (now.length === 0) continue;
    touched.push(one);
    if (drivers.get(one.run)?.gone === true) await giveMinutes(job, one.run);
  }
  const runs = [...new Set([...handled.runs, ...touched.map(({ run }) => run)])];
  if (runs.length > 0 && !inputs.dryRun) return { runs };
  const held = handled.why.some(({ topic }) => topic === 'command' || topic === 'permission');
  const reason = held ? handled.reason : eventMessages.noCommand;
  return { result: { conclusion: 'skipped', message: eventMessages.skipped(reason) } };
}

/** The job that had a run last; who drives one is told with its link anyway. */
function pageOf({ context }: Job, kept: KeptRun | undefined, drivers: ReadonlyMap<RunId, Driver>): string | undefined {
  return kept === undefined || drivers.has(kept.run) ? undefined : jobUrl(context, kept.job.runId);
}

/** What is said where a run would be started beside one for the same thing that another job drives, or drove until its runner vanished. */
function sameWork(
  { actions }: Decision,
  kept: readonly KeptRun[],
  drivers: ReadonlyMap<RunId, Driver>,
): string | undefined {
  // what the same comment ends is in nobody's way
  const replaces = actions.flatMap((action) =>
    action.kind === 'post' && action.event.type === 'run.cancel_requested' && drivers.get(action.run)?.gone === true
      ? [action.run]
      : [],
  );
  for (const action of actions) {
    if (action.kind !== 'start') continue;
    const { stops } = besideOf(action.spec, kept, { drivers, replaces });
    if (stops !== undefined) return stops.line;
  }
  return undefined;
}

/** Says it below the comment, once however often the job is tried. */
async function answer({ api, context, event }: Job, said: { number: number; message: string }): Promise<void> {
  const marker = `<!-- troupe:busy=${context.job.runId} -->`;
  if ((await api.findComment(said.number, marker)) !== undefined) return;
  await api.createComment(said.number, `@${event.sender}, ${said.message}\n\n${marker}`, 'urgent');
}
