// Going on with a run that an earlier job left: named by `resume-run`, or the same job tried again. Starts nothing new.
import { foldRun, isRunOver, surfaceLock } from '../engine/index.ts';
import type { RunEvent } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { eventMessages, runMessages } from './messages.ts';
import { eventsToReuse } from './events-to-reuse.ts';
import { driversOf } from './drivers.ts';
import type { KeptRun } from './kept-run.ts';
import type { Job } from './open-job.ts';
import type { JobDecision } from './run-action.ts';

const order = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** The runs to go on with; undefined when there is none and the event decides. Throws `action/no-state`, `action/refused`. */
export async function decideResume(job: Job): Promise<JobDecision | undefined> {
  const { inputs, context, wiring, event } = job;
  const isRetry = context.job.attempt > 1;
  if (wiring.states === undefined || (inputs.resumeRun === undefined && !isRetry)) return undefined;
  const all = await wiring.states.all();
  if (inputs.resumeRun === undefined) {
    const mine = all.filter(
      ({ job: { runId, name, step }, state }) =>
        // what fell short is done anew
        state.status !== 'degraded' &&
        runId === context.job.runId &&
        name === context.job.name &&
        step === context.job.step,
    );
    for (const kept of mine) await restore(job, kept, { events: eventsToReuse(kept), wake: true });
    return mine.length === 0 ? undefined : { runs: mine.map(({ run }) => run) };
  }
  const needed = job.configuration.serverFile.permissions.control;
  const has = event.isSchedule ? needed : await job.api.permission(event.sender);
  if (order.indexOf(has) < order.indexOf(needed))
    throw new TroupeError('action/refused', eventMessages.mayNot(event.sender, needed, has), { class: 'config' });
  const kept = all.find(({ run }) => run === inputs.resumeRun);
  if (kept === undefined) {
    throw new TroupeError('action/no-state', runMessages.noState(inputs.resumeRun), {
      class: 'config',
      hint: runMessages.noStateHint,
    });
  }
  const driver = driversOf(job, [kept]).get(kept.run);
  if (driver?.gone === false) {
    throw new TroupeError('action/at-work', runMessages.atWork(kept.run, driver.url), {
      class: 'config',
      hint: runMessages.atWorkHint,
    });
  }
  await restore(job, kept, { events: eventsToReuse(kept), wake: true });
  if (kept.state.status === 'paused')
    await wiring.store.journal.post(kept.run, {
      type: 'run.resumed',
      data: { by: { login: event.sender, from: 'github' } },
    });
  return { runs: [kept.run] };
}

/** Puts a kept run into this job's store. `wake`: it is looked at even if it waits. */
export async function restore(
  job: Job,
  kept: KeptRun,
  how: { readonly events: readonly RunEvent[]; readonly wake: boolean },
): Promise<void> {
  await job.wiring.store.restore(how.events, { wake: how.wake });
  // what is only looked at stays as it is: to post something is to drive it
  if (how.wake && isCutShort(how.events)) await giveMinutes(job, kept.run);
  const { surfaces, locks } = job.wiring.store;
  await locks.hold(surfaceLock(kept.run), async (lease) => {
    for (const row of kept.surfaces) await surfaces.put(row, lease);
  });
}

/** A job ended, or died, while the run was at work. */
function isCutShort(events: readonly RunEvent[]): boolean {
  return events.length > 1 && events.at(-1)?.type !== 'run.parked' && !isRunOver(foldRun(events).status);
}

/** What lies between a run that ended, or whose job died, and this job is no work: its minutes begin anew, and those of this step hold. */
export async function giveMinutes({ wiring, inputs, context }: Job, run: RunId): Promise<void> {
  const by = { login: context.actor, from: 'github' as const, reason: 'timeout-minutes' };
  const value = { job_minutes: inputs.timeoutMinutes ?? null };
  await wiring.store.journal.post(run, { type: 'control.requested', data: { verb: 'budget', value, by } });
}
