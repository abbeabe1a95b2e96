// Runs the repository's `setup` commands in a worktree before anything executes there. Never with a provider's key.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration, hashJson, TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import type { RunSettings, StepContext } from '../engine/index.ts';
import type { GitRepository, Worktree } from '../git/index.ts';
import { endingSignal } from '../personas/index.ts';
import type { Sandbox, SandboxResult } from '../personas/index.ts';
import { commandMessages } from './common/messages.ts';
import { requireTrust } from './trust.ts';
import type { StepServices } from './common/types.ts';

type SetupCommands = NonNullable<RunSettings['setup']>;

/** Where setup is to run. */
export interface SetupPlace {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly repository: GitRepository;
  readonly worktree: Worktree;
  /** The commit whose key files decide whether the caches are still good. */
  readonly commit: Sha;
  readonly sandbox: Sandbox;
  /** The worktree is new, whatever its path: nothing that was done there before counts. */
  readonly fresh?: boolean;
}

/** Remembers which worktrees are set up, for as long as the process lives. */
export interface Setup {
  /** Runs the commands unless this worktree is set up for the same key and its caches are there. */
  ensure(place: SetupPlace): Promise<void>;
}

/** Setup for all steps of one executor. */
export function createSetup(): Setup {
  const done = new Map<string, string>();
  return {
    async ensure(place) {
      const setup = place.context.spec.settings.setup;
      if (setup === undefined || setup.run.length === 0) return;
      requireTrust('setup', place);
      const key = await keyOf(setup, place);
      const cached =
        place.fresh !== true && setup.cache.every((folder) => existsSync(join(place.worktree.path, folder)));
      if (cached && done.get(place.worktree.path) === key) return;
      done.delete(place.worktree.path);
      await runAll(setup, place);
      // what the commands made is no persona's work
      await place.worktree.takeAsGiven();
      done.set(place.worktree.path, key);
    },
  };
}

/** The cache folders of the settings, checked: they survive the reset of a worktree. */
export function cacheFolders(settings: RunSettings): readonly string[] {
  const folders = settings.setup?.cache ?? [];
  const bad = folders.find(
    (path) => path.startsWith('/') || path.split('/').some((part) => part === '..' || part.toLowerCase() === '.git'),
  );
  if (bad !== undefined) throw new TroupeError('setup/cache', commandMessages.badCache(bad), { class: 'config' });
  return folders;
}

async function keyOf(setup: SetupCommands, { repository, commit }: SetupPlace): Promise<string> {
  const files = await Promise.all(setup.key.map((path) => repository.readFile(commit, path)));
  return hashJson([setup.run, setup.key, files.map((text) => text ?? null)]);
}

async function runAll(setup: SetupCommands, place: SetupPlace): Promise<void> {
  const { context, services } = place;
  const output: string[] = [];
  let left = setup.timeoutMs;
  for (const command of setup.run) {
    const shown = command.join(' ');
    context.progress(commandMessages.settingUp(shown));
    const ended = await place.sandbox.run({
      command,
      cwd: place.worktree.path,
      env: {},
      timeoutMs: Math.max(1, left),
      signal: context.signal,
      readable: place.worktree.readable ?? [],
      network: true,
    });
    context.signal.throwIfAborted();
    left -= ended.durationMs;
    output.push(`$ ${shown}\n${ended.stdout}${ended.stderr}`);
    if (ended.exitCode === 0) continue;
    await services.keepArtifact(context, {
      name: `${context.path}.setup.txt`,
      mediaType: 'text/plain',
      content: services.redactor.text(output.join('\n')),
    });
    throw failure(shown, ended, { timeoutMs: setup.timeoutMs, redactor: services.redactor });
  }
  await services.keepArtifact(context, {
    name: `${context.path}.setup.txt`,
    mediaType: 'text/plain',
    content: services.redactor.text(output.join('\n')),
  });
}

function failure(
  shown: string,
  ended: SandboxResult,
  { timeoutMs, redactor }: Pick<SetupCommands, 'timeoutMs'> & Pick<StepServices, 'redactor'>,
): TroupeError {
  const signal = endingSignal(ended);
  const tail = redactor.tail(`${ended.stdout}\n${ended.stderr}`.trim(), 1_000).split('\n').slice(-10).join('\n');
  if (ended.reached !== undefined)
    return new TroupeError('setup/limit', commandMessages.setupFailed(shown, ended.reached.words, tail), {
      class: 'failed',
      hint: ended.reached.hint,
    });
  if (signal !== undefined)
    return new TroupeError(
      'setup/killed',
      commandMessages.setupFailed(shown, commandMessages.killed(signal, ended.exitCode), tail),
      { class: 'transient', hint: commandMessages.killedHint() },
    );
  const how = ended.timedOut
    ? commandMessages.timedOut(formatDuration(timeoutMs))
    : commandMessages.exited(ended.exitCode);
  return new TroupeError('setup/failed', commandMessages.setupFailed(shown, how, tail), {
    class: ended.timedOut ? 'timeout' : 'failed',
    hint: commandMessages.setupHint(),
  });
}
