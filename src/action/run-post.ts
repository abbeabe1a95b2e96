// What is left open when a job was cancelled or its process killed: the run is cancelled, GitHub shows it, its state is kept.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldRun, isRunOver } from '../engine/index.ts';
import { createRedactor } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { renderSummary, showRun } from '../view/index.ts';
import { runnerConsole } from './console.ts';
import type { Variables } from './environment.ts';
import { runMessages } from './messages.ts';
import { openJob } from './open-job.ts';
import type { Job } from './open-job.ts';
import { optionsOf, tell } from './run-step.ts';
import { notesOnTranscripts } from './transcripts.ts';

/** Runs the post step. Resolves to the exit code. */
export async function runPost(variables: Variables): Promise<number> {
  const redactor = createRedactor();
  const console = runnerConsole(redactor.text);
  const dataDir = console.saved('data-dir');
  if (dataDir === '' || !existsSync(join(dataDir, 'troupe.db'))) return 0;
  try {
    const job = await openJob({ ...optionsOf(variables, console, redactor), dataDir }, { starts: false });
    try {
      await endAll(job);
    } finally {
      await job.wiring.close(1_000);
    }
    return 0;
  } catch (error) {
    tell(error, console);
    return 1;
  }
}

/** A run that waits stays as it is: its state is on GitHub and somebody will go on with it. */
async function endAll(job: Job): Promise<void> {
  const { wiring, context, console, redactor, dataDir } = job;
  const { journal } = wiring.store;
  // where a ref stands: the killed process had its lease
  const kept = new Map((await wiring.states?.all())?.map((one) => [one.run, one]));
  const { items } = await journal.list({ limit: 50 });
  // another job took it over before the process of this one ended
  const ours = items.filter(({ id }) => (kept.get(id)?.by ?? job.holder) === job.holder);
  const open: RunId[] = [];
  for (const { id } of ours) {
    const events = await journal.read(id);
    if (isRunOver(foldRun(events).status) || events.at(-1)?.type === 'run.parked') continue;
    const by = { login: context.actor, from: 'github' as const, reason: runMessages.cancelReason };
    await journal.post(id, { type: 'run.cancel_requested', data: { by } });
    open.push(id);
  }
  await wiring.drive();
  for (const run of open) {
    for await (const event of journal.events(run, 0, wiring.lost)) if (event.type === 'run.finished') break;
  }
  for (const { id } of ours) {
    await wiring.settle(id);
    const state = foldRun(await journal.read(id));
    const run = showRun({ state, redactor });
    await console.summary(renderSummary({ run, redactor, notes: notesOnTranscripts(dataDir, id) }));
  }
}
