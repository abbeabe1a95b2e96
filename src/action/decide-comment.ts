// A comment in a job: its `/troupe` commands, for new runs and for those that wait. Everything else that comments can do is left alone.
import { looksLike } from '../coordinator/index.ts';
import type { Coordinator, CoordinatorPorts, Decision } from '../coordinator/index.ts';
import { isObject, TroupeError } from '../support/index.ts';
import { jobUrl } from './context.ts';
import { eventMessages, runMessages } from './messages.ts';
import type { KeptRun } from './run-states.ts';
import { isDriven, restore } from './decide-resume.ts';
import type { Job, JobDecision } from './run-action.ts';

/** Decides about the comment. Throws `action/refused` and writes nothing when its author may not. */
export async function decideComment(
  job: Job,
  coordinate: (ports: CoordinatorPorts) => Coordinator,
): Promise<JobDecision> {
  const { event, context, wiring } = job;
  const { comment, issue } = event.payload;
  const body = isObject(comment) && typeof comment['body'] === 'string' ? comment['body'] : '';
  const number = isObject(issue) ? Number(issue['number']) : 0;
  const mayHoldCommand = /\/troupe|@/i.test(looksLike(body));
  const kept = mayHoldCommand ? await runsAbout(job, number) : [];
  const busy = kept.filter(isDriven);
  const here = kept.filter((one) => !isDriven(one));
  for (const one of here) await restore(job, one, { events: one.events, wake: false });
  let mayAnswer: boolean | undefined;
  let isForBusy = false;
  const permission = await job.api.permission(event.sender);
  const coordinator = coordinate({
    ...job.coordinator,
    carriesOut(decision) {
      // somebody without a say gets no comment out of us: the job's log tells why
      mayAnswer = decision.outcome !== 'refused' || ['admin', 'maintain', 'write', 'triage'].includes(permission);
      isForBusy = busy.length > 0 && isAboutNoRun(decision);
      return mayAnswer && !isForBusy && !job.inputs.dryRun;
    },
  });
  const handled = await coordinator.handle({ id: `${context.job.runId}`, event: event.name, payload: event.payload });
  const [driven] = busy;
  if (isForBusy && driven !== undefined) {
    const message = runMessages.busy(driven.state.id, jobUrl(context, driven.job.runId));
    if (mayAnswer === true && !job.inputs.dryRun) await answer(job, { number, message });
    return { result: { conclusion: 'skipped', message } };
  }
  if (handled.outcome === 'refused') {
    const why = handled.why.filter(({ ok }) => !ok).map(({ detail }) => detail);
    throw new TroupeError('action/refused', why.join('; ') || handled.reason, { class: 'config' });
  }
  const touched: KeptRun[] = [];
  for (const one of here) {
    const now = await wiring.store.journal.read(one.run, one.events.at(-1)?.seq ?? 0);
    if (now.length > 0) touched.push(one);
  }
  const runs = [...new Set([...handled.runs, ...touched.map(({ run }) => run)])];
  if (runs.length > 0 && !job.inputs.dryRun) return { runs };
  const reason = mayAnswer === undefined ? eventMessages.noCommand : handled.reason;
  return { result: { conclusion: 'skipped', message: eventMessages.skipped(reason) } };
}

/** Runs that earlier jobs left for the issue, or that made the pull request. */
async function runsAbout({ wiring }: Job, number: number): Promise<readonly KeptRun[]> {
  const all = (await wiring.states?.all()) ?? [];
  return all.filter(({ state }) => state.spec.task.number === number || state.facts.pullRequest?.number === number);
}

/** A command that found no run it could be about: then it is meant for the one that another job drives. */
function isAboutNoRun({ actions, why }: Decision): boolean {
  if (actions.some(({ kind }) => kind === 'start' || kind === 'post')) return false;
  return why.some(({ topic, ok }) => topic === 'command' && !ok);
}

/** Says it below the comment, once however often the job is tried. */
async function answer({ api, context, event }: Job, said: { number: number; message: string }): Promise<void> {
  const marker = `<!-- troupe:busy=${context.job.runId} -->`;
  if ((await api.findComment(said.number, marker)) !== undefined) return;
  await api.createComment(said.number, `@${event.sender}, ${said.message}\n\n${marker}`, 'urgent');
}
