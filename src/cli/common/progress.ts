// Shows a run while it goes on: lines that change on a terminal, one line per event in a pipe. Its failures never touch the run.
import type { RunEvent, RunState } from '../../engine/index.ts';
import type { Io } from './io.ts';
import type { Screen } from './live-progress.ts';
import { markOf, showStep } from '../../view/index.ts';
import { stepLine } from './messages.ts';

/** Follows one run. */
export interface Progress {
  show(state: RunState, events: readonly RunEvent[]): void;
  end(): void;
}

const telling: ReadonlySet<RunEvent['type']> = new Set([
  'step.started',
  'step.succeeded',
  'step.failed',
  'step.skipped',
  'step.cancelled',
  'step.retry_scheduled',
  'step.waiting',
  'run.paused',
  'run.resumed',
]);

/** Progress for people, on stderr: a screen where that is a terminal, else lines. */
export async function createProgress(io: Io): Promise<Screen> {
  if (io.screen === undefined) return { ...plainProgress(io), footer() {}, suspend() {}, resume() {} };
  const { createScreen } = await import('./live-progress.ts');
  return createScreen({ output: io.screen }, io.environment['NO_COLOR'] === undefined);
}

/** Says nothing: machine output. */
export const quietProgress: Screen = { show() {}, end() {}, footer() {}, suspend() {}, resume() {} };

function plainProgress(io: Io): Progress {
  return {
    show(state, events) {
      for (const event of events) {
        if (!telling.has(event.type) || event.step === undefined) continue;
        const row = showStep({ state }, event.step);
        if (row === undefined) continue;
        io.note(
          event.type === 'step.started'
            ? `${markOf('running')} ${row.name}: started${event.attempt === 1 || event.attempt === undefined ? '' : ` (attempt ${event.attempt})`}`
            : stepLine(row, event.at),
        );
      }
    },
    end() {},
  };
}
