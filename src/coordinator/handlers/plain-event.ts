// An event that is about no issue and no pull request, and that workflows may name: a push, a dispatch (decision 40). Writes nothing.
import { runIdOf } from '../../support/index.ts';
import { ignored } from '../common/decisions.ts';
import { started } from '../start/started.ts';
import { reasons } from '../common/messages.ts';
import { considerStart } from '../start/consider-start.ts';
import { taskCalled, taskOfEvent } from '../start/task-of-event.ts';
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
  async decide(happening, context) {
    const catalogue = await context.scene.catalogue();
    const isNamed = catalogue.candidates.some(({ workflow }) =>
      workflow?.trigger.events.some((name) => name === happening.event || name === happening.name),
    );
    if (!isNamed) return ignored(happening, reasons.unsupported(happening.name));
    // two of them are told apart by their deliveries alone (decision 12)
    const runId = runIdOf('event', happening.name, happening.repository.id, happening.delivery);
    const verdict = await considerStart(
      { runId, happening, task: taskOfEvent(happening) ?? taskCalled(happening.name), inputs: [], by: 'event' },
      context,
    );
    if (verdict.kind !== 'refuse') return started(verdict);
    const outcome = verdict.concerns === 'nobody' ? 'ignored' : 'refused';
    return { ...ignored(happening, verdict.reason), outcome, why: verdict.why };
  },
};
