// How a run at the desk is told when the command is done with it: the result on stdout, what to do next on stderr, the exit code.
import type { RunState } from '../../engine/index.ts';
import { exitCodes } from '../common/io.ts';
import type { ExitCode, Io } from '../common/io.ts';
import { deskMessages as say } from './messages-desk.ts';
import { endLines } from '../common/messages.ts';
import { printJson } from '../common/print-json.ts';
import { runAsJson } from '../common/run-as-json.ts';
import { showRun } from '../../view/index.ts';
import { timersOf } from './stay.ts';
import { processClock } from '../../support/index.ts';

/** What the end depends on besides the run. */
export interface EndOptions {
  readonly json: boolean;
  /** Print only this output of the run. */
  readonly output?: string;
  /** Ctrl-C: the run is left as it is. */
  readonly interrupted: boolean;
  /** The command that repeats the run. */
  readonly again?: string;
  /** What other commands need to be told to find the run. */
  readonly where?: string;
}

/** Tells it and sets the exit code. */
export function tellEnd(state: RunState, options: EndOptions, io: Io): void {
  const where = options.where ?? '';
  const shown = showRun({ state });
  const { isOver } = shown;
  if (options.json) printJson<'run'>(io, runAsJson(state));
  else if (options.output === undefined) for (const line of endLines(shown)) io.out(line);
  else if (isOver) {
    for (const line of endLines(shown)) io.note(line);
    io.out(textOf(state.outputs?.[options.output]));
  }
  if (!options.json) {
    for (const gate of isOver ? [] : shown.gates) io.note(say.howToAnswer(state.id, gate, where));
    for (const timer of isOver ? [] : timersOf(state, processClock.now()))
      io.note(say.waitsUntil(state.id, timer, where));
    // what lifts the limit at which it ended
    if (isOver && state.budgetExceeded !== undefined) for (const next of shown.words.next) io.note(next);
    if (!isOver) io.note(say.goesOn(state.id, where));
    else if (options.again !== undefined) io.note(say.again(options.again));
  }
  io.exit(options.interrupted && !isOver ? exitCodes.cancelled : exitCodeOf(state));
}

function exitCodeOf(state: RunState): ExitCode {
  switch (state.status) {
    case 'succeeded':
    case 'degraded':
      return exitCodes.ok;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'failed':
    case 'timed_out':
      return exitCodes.failed;
    default:
      return exitCodes.waiting;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
