// Which data directory a command reads, and opening it beside a running owner. Never takes ownership.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { foldRun } from '../../engine/index.ts';
import type { RunState, StepState } from '../../engine/index.ts';
import { hasStore, openStore } from '../../store/index.ts';
import type { Reader, StorePlace } from '../../store/index.ts';
import { isRunId, nearest, TroupeError } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import { requireFolder } from './data-folder.ts';
import type { Io } from './io.ts';
import { recordMessages } from './messages-records.ts';
import { cliMessages } from './messages.ts';
import { rootAround } from './repository-of.ts';
import { nearPath, shellWord } from './shell-word.ts';

/** The option of every command that reads runs. */
export const dataDirOption = [
  '--data-dir <folder>',
  'where the runs are (default: TROUPE_DATA_DIR, else .troupe here or in the working copy)',
] as const;

/** The data directory that the option, the environment or the current folder names. Throws `cli/bad-data-dir` where it can be none. */
export function dataDirOf(io: Io, option: string | undefined): string {
  return requireFolder(dataDirNamed(io, option));
}

/** The same, whatever is there. */
export function dataDirNamed(io: Io, option: string | undefined): string {
  const named = option ?? io.environment['TROUPE_DATA_DIR'];
  if (named !== undefined) return resolve(io.cwd, named);
  const here = join(io.cwd, '.troupe');
  return existsSync(here) ? here : join(rootAround(io.cwd), '.troupe');
}

/** What a command for copying says of the data directory: ` --data-dir <folder>`; nothing where commands find it themselves. */
export function dataDirWords(io: Io, dataDir: string): string {
  return dataDirNamed(io, undefined) === dataDir ? '' : ` --data-dir ${shellWord(nearPath(dataDir, io.cwd))}`;
}

/** The store that commands find in a data directory. */
export function storeIn(dataDir: string): StorePlace {
  return { kind: 'embedded', directory: dataDir };
}

/** Opens it for reading, beside whoever drives. */
export function openReader(dataDir: string): Promise<Reader> {
  return openStore({ ...storeIn(dataDir), access: 'read' });
}

/** Calls back with a journal that only reads, and what else is kept beside it; closes it. */
export async function withReader<Result>(
  dataDir: string,
  work: (journal: Reader['journal'], reader: Reader) => Promise<Result>,
): Promise<Result> {
  if (!(await hasStore(storeIn(dataDir)))) {
    throw new TroupeError('cli/no-data', cliMessages.noData(dataDir), {
      class: 'config',
      hint: cliMessages.noDataHint,
    });
  }
  const reader = await openReader(dataDir);
  try {
    return await work(reader.journal, reader);
  } finally {
    await reader.close();
  }
}

/** The state of a run. Throws `cli/no-run` when the journal does not know it. */
export async function stateOf(journal: Reader['journal'], id: string, dataDir: string): Promise<RunState> {
  const events = await journal.read(runIdFrom(id));
  if (events.length === 0)
    throw new TroupeError('cli/no-run', cliMessages.noRun(id, dataDir, await nearRun(journal, id)), {
      class: 'config',
      hint: cliMessages.noRunHint,
    });
  return foldRun(events);
}

async function nearRun(journal: Reader['journal'], id: string): Promise<string | undefined> {
  const { items } = await journal.list({ limit: 200 });
  return nearest(
    id,
    items.map((run) => run.id),
  );
}

/** A step of the run by its path. Throws `cli/no-step` with those that there are. */
export function stepFrom(state: RunState, named: string): StepState {
  const steps = [...state.steps.values()];
  const found = steps.find(({ path }) => path === named);
  if (found !== undefined) return found;
  const paths = steps.map(({ path }) => path);
  throw new TroupeError('cli/no-step', recordMessages.noStep(named, nearest(named, paths)), {
    class: 'config',
    hint: recordMessages.stepsHint(paths),
  });
}

/** The text as a run id. Throws `cli/bad-run-id`. */
export function runIdFrom(text: string): RunId {
  if (isRunId(text)) return text;
  throw new TroupeError('cli/bad-run-id', cliMessages.badRunId(text), { class: 'config', hint: cliMessages.noRunHint });
}
