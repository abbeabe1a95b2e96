// What starts a workflow besides its own label `troupe:<id>`: each label, event and person once. Pure.
import { commandLabelId } from './select.ts';
import type { Candidate } from './types.ts';

type Trigger = NonNullable<Candidate['workflow']>['trigger'];

/** The trigger without the workflow's own label, and without what it names twice. */
export function otherStarters<T extends Pick<Trigger, 'labels' | 'events' | 'assignees'>>(id: string, trigger: T): T {
  return {
    ...trigger,
    labels: eachOnce(trigger.labels).filter((label) => commandLabelId(label) !== id.toLowerCase()),
    events: eachOnce(trigger.events),
    assignees: eachOnce(trigger.assignees),
  };
}

/** GitHub does not tell capitals apart in labels and logins; events have none. */
function eachOnce(names: readonly string[]): readonly string[] {
  const same = names.map((name) => name.toLowerCase());
  return names.filter((_name, index) => same.indexOf(same[index] ?? '') === index);
}
