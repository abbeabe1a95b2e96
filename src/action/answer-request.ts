// A job that answers one request of the bot: fetches it, lets a provider of this job play the persona, hands the answer back. Knows no run and writes nothing to GitHub.
import { fileSource } from '../coordinator/index.ts';
import { createTokenApp } from '../github/index.ts';
import { commonsOfProcess, remoteWork } from '../host/index.ts';
import {
  errorResult,
  fetchRequest,
  handIn,
  machineEnvironment,
  openRequest,
  readRequest,
  writeResult,
} from '../personas/index.ts';
import type { RemoteReach, RemoteRequest } from '../personas/index.ts';
import { classOf, isObject, messageOf, parseJson, TroupeError } from '../support/index.ts';
import { readConfiguration } from './configuration.ts';
import type { ActionConfiguration } from './configuration.ts';
import { isAtSha } from './event.ts';
import { answerMessages as say } from './messages.ts';
import type { ActionOptions } from './open-job.ts';
import type { ActionResult } from './outputs.ts';
import { hiddenPaths } from './wiring.ts';

const secretName = 'TROUPE_DISPATCH_SECRET';
/** How long the end of a cancelled job tries to tell of it: the runner gives it 7.5 s. */
const lastWordMs = 4_000;

/** Answers it. Whoever asked hears of everything that goes wrong once the request is read. */
export async function answerRequest(options: ActionOptions, sealed: string): Promise<ActionResult> {
  const result = await answer(options, sealed).catch((error: unknown): ActionResult => {
    const hint = error instanceof TroupeError ? error.hint : undefined;
    options.console.annotate('error', hint === undefined ? messageOf(error) : `${messageOf(error)}\n${hint}`);
    return { conclusion: 'failed', message: messageOf(error) };
  });
  const title = result.conclusion === 'succeeded' || result.conclusion === 'skipped' ? result.conclusion : 'failed';
  await options.console.summary(`${say.title[title]}\n\n${result.message}\n`);
  return result;
}

async function answer(options: ActionOptions, sealed: string): Promise<ActionResult> {
  const { console, redactor, variables, context } = options;
  const key = variables[secretName] ?? '';
  if (key === '') throw new TroupeError('persona/sealed', say.noKey, { class: 'config', hint: say.noKeyHint });
  const place = openRequest(key, sealed);
  const ending = new AbortController();
  const stop = options.onEnd(() => {
    console.info(say.cancelling);
    ending.abort(new Error(say.cancelled));
  });
  const reach: RemoteReach = { fetch, clock: options.clock, log: options.log, signal: ending.signal };
  try {
    // a second try of the same run goes on with it
    const found = await fetchRequest(place, `github-actions-${context.job.runId}`, reach);
    if (found === 'taken' || found === 'over') return { conclusion: 'skipped', message: say[found] };
    const request = readRequest(found.body);
    const { callback } = request;
    if (callback === undefined) throw new TroupeError('persona/request', say.noWayBack, { class: 'config' });
    for (const secret of [key, callback.secret]) {
      console.mask(secret);
      redactor.add(secret);
    }
    const body = await work(options, { request, body: found.body, signal: ending.signal });
    return await handBack(options, { request, callback, body, reach });
  } finally {
    stop();
  }
}

/** The text of an answer, whatever happens. */
async function work(
  options: ActionOptions,
  asked: { readonly request: RemoteRequest; readonly body: string; readonly signal: AbortSignal },
): Promise<string> {
  const { console, redactor, clock, log, context, variables, dataDir } = options;
  const { request, body, signal } = asked;
  try {
    const configuration = await configurationOf(options);
    for (const secret of configuration.secrets) {
      console.mask(secret);
      redactor.add(secret);
    }
    const { providers, serverFile } = configuration;
    const provider = providers.standIn ?? serverFile.defaultProvider;
    console.info(say.asks(request.task.persona.name, provider));
    const machine = machineEnvironment(variables);
    const hidden = hiddenPaths(context);
    const play = remoteWork({ ...configuration, provider, dataDir, machine, hidden, redactor, clock, log, fetch });
    return await play(body, signal);
  } catch (error) {
    const [kind, message] = signal.aborted ? (['failed', say.cancelled] as const) : [classOf(error), messageOf(error)];
    if (!signal.aborted) console.annotate('error', message);
    return writeResult(errorResult(kind, message), redactor);
  }
}

/** The operator's file and the answers of the repository, as every job reads them. */
async function configurationOf(options: ActionOptions): Promise<ActionConfiguration> {
  const { inputs, context, clock, log, redactor, variables, dataDir, writeIntervalMs } = options;
  const intervalMs = writeIntervalMs === undefined ? {} : { intervalMs: writeIntervalMs };
  const { pacerOf } = commonsOfProcess({ clock, ...intervalMs });
  const { token, apiUrl: baseUrl, owner } = { ...inputs, ...context };
  const app = createTokenApp({ token, baseUrl, owner, clock, log, redactor, pacerOf });
  const api = app.repository(0, owner, context.repo);
  const ref = isAtSha(context) ? context.sha : (await api.info()).defaultBranch;
  return readConfiguration(inputs, { files: fileSource(api, ref), variables, dir: `${dataDir}/config` });
}

async function handBack(
  { log, clock }: ActionOptions,
  back: {
    readonly request: RemoteRequest;
    readonly callback: NonNullable<RemoteRequest['callback']>;
    readonly body: string;
    readonly reach: RemoteReach;
  },
): Promise<ActionResult> {
  const { request, callback, body, reach } = back;
  const { requestId, persona } = request.task;
  const isCancelled = reach.signal.aborted;
  const way = isCancelled ? { fetch, clock, log, signal: AbortSignal.timeout(lastWordMs) } : reach;
  const handedIn = handIn({ requestId, body, ...callback }, way);
  if (isCancelled) {
    await handedIn.catch(() => undefined);
    return { conclusion: 'cancelled', message: say.cancelled };
  }
  if ((await handedIn) === 'over') return { conclusion: 'skipped', message: say.tooLate(persona.name) };
  const status = statusIn(body);
  // a persona that says no has done its job
  const conclusion = status === 'error' ? 'failed' : 'succeeded';
  return { conclusion, message: say.handedIn(persona.name, status) };
}

function statusIn(body: string): string {
  const value: unknown = parseJson(body);
  return isObject(value) && typeof value['status'] === 'string' ? value['status'] : 'unknown';
}
