// Drives one run on a memory journal until it ends or waits for somebody. Time jumps to the next timer when nothing else can happen.
import { driveRun, foldRun } from '../../src/engine/index.ts';
import type { RunEvent, RunSpec, RunState, StepExecutor } from '../../src/engine/index.ts';
import { silentLogger, defined } from '../../src/support/index.ts';
import { createManualClock } from './manual-clock.ts';
import type { ManualClock } from './manual-clock.ts';
import { createMemoryJournal } from './memory-journal.ts';
import type { MemoryJournal } from './memory-journal.ts';

type DriveDeps = Parameters<typeof driveRun>[1];

/** A run at play. */
export interface Play {
  readonly journal: MemoryJournal;
  readonly clock: ManualClock;
  readonly spec: RunSpec;
  readonly deps: DriveDeps;
}

/** Sets a run up; nothing moves yet. */
export async function setUpRun(
  spec: RunSpec,
  executor: StepExecutor,
  more: Partial<Omit<DriveDeps, 'clock'>> & {
    readonly clock?: ManualClock;
    readonly beforeWrite?: (n: number) => void;
  } = {},
): Promise<Play> {
  const { beforeWrite, clock = createManualClock(), ...deps } = more;
  const journal = await createMemoryJournal({ clock, ...defined({ beforeWrite }) });
  await journal.start(spec);
  return {
    journal,
    clock,
    spec,
    deps: { executor, clock, random: () => 0.5, log: silentLogger, ...deps },
  };
}

/** Drives, and follows the timers of the parked run, until it has ended or only an event can move it. */
export async function playOn(play: Play): Promise<RunState> {
  for (;;) {
    await driveRun(await play.journal.claim(play.spec.id), play.deps);
    const wakeAt = play.journal.wakeAt(play.spec.id);
    if (wakeAt === undefined || wakeAt === null) return stateOf(play);
    play.clock.moveTo(wakeAt);
  }
}

/** A run from its start to its end, or until it waits for somebody. */
export async function playRun(
  spec: RunSpec,
  executor: StepExecutor,
  more: Partial<Omit<DriveDeps, 'clock'>> = {},
): Promise<RunState> {
  return playOn(await setUpRun(spec, executor, more));
}

/** The state as the journal tells it. */
export function stateOf(play: Play): RunState {
  return foldRun(play.journal.journalOf(play.spec.id));
}

/** What happened, one line per event: `step.started code#1`. */
export function story(play: Play): string[] {
  return play.journal.journalOf(play.spec.id).map(line);
}

/** Step → status, as lines. */
export function statuses(state: RunState): Record<string, string> {
  return Object.fromEntries([...state.steps].map(([path, step]) => [path, step.status]));
}

function line(event: RunEvent): string {
  const where = event.step === undefined ? '' : ` ${event.step}`;
  return `${event.type}${where}${event.attempt === undefined ? '' : `#${event.attempt}`}`;
}
