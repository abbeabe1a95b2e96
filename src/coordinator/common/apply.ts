// Does what was decided: the only place of this folder that writes. Every action may be done again without doing it twice.
import { sayOnce } from '../../github/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Action, CoordinatorPorts } from './types.ts';

/** The colour of command labels. */
const labelColor = '5319e7';

/** Does the actions in order; a failure leaves the rest for the next time. Returns the runs that are there now. */
export async function apply(
  actions: readonly Action[],
  to: { readonly api: RepositoryApi; readonly ports: CoordinatorPorts },
): Promise<readonly RunId[]> {
  const runs: RunId[] = [];
  for (const action of actions) {
    await one(action, to.api, to.ports);
    if (action.kind === 'start') runs.push(action.spec.id);
  }
  return runs;
}

async function one(action: Action, api: RepositoryApi, ports: CoordinatorPorts): Promise<void> {
  switch (action.kind) {
    case 'start':
      await ports.journal.start(action.spec);
      return;
    case 'post':
      await ports.journal.post(action.run, action.event);
      return;
    case 'not-judged':
      await ports.strangerPushed?.(action.run, action.headSha);
      return;
    case 'say':
      return say(action, api, ports);
    case 'react':
      return api.react({ comment: action.comment }, action.content);
    case 'add-label':
      return api.addLabels(action.issue, [action.label]);
    case 'remove-label':
      return api.removeLabel(action.issue, action.label);
    case 'halt': {
      const { halted, login, reason } = action;
      await ports.halting?.set({ halted, login, from: 'comment', reason });
      return;
    }
    case 'ensure-label':
      return api.ensureLabel({ name: action.name, color: labelColor, description: action.description });
  }
}

/** Looks for the comment first, so that an answer is given once however often the delivery comes. */
async function say(
  action: Extract<Action, { kind: 'say' }>,
  api: RepositoryApi,
  { clock, log }: CoordinatorPorts,
): Promise<void> {
  const marker = `<!-- troupe:${action.marker} -->`;
  const body = `${action.text}\n\n${marker}`;
  try {
    const { comment, isNew } = await sayOnce(api, { issue: action.issue, marker, body, write: 'urgent' }, clock);
    if (!isNew && comment.body !== body) await api.updateComment(comment.id, body, 'urgent');
  } catch (error) {
    // a conversation that was ended takes no answer: trying again would not help
    if (!(error instanceof TroupeError) || error.code !== 'github/locked') throw error;
    log.warn({ issue: action.issue, error: error.message }, 'An answer could not be given where it was asked for');
  }
}
