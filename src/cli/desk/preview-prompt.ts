// What a persona would be sent for a task: a run of that step alone as far as the request, in a folder that is thrown away. Asks nobody.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '../../engine/index.ts';
import { isRunOver } from '../../engine/index.ts';
import { copyRepository, inspectWorkingCopy } from '../../git/index.ts';
import { deskCatalogue, openDesk } from '../../host/index.ts';
import type { HostProviders } from '../../host/index.ts';
import type { PersonaTask, Provider } from '../../personas/index.ts';
import { defined, randomRunId, silentLogger, processClock, TroupeError } from '../../support/index.ts';
import type { Configuration } from '../common/configuration.ts';
import { cliMessages } from '../common/messages.ts';
import { findingLines } from '../common/findings.ts';
import { workflowOfStep } from './given-workflow.ts';

/** The request as the provider would get it. */
export type Preview = Pick<PersonaTask, 'text' | 'sections' | 'model'>;

/** The same as `troupe step run persona-request --with persona=<id>` would send. Throws what keeps it from being sent. */
export async function previewPrompt(
  persona: string,
  task: Task,
  { cwd, configuration }: { readonly cwd: string; readonly configuration: Configuration },
): Promise<Preview> {
  const copy = await inspectWorkingCopy(cwd, configuration.redactor);
  const ear = listening(configuration.providers);
  const from = { path: copy.root, serverFile: configuration.serverFile, providers: ear.providers };
  const given = workflowOfStep('persona-request', [`persona=${persona}`]);
  const found = await deskCatalogue(from, [given]);
  const candidate = found.candidates.find(({ id }) => id === given.id);
  if (candidate?.workflow === undefined)
    throw new TroupeError('cli/workflow-mistakes', findingLines(candidate?.findings ?? []).join('\n'), {
      class: 'config',
    });
  // nothing of the repository is run for a look at a text
  const { setup: _setup, ...settings } = found.effective.settings;
  const catalogue = { ...found, effective: { ...found.effective, settings } };
  const dataDir = mkdtempSync(join(tmpdir(), 'troupe-preview-'));
  const ended = Promise.withResolvers<string | undefined>();
  // the run makes its branch in a copy
  const path = join(dataDir, 'copy.git');
  await copyRepository(copy, path, configuration.redactor);
  const desk = await openDesk({
    ...from,
    path,
    dataDir: join(dataDir, 'data'),
    machine: configuration.machine,
    network: configuration.network,
    hidden: [],
    author: copy.author,
    branch: copy.branch,
    clock: processClock,
    log: silentLogger,
    redactor: configuration.redactor,
    observers: [
      {
        name: 'preview',
        changed(state) {
          if (isRunOver(state.status))
            ended.resolve([...state.steps.values()].map(({ error }) => error?.message).join(' '));
        },
      },
    ],
  });
  const alive = setInterval(() => undefined, 60_000);
  try {
    const { workflow } = candidate;
    const run = { id: randomRunId(), workflowId: given.id, workflow, task, inputs: {}, requester: copy.author.name };
    await desk.start(run, catalogue);
    const why = await Promise.race([ear.heard, ended.promise]);
    const request = ear.request();
    if (request !== undefined) return request;
    throw new TroupeError('cli/no-prompt', cliMessages.noPrompt(persona, why ?? ''), { class: 'config' });
  } finally {
    clearInterval(alive);
    await desk.close(1_000);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Providers that keep what they are asked and give no answer. */
function listening(own: HostProviders): {
  readonly providers: HostProviders;
  readonly heard: Promise<undefined>;
  request(): Preview | undefined;
} {
  const heard = Promise.withResolvers<undefined>();
  let request: Preview | undefined;
  function provider(name: string): Provider {
    const hear = (task: PersonaTask) => {
      request ??= { text: task.text, ...defined({ sections: task.sections, model: task.model }) };
      heard.resolve(undefined);
      const usage = { source: 'none', complete: true } as const;
      const error = { class: 'cancelled', message: cliMessages.onlyLooked } as const;
      return Promise.resolve({ answer: { status: 'error' as const, summary: '', outputs: {}, usage, error } });
    };
    return {
      name,
      strategies: new Set(['immediate', 'poll', 'callback', 'stream'] as const),
      isFree: true,
      check: () => Promise.resolve([]),
      start: hear,
      resume: hear,
      release: () => Promise.resolve(),
    };
  }
  const providers: HostProviders = {
    ...own,
    rehearsal: false,
    knows: () => true,
    isUsable: () => true,
    get: provider,
    check: () => Promise.resolve([]),
    within: () => providers,
  };
  return { providers, heard: heard.promise, request: () => request };
}
