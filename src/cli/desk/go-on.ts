// Goes on with an interrupted run at the desk, with what it was started with. Lifts a pause: to resume is to go on.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunState } from '../../engine/index.ts';
import { inspectWorkingCopy } from '../../git/index.ts';
import { createRedactor, TroupeError, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import type { Io } from '../common/io.ts';
import { deskMessages as say } from './messages-desk.ts';
import { driveAtDesk } from './drive.ts';
import { recall } from './remembered.ts';
import type { StartedWith } from './remembered.ts';
import { repeatLine } from './repeat-line.ts';

/** The run and how to go on. */
export interface GoOn {
  readonly state: RunState;
  readonly dataDir: string;
  readonly io: Io;
  readonly json: boolean;
  /** What is said now counts more than what the run was started with. */
  readonly given: StartedWith;
  readonly autoApprove?: boolean;
}

/** Drives it. Throws `cli/not-here` for a run of the bot, `cli/no-folder` when the working copy is gone. */
export async function goOn({ state, dataDir, io, json, given, autoApprove }: GoOn): Promise<void> {
  const { id, spec } = state;
  if (spec.host !== 'cli')
    throw new TroupeError('cli/not-here', say.notHere(id), { class: 'config', hint: say.notHereHint });
  const folder = spec.repository?.cloneUrl ?? io.cwd;
  if (!existsSync(folder)) throw new TroupeError('cli/no-folder', say.noFolder(id, folder), { class: 'config' });
  const now = await inspectWorkingCopy(folder, createRedactor());
  // what was checked out when the run was started is its base, whatever is now
  const copy = { ...now, branch: spec.repository?.defaultBranch ?? now.branch };
  const started = { ...recall(dataDir, spec), ...given };
  const configuration = readConfiguration(io, { ...started, here: false });
  await driveAtDesk({
    io,
    configuration,
    copy,
    dataDir,
    run: id,
    workflow: spec.workflow.id,
    json,
    ...defined({ collectErrors: started.collectErrors, autoApprove }),
    ...(state.paused === undefined
      ? {}
      : {
          before: (journal) =>
            journal.post(id, { type: 'run.resumed', data: { by: { login: copy.author.name, from: 'cli' } } }),
        }),
    again: (repeated) =>
      repeatLine(repeated, {
        ...started,
        ...(dataDir === join(copy.root, '.troupe') ? {} : { dataDir }),
        cwd: io.cwd,
        redactor: configuration.redactor,
      }),
  });
}
