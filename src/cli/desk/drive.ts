// Drives one run at the desk: opens the data directory, shows the run, lets whoever is there take part, tells the end.
import type { RunSpec } from '../../engine/index.ts';
import { controlRun } from '../../coordinator/index.ts';
import type { WorkingCopy } from '../../git/index.ts';
import { openDesk } from '../../host/index.ts';
import type { Desk } from '../../host/index.ts';
import { silentLogger, processClock, defined } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Configuration } from '../common/configuration.ts';
import { dataDirWords } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { plainLine } from '../common/messages-control.ts';
import { deskMessages as say } from './messages-desk.ts';
import { cliMessages } from '../common/messages.ts';
import { createProgress, quietProgress } from '../common/progress.ts';
import { attend, nobody } from './attend.ts';
import { autoApproving } from './auto-approve.ts';
import type { Act } from './attend.ts';
import { tellEnd } from './end.ts';
import { follow } from './follow.ts';

/** A run to drive. */
export interface DeskJob {
  readonly io: Io;
  readonly configuration: Configuration;
  readonly copy: WorkingCopy;
  readonly dataDir: string;
  readonly run: RunId;
  readonly workflow: string;
  /** Makes the run; absent: it is there and is gone on with. */
  start?(desk: Desk): Promise<RunId>;
  /** Said to the run before it is followed. */
  before?(journal: Desk['store']['journal']): Promise<unknown>;
  readonly json: boolean;
  readonly output?: string;
  readonly collectErrors?: boolean;
  /** Approvals are given by the option of this name. */
  readonly autoApprove?: boolean;
  /** The command that repeats it. */
  again(spec: RunSpec): string;
}

/** How long the step at work may take to end when the person leaves. */
const graceMs = 1_000;

/** Drives it to its end, or to where it has to wait; sets the exit code. */
export async function driveAtDesk(job: DeskJob): Promise<void> {
  const { io, configuration, copy, run, json } = job;
  const screen = json ? quietProgress : await createProgress(io);
  if (configuration.providers.rehearsal && !json) io.note(cliMessages.rehearsal);
  const desk = await openDesk({
    path: copy.root,
    serverFile: configuration.serverFile,
    providers: configuration.providers,
    dataDir: job.dataDir,
    machine: configuration.machine,
    network: configuration.network,
    hidden: configuration.file === undefined ? [] : [configuration.file],
    author: copy.author,
    branch: copy.branch,
    clock: processClock,
    log: silentLogger,
    redactor: configuration.redactor,
    ...defined({ collectErrors: job.collectErrors }),
    ...(job.start === undefined ? { resume: run } : {}),
    observers: [
      {
        name: 'screen',
        changed(state, events) {
          if (state.id === run) screen.show(state, events);
        },
      },
    ],
  });
  // the clock's timers alone keep no process alive, and what is under way may wait for one
  const alive = setInterval(() => undefined, 60_000);
  try {
    if (!json) io.note(cliMessages.started(run, job.workflow));
    await job.start?.(desk);
    await job.before?.(desk.store.journal);
    const { state, interrupted } = await watch(job, desk, screen);
    screen.end();
    desk.lost.throwIfAborted();
    const again = job.again(state.spec);
    const output = job.output === undefined ? {} : { output: job.output };
    tellEnd(state, { json, interrupted, again, where: dataDirWords(io, job.dataDir), ...output }, io);
  } finally {
    screen.end();
    await desk.close(graceMs);
    clearInterval(alive);
  }
}

async function watch(job: DeskJob, desk: Desk, screen: typeof quietProgress) {
  const { io, copy, run, json, configuration } = job;
  const leave = new AbortController();
  let interrupted = false;
  const stopListening = io.onInterrupt(() => {
    interrupted = true;
    if (io.screen === undefined && !json) io.note(say.leaving);
    screen.footer(say.leaving);
    leave.abort();
  });
  const act: Act = async (wish) => {
    const reply = await controlRun(
      { ...wish, run, login: copy.author.name, from: 'cli' },
      { journal: desk.store.journal, clock: processClock, mostUsd: configuration.serverFile.limits.costUsdPerRun },
    );
    return reply.accepted ? undefined : plainLine(reply.line, run);
  };
  desk.lost.addEventListener('abort', () => leave.abort(), { once: true });
  const terminal = json ? undefined : io.terminal();
  const present = terminal === undefined ? nobody : attend({ terminal, screen, act, leave: () => leave.abort() });
  const attendant = job.autoApprove === true ? autoApproving(present, approvalPorts()) : present;
  function approvalPorts(): Parameters<typeof autoApproving>[1] {
    return {
      journal: desk.store.journal,
      run,
      told: (gate) => (json ? undefined : io.note(say.autoApproved(gate))),
      failed: () => leave.abort(),
    };
  }
  try {
    const state = await follow(desk, run, { ...attendant, leave: leave.signal });
    return { state, interrupted };
  } finally {
    attendant.end();
    stopListening();
  }
}
