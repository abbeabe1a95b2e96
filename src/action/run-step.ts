// One step in Actions from inputs to exit code. Every way it can end sets the outputs.
import { join } from 'node:path';
import { getInput } from '@actions/core';
import { createRedactor, isObject, systemClock, TroupeError } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { consoleLogger, runnerConsole } from './console.ts';
import type { ActionConsole } from './console.ts';
import { readContext } from './context.ts';
import type { ActionContext } from './context.ts';
import { onEnd } from './environment.ts';
import type { Variables } from './environment.ts';
import { readInputs } from './inputs.ts';
import { isGood, outputsOf } from './outputs.ts';
import type { ActionResult } from './outputs.ts';
import { runAction } from './run-action.ts';
import type { ActionOptions } from './run-action.ts';

/** Runs the step. Resolves to the exit code. */
export async function runStep(variables: Variables): Promise<number> {
  const console = runnerConsole();
  const redactor = createRedactor();
  try {
    const result = await runAction(optionsOf(variables, console, redactor));
    finish(console, result);
    if (isGood(result.conclusion)) return 0;
    console.annotate('error', result.message);
    return 1;
  } catch (error) {
    const message = tell(error, console, redactor);
    finish(console, { conclusion: 'failed', message });
    return 1;
  }
}

/** Everything a job needs of the process. Throws `action/inputs`. */
export function optionsOf(variables: Variables, console: ActionConsole, redactor: Redactor): ActionOptions {
  const inputs = readInputs((name) => getInput(name));
  console.mask(inputs.token);
  redactor.add(inputs.token);
  const context = readContext(variables);
  const dataDir = dataDirOf(context);
  console.save('data-dir', dataDir);
  const interval = Number(variables['TROUPE_WRITE_INTERVAL_MS'] ?? Number.NaN);
  return {
    inputs,
    context,
    variables,
    console,
    dataDir,
    clock: systemClock,
    log: consoleLogger(console, redactor.text),
    redactor,
    onEnd,
    ...(Number.isFinite(interval) ? { writeIntervalMs: interval } : {}),
  };
}

/** Tells an error where people look; gives its message. */
export function tell(error: unknown, console: ActionConsole, redactor: Redactor): string {
  const known = error instanceof TroupeError;
  const message = redactor.text(error instanceof Error ? error.message : String(error));
  const hint = known && error.hint !== undefined ? `\n${redactor.text(error.hint)}` : '';
  console.annotate('error', `${message}${hint}`);
  if (!known && isObject(error) && typeof error['stack'] === 'string') console.debug(redactor.text(error['stack']));
  return message;
}

/** Each step of a job has a folder of its own: the same Action may stand in it twice. */
function dataDirOf({ temp, job }: ActionContext): string {
  return join(temp, 'troupe', `${job.runId}-${job.name}-${job.step}`.replaceAll(/[^\w-]/g, '_'));
}

function finish(console: ActionConsole, result: ActionResult): void {
  for (const [name, value] of Object.entries(outputsOf(result))) console.output(name, value);
  console.save('finished', 'true');
}
