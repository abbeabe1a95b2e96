// Follows a run at the desk to its end, or to where it waits for what nobody here gives and no timer brings soon. Starts and ends nothing itself.
import { fold, foldRun } from '../../engine/index.ts';
import type { RunState } from '../../engine/index.ts';
import type { Desk } from '../../host/index.ts';
import type { RunId } from '../../support/index.ts';

/** Who watches. */
export interface Watch {
  /** Aborted when the person leaves. */
  readonly leave: AbortSignal;
  /** Whether a parked run goes on soon, by somebody here or by itself; asked whenever it parks. */
  mayGoOn(state: RunState): boolean;
  /** Hears of every state. */
  look(state: RunState): void;
}

/** The state in which it was left. */
export async function follow(desk: Desk, run: RunId, watch: Watch): Promise<RunState> {
  const { journal } = desk.store;
  const past = await journal.read(run);
  let state = foldRun(past);
  watch.look(state);
  if (past.at(-1)?.type === 'run.parked' && !watch.mayGoOn(state)) return state;
  for await (const event of journal.events(run, state.seq, watch.leave)) {
    state = fold(state, [event]);
    watch.look(state);
    if (event.type === 'run.finished') break;
    if (event.type === 'run.parked' && !watch.mayGoOn(state)) break;
  }
  return watch.leave.aborted ? foldRun(await journal.read(run)) : state;
}
