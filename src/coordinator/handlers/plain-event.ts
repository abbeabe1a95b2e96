// An event that is about no issue and no pull request, and that workflows may name: a push, a dispatch (decision 40). Writes nothing.
import type { Task } from '../../engine/index.ts';
import { isObject, oneLine, runIdOf, slug } from '../../support/index.ts';
import { ignored, started } from '../decisions.ts';
import { plainTasks, reasons } from '../messages.ts';
import type { Happening } from '../payload.ts';
import { considerStart } from '../start.ts';
import type { Handler, Heard } from './types.ts';

/** Starts the workflow that names the event. There is no place to answer, so nobody is told; the log and `troupe inbox` are. */
export const plainEvent: Handler = {
  name: 'plain-event',
  answersTo: 'a push or a dispatch, which is of no issue and no pull request',
  then: 'go on',
  matches: (happening): happening is Heard => {
    const { event, branch, subject } = happening;
    if (subject !== undefined) return false;
    return event === 'repository_dispatch' || (event === 'push' && branch?.deleted === false);
  },
  async decide(happening, { world, ports }) {
    const catalogue = await world.catalogue();
    const isNamed = catalogue.candidates.some(({ workflow }) =>
      workflow?.trigger.events.some((name) => name === happening.event || name === happening.name),
    );
    if (!isNamed) return ignored(happening, reasons.unsupported(happening.name));
    // two of them are told apart by their deliveries alone (decision 12)
    const runId = runIdOf('event', happening.name, happening.repository.id, happening.delivery);
    const verdict = await considerStart(
      { runId, happening, task: taskOfEvent(happening), inputs: [], by: 'event' },
      world,
      ports,
    );
    if (verdict.kind !== 'refuse') return started(verdict);
    const outcome = verdict.concerns === 'nobody' ? 'ignored' : 'refused';
    return { ...ignored(happening, verdict.reason), outcome, why: verdict.why };
  },
};

/** What is to be done: as the dispatch says, else the event itself. */
function taskOfEvent({ event, action, branch, clientPayload }: Happening): Task {
  const said = (name: string): string => {
    const value = isObject(clientPayload) ? clientPayload[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const plain = event === 'push' ? plainTasks.push(branch?.name ?? '') : plainTasks.dispatch(action);
  const title = oneLine(said('title') || plain, 200);
  return { kind: 'none', title, body: said('body'), labels: [], slug: slug(title), fields: {} };
}
