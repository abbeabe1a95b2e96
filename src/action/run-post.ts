// What is left open when a job was cancelled or its process killed: the run is cancelled, GitHub shows it, its state is kept.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldRun, isRunOver } from '../engine/index.ts';
import { createRedactor } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { renderSummary } from '../view/index.ts';
import { runnerConsole } from './console.ts';
import type { Variables } from './environment.ts';
import { runMessages } from './messages.ts';
import { openJob } from './run-action.ts';
import type { Job } from './run-action.ts';
import { optionsOf, tell } from './run-step.ts';

/** Runs the post step. Resolves to the exit code. */
export async function runPost(variables: Variables): Promise<number> {
  const console = runnerConsole();
  const redactor = createRedactor();
  const dataDir = console.saved('data-dir');
  if (dataDir === '' || !existsSync(join(dataDir, 'troupe.db'))) return 0;
  try {
    const job = await openJob({ ...optionsOf(variables, console, redactor), dataDir });
    try {
      await endAll(job);
    } finally {
      await job.wiring.close(1_000);
    }
    return 0;
  } catch (error) {
    tell(error, console, redactor);
    return 1;
  }
}

/** A run that waits stays as it is: its state is on GitHub and somebody will go on with it. */
async function endAll(job: Job): Promise<void> {
  const { wiring, context, console, redactor } = job;
  const { journal } = wiring.store;
  // the lease of the state: the killed process had it
  await wiring.states?.all();
  const { items } = await journal.list({ limit: 50 });
  const open: RunId[] = [];
  for (const { id } of items) {
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
  for (const { id } of items) {
    await wiring.settle(id);
    const state = foldRun(await journal.read(id));
    await console.summary(redactor.text(renderSummary({ state, redactor })));
  }
}
