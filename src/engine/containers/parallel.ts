// Steps at the same time: all of them, or until the first succeeds (decision 3). Pure.
import { defined } from '../../support/index.ts';
import { isRace } from '../../definition/index.ts';
import type { ParallelStep, Step } from '../../definition/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { Child, Container, ContainerEnd, Opened } from './container.ts';
import { joinErrors, joinResults, wasStopped } from './join.ts';

/** The container `parallel`. */
export const parallel: Container<ParallelStep> = {
  type: 'parallel',
  siblingsGoOn: true,
  absorbsFailures: isRace,
  open: () => ({ ok: true }),
  next: () => 'now',
  end: (container) => (isRace(container.step) ? endOfAny(container) : endOfAll(container)),
};

/** The end of a container that waits for all of its children. */
export function endOfAll({ children }: Pick<Opened<Step>, 'children'>): ContainerEnd | undefined {
  const all = children();
  if (!all.every(({ isSettled }) => isSettled)) return undefined;
  const broken = all.filter(({ isBroken }) => isBroken);
  if (broken.length > 0) return { kind: 'failed', error: joinErrors(broken) };
  if (all.some(wasStopped)) return { kind: 'cancelled' };
  return { kind: 'succeeded', result: { outputs: outputsOf(all), ...joinResults(all) } };
}

function endOfAny({ children }: Opened<ParallelStep>): ContainerEnd | undefined {
  const all = children();
  const winner = all.find(isSuccess);
  if (winner !== undefined) {
    const { verdict, summary, filesChanged } = winner.state.result ?? {};
    const outputs: JsonObject = {
      winner: winner.place.path,
      [winner.place.step.id]: winner.state.result?.outputs ?? {},
    };
    return {
      kind: 'succeeded',
      winner: winner.place,
      result: {
        outputs,
        ...defined({ verdict, summary, filesChanged }),
      },
    };
  }
  if (!all.every(({ isSettled }) => isSettled)) return undefined;
  const tried = all.filter(({ state }) => state.status !== 'skipped');
  if (tried.length > 0) return { kind: 'failed', error: joinErrors(tried) };
  if (all.some(wasStopped)) return { kind: 'cancelled' };
  return { kind: 'succeeded', result: { outputs: outputsOf(all), ...joinResults(all) } };
}

/** Decision 3: succeeded, and the verdict is neither fail nor unknown. */
function isSuccess({ state }: Child): boolean {
  const verdict = state.result?.verdict;
  return state.status === 'succeeded' && verdict !== 'fail' && verdict !== 'unknown';
}

function outputsOf(children: readonly Child[]): JsonObject {
  return Object.fromEntries(
    children.flatMap(({ place, state: { result } }) => (result === undefined ? [] : [[place.step.id, result.outputs]])),
  );
}
