// Somebody else pushed onto the branch of a pull request of ours: no verdict is about the new head (decision 5). Writes nothing.
import { newestOnBranch } from './controls/choose-runs.ts';
import { firstJudge } from './controls/judges.ts';
import { reasons } from './messages.ts';
import { ignored } from './on-label.ts';
import type { Happening, Subject } from './payload.ts';
import type { CoordinatorPorts, Decision } from './types.ts';
import type { World } from './world.ts';

/** Whether the event is a push onto a pull request. Our own pushes never come here. */
export function isPushOntoPull({ name, subject }: Happening): boolean {
  return name === 'pull_request.synchronize' && subject?.head !== undefined;
}

/** What to do about it. */
export async function onStranger(
  happening: Happening & { readonly subject: Subject },
  world: World,
  ports: CoordinatorPorts,
): Promise<Decision> {
  const { subject, sender } = happening;
  const run = await newestOnBranch({ happening, subject, world, ports });
  const headSha = subject.head?.sha;
  if (run === undefined || headSha === undefined || headSha === run.state.facts.headSha)
    return ignored(happening, reasons.noLiveRunOfBranch(subject.head?.ref ?? ''));
  if (firstJudge(run) === undefined) return ignored(happening, reasons.nobodyJudges());
  const reason = reasons.strangerPushed(sender.login, headSha);
  return {
    outcome: 'acted',
    reason,
    why: [{ topic: 'life-cycle', subject: run.spec.id, ok: true, detail: reason }],
    actions: [{ kind: 'not-judged', run: run.spec.id, headSha }],
  };
}
