// How soon a change of a run is shown. Pure.
import { doesGit, isRunOver, stepAt } from '../../engine/index.ts';
import type { RunState } from '../../engine/index.ts';

/** When a change is shown. */
export type When = 'now' | 'usual' | 'soon';

/** The end at once; what Troupe does itself is over in a moment, and is shown with what comes of it. */
export function whenShown(state: RunState): When {
  const { status, steps } = state;
  if (isRunOver(status)) return 'now';
  const running = [...steps.values()].filter((step) => step.status === 'running');
  const isShort = running.every(({ path, checkpoint }) => {
    const definition = stepAt(state, path);
    // a persona that has answered: what it did is committed and pushed
    const isOurs = definition !== undefined && (definition.implicit || doesGit(definition));
    return isOurs || checkpoint !== undefined;
  });
  return running.length > 0 && isShort ? 'soon' : 'usual';
}
