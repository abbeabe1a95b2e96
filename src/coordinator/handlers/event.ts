// An event that workflows may name in their trigger (`issues.opened`, `pull_request.synchronize` …). Writes nothing.
import { runIdOf } from '../../support/index.ts';
import { ignored } from '../common/decisions.ts';
import { started } from '../start/started.ts';
import type { Subject } from '../common/payload.ts';
import { considerStart } from '../start/consider-start.ts';
import type { Action } from '../common/types.ts';
import type { Handler, Heard } from './types.ts';

type About = Heard & { readonly subject: Subject };

const answering = /^(issues|pull_request|pull_request_review|issue_comment)\./;

/** Starts the workflow whose trigger fits best. Nobody asked for an answer, so people hear only of what a maintainer has to mend. */
export const event: Handler<About> = {
  name: 'event',
  answersTo: 'an event of an issue or pull request that a trigger may name',
  then: 'go on if idle',
  matches: (happening): happening is About => answering.test(happening.name) && happening.subject !== undefined,
  async decide(happening, context) {
    const { subject, repository, review, comment } = happening;
    const told = review?.id ?? comment?.id ?? happening.assignee ?? happening.label ?? '';
    const runId = runIdOf('event', happening.name, repository.id, subject.number, told, subject.updatedAt);
    const verdict = await considerStart({ runId, happening, subject, inputs: [], by: 'event' }, context);
    if (verdict.kind !== 'refuse') return started(verdict);
    if (verdict.concerns !== 'everybody') return { ...ignored(happening, verdict.reason), why: verdict.why };
    const say: Action = {
      kind: 'say',
      issue: subject.number,
      marker: verdict.about ?? `answer-${runId}`,
      text: verdict.line,
    };
    return { outcome: 'refused', reason: verdict.reason, why: verdict.why, actions: [say] };
  },
};
