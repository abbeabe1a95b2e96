// Reads a run with everything that was decided about it. Writes nothing.
import { foldRun } from '../../engine/index.ts';
import type { Journal } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { ControlledRun } from './types.ts';

/** The run, or undefined when the journal does not know it. */
export async function readRun(journal: Pick<Journal, 'read'>, id: RunId): Promise<ControlledRun | undefined> {
  const events = await journal.read(id);
  if (events.length === 0) return undefined;
  const state = foldRun(events);
  return { spec: state.spec, state, events };
}
