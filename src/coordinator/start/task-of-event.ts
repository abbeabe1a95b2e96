// What is to be done where neither an issue nor a pull request says it: as the event tells. Pure.
import type { Task } from '../../engine/index.ts';
import { isObject, oneLine, slug } from '../../support/index.ts';
import { plainTasks } from '../common/messages.ts';
import type { Happening } from '../common/payload.ts';

/** As a dispatch says, else the event itself; undefined for one that tells nothing of its own. */
export function taskOfEvent({ event, action, branch, clientPayload }: Happening): Task | undefined {
  const said = (name: string): string => {
    const value = isObject(clientPayload) ? clientPayload[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const plain = plainTitle(event, action, branch?.name);
  const title = said('title') || plain;
  return title === undefined ? undefined : taskCalled(title, said('body'));
}

/** A task that is its title. */
export function taskCalled(title: string, body = ''): Task {
  const line = oneLine(title, 200);
  return { kind: 'none', title: line, body, labels: [], slug: slug(line), fields: {} };
}

function plainTitle(event: string, action: string, branch: string | undefined): string | undefined {
  if (event === 'push') return branch === undefined ? undefined : plainTasks.push(branch);
  return event === 'repository_dispatch' ? plainTasks.dispatch(action) : undefined;
}
