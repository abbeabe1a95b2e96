// A review that asks for changes on a pull request of ours: a linked run on the same branch, with the review as input. Writes nothing.
import { runIdOf } from '../../support/index.ts';
import { actionsOf } from '../controls/actions-of.ts';
import { newestOnBranch, runBehind } from '../controls/choose-runs.ts';
import { considerControl } from '../controls/consider-control.ts';
import { controlPorts } from '../controls/control-ports.ts';
import { refusalOfPerson } from '../controls/may-control.ts';
import type { ControlWish } from '../controls/types.ts';
import { ignored } from '../common/decisions.ts';
import { reasons } from '../common/messages.ts';
import type { Subject } from '../common/payload.ts';
import type { Action, CoordinatorPorts, Decision } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { Handler, Heard } from './types.ts';

type Reviewed = Heard & { readonly subject: Subject; readonly review: NonNullable<Heard['review']> };

/** Goes on with the branch. A stranger's review is a review, and no order to us: nobody is answered. */
export const review: Handler<Reviewed> = {
  name: 'review',
  answersTo: 'a review that asks for changes',
  then: 'stop',
  matches: (happening): happening is Reviewed =>
    happening.name === 'pull_request_review.submitted' &&
    happening.subject !== undefined &&
    happening.review?.state.toLowerCase() === 'changes_requested',
  decide: (happening, { scene, ports }) => decide(happening, scene, ports),
};

async function decide(happening: Reviewed, scene: Scene, ports: CoordinatorPorts): Promise<Decision> {
  const { subject, sender, review: written } = happening;
  const asking = { happening, subject, scene, ports };
  if ((await runBehind(asking)) === undefined) return ignored(happening, reasons.notOurReview());
  // the run of this very review is not what it goes on from
  const own = runIdOf('review', written.id);
  const run = await newestOnBranch(asking, own);
  if (run === undefined) return ignored(happening, reasons.noLiveRunOfBranch(subject.head?.ref ?? ''));
  const denied = await refusalOfPerson({ verb: 'review', specs: [run.spec] }, sender, scene);
  if (denied !== undefined) return ignored(happening, denied.reason);
  const threads = (await scene.api.reviewThreads?.(subject.number, written.id)) ?? [];
  const wish: ControlWish = {
    verb: 'review',
    by: { login: sender.login, from: 'comment', ref: `review:${written.id}` },
    newRun: own,
    review: {
      id: written.id,
      author: written.author,
      body: written.body,
      threads: threads.map(({ id, path, line, body }) => ({ id, path, line, body })),
    },
  };
  const verdict = await considerControl(wish, run, controlPorts({ ports, scene }));
  const say = (text: string): Action[] => [
    { kind: 'say', issue: subject.number, marker: `answer-${wish.newRun}`, text },
  ];
  const why = [{ topic: 'command' as const, subject: 'review', ok: verdict.kind !== 'refuse', detail: verdict.reason }];
  if (verdict.kind === 'refuse') return { outcome: 'refused', reason: verdict.reason, why, actions: say(verdict.line) };
  return {
    outcome: 'started',
    reason: verdict.reason,
    why,
    actions: [...actionsOf(verdict, run.spec.id), ...say(verdict.line)],
    ...(verdict.kind === 'nothing' ? { already: [wish.newRun] } : {}),
  };
}
