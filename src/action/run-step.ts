// One step in Actions from inputs to exit code. Every way it can end sets the outputs.
import { join } from 'node:path';
import { getInput } from '@actions/core';
import {
  createRedactor,
  goThroughProxies,
  isObject,
  messageOf,
  randomToken,
  processClock,
  proxySecrets,
  TroupeError,
} from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { consoleLogger, runnerConsole } from './console.ts';
import type { ActionConsole } from './console.ts';
import { readContext } from './context.ts';
import type { ActionContext } from './context.ts';
import { onEnd } from './environment.ts';
import type { Variables } from './environment.ts';
import { readInputs } from './inputs.ts';
import { runMessages } from './messages.ts';
import { renderNothing } from './nothing-started.ts';
import type { NothingStarted } from './nothing-started.ts';
import { usualLeaseMs } from './kept-run.ts';
import { isGood, outputsOf } from './outputs.ts';
import type { ActionResult } from './outputs.ts';
import { answerRequest } from './answer-request.ts';
import { runAction } from './run-action.ts';
import type { ActionOptions } from './open-job.ts';
import { writtenTranscripts } from './transcripts.ts';

/** Runs the step. Resolves to the exit code. */
export async function runStep(variables: Variables): Promise<number> {
  const redactor = createRedactor();
  const console = runnerConsole(redactor.text);
  let dataDir: string | undefined;
  let began = false;
  try {
    const options = optionsOf(variables, console, redactor);
    ({ dataDir } = options);
    const result =
      options.inputs.personaRequest === undefined
        ? await runAction({ ...options, onBegin: () => (began = true) })
        : await answerRequest(options, options.inputs.personaRequest);
    finish(console, result, dataDir);
    if (isGood(result.conclusion)) return 0;
    // the step that failed has said it, with what helps
    if (!console.hasTold(result.message)) console.annotate('error', result.message);
    return 1;
  } catch (error) {
    const message = tell(error, console);
    await console.summary(renderNothing(failureOf(error, began), variables));
    finish(console, { conclusion: 'failed', message }, dataDir);
    return 1;
  }
}

/** Everything a job needs of the process. Throws `action/inputs`. */
export function optionsOf(variables: Variables, console: ActionConsole, redactor: Redactor): ActionOptions {
  const inputs = readInputs((name) => getInput(name));
  console.mask(inputs.token);
  redactor.add(inputs.token);
  for (const secret of proxySecrets(variables)) redactor.add(secret);
  goThroughProxies(variables);
  const context = readContext(variables);
  const dataDir = dataDirOf(context);
  console.save('data-dir', dataDir);
  const holder = console.saved('holder') || randomToken(12);
  console.save('holder', holder);
  const interval = Number(variables['TROUPE_WRITE_INTERVAL_MS'] ?? Number.NaN);
  const lease = Number(variables['TROUPE_LEASE_MS'] ?? Number.NaN);
  return {
    inputs,
    context,
    variables,
    console,
    dataDir,
    clock: processClock,
    log: consoleLogger(console),
    redactor,
    onEnd,
    holder,
    leaseMs: lease > 0 ? lease : usualLeaseMs,
    ...(Number.isFinite(interval) ? { writeIntervalMs: interval } : {}),
  };
}

/** Tells an error where people look; gives its message. */
export function tell(error: unknown, console: ActionConsole): string {
  const { message, hint } = failureOf(error);
  console.annotate('error', hint === undefined ? message : `${message}\n${hint}`);
  if (!(error instanceof TroupeError) && isObject(error) && typeof error['stack'] === 'string')
    console.debug(error['stack']);
  return message;
}

/** What is said of an error that ended the job. `began`: a run was at work. */
function failureOf(error: unknown, began = false): NothingStarted {
  const how = began ? 'left' : 'failed';
  return error instanceof TroupeError
    ? { how, message: error.message, hint: error.hint }
    : { how, message: runMessages.unforeseen(messageOf(error)), hint: runMessages.unforeseenHint };
}

/** Each step of a job has a folder of its own: the same Action may stand in it twice. */
function dataDirOf({ temp, job }: ActionContext): string {
  return join(temp, 'troupe', `${job.runId}-${job.name}-${job.step}`.replaceAll(/[^\w-]/g, '_'));
}

function finish(console: ActionConsole, result: ActionResult, dataDir: string | undefined): void {
  const transcripts = dataDir === undefined ? '' : writtenTranscripts(dataDir);
  for (const [name, value] of Object.entries(outputsOf(result, transcripts))) console.output(name, value);
  console.save('finished', 'true');
}
