// Going on with a run that an earlier job left: named by `resume-run`, or the same job tried again. Starts nothing new.
import { isRunOver, surfaceLock } from '../engine/index.ts';
import type { RunEvent } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import { eventMessages, runMessages } from './messages.ts';
import { eventsToReuse } from './events-to-reuse.ts';
import type { KeptRun } from './run-states.ts';
import type { Job, JobDecision } from './run-action.ts';

const order = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** The runs to go on with; undefined when there is none and the event decides. Throws `action/no-state`, `action/refused`. */
export async function decideResume(job: Job): Promise<JobDecision | undefined> {
  const { inputs, context, wiring, event } = job;
  const isRetry = context.job.attempt > 1;
  if (wiring.states === undefined || (inputs.resumeRun === undefined && !isRetry)) return undefined;
  const all = await wiring.states.all();
  if (inputs.resumeRun === undefined) {
    const mine = all.filter(
      ({ job: { runId, name, step } }) =>
        runId === context.job.runId && name === context.job.name && step === context.job.step,
    );
    for (const kept of mine) await restore(job, kept, { events: eventsToReuse(kept.events), wake: true });
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
  await restore(job, kept, { events: eventsToReuse(kept.events), wake: true });
  if (kept.state.status === 'paused')
    await wiring.store.journal.post(kept.run, {
      type: 'run.resumed',
      data: { by: { login: event.sender, from: 'github' } },
    });
  return { runs: [kept.run] };
}

/** Puts a kept run into this job's store. `wake`: it is looked at even if it waits. */
export async function restore(
  { wiring }: Job,
  kept: KeptRun,
  how: { readonly events: readonly RunEvent[]; readonly wake: boolean },
): Promise<void> {
  await wiring.store.restore(how.events, { wake: how.wake });
  const { surfaces, locks } = wiring.store;
  await locks.hold(surfaceLock(kept.run), async (lease) => {
    for (const row of kept.surfaces) await surfaces.put(row, lease);
  });
}

/** Whether a job drives the run now, as far as it is known. */
export function isDriven({ driven, state }: KeptRun): boolean {
  return driven && !isRunOver(state.status);
}
