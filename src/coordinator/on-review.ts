// A review that asks for changes on a pull request of ours: a linked run on the same branch, with the review as input. Writes nothing.
import { runIdOf } from '../support/index.ts';
import { actionsOf } from './controls/actions-of.ts';
import { markedRun, newestOnBranch } from './controls/choose-runs.ts';
import { considerControl } from './controls/consider-control.ts';
import { controlPorts } from './controls/control-ports.ts';
import { refusalOfPerson } from './controls/may-control.ts';
import type { ControlWish } from './controls/types.ts';
import { reasons } from './messages.ts';
import { ignored } from './on-label.ts';
import type { Happening, Subject } from './payload.ts';
import type { Action, CoordinatorPorts, Decision } from './types.ts';
import type { World } from './world.ts';

type Reviewed = Happening & { readonly subject: Subject };

/** Whether the event is a review that asks for changes. */
export function asksForChanges({ name, review }: Happening): boolean {
  return name === 'pull_request_review.submitted' && review?.state.toLowerCase() === 'changes_requested';
}

/** What to do about the review. A stranger's review is a review, and no order to us: nobody is answered. */
export async function onReview(happening: Reviewed, world: World, ports: CoordinatorPorts): Promise<Decision> {
  const { subject, sender, review } = happening;
  if (review === undefined || markedRun(subject, world.identity.botLogin) === undefined)
    return ignored(happening, reasons.notOurReview());
  // the run of this very review is not what it goes on from
  const own = runIdOf('review', review.id);
  const run = await newestOnBranch({ happening, subject, world, ports }, own);
  if (run === undefined) return ignored(happening, reasons.noLiveRunOfBranch(subject.head?.ref ?? ''));
  const denied = await refusalOfPerson('review', sender, [run.spec], world);
  if (denied !== undefined) return ignored(happening, denied.reason);
  const threads = (await world.api.reviewThreads?.(subject.number, review.id)) ?? [];
  const wish: ControlWish = {
    verb: 'review',
    by: { login: sender.login, from: 'comment', ref: `review:${review.id}` },
    newRun: own,
    review: {
      id: review.id,
      author: review.author,
      body: review.body,
      threads: threads.map(({ id, path, line, body }) => ({ id, path, line, body })),
    },
  };
  const verdict = await considerControl(wish, run, controlPorts({ ports, world }));
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
