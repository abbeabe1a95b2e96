// Somebody else pushed onto the branch of a pull request of ours: no verdict is about the new head (decision 5). Writes nothing.
import { newestOnBranch } from '../controls/choose-runs.ts';
import { firstJudge } from '../controls/judges.ts';
import { ignored } from '../common/decisions.ts';
import { reasons } from '../common/messages.ts';
import type { Subject } from '../common/payload.ts';
import type { Handler, Heard } from './types.ts';

type Pushed = Heard & { readonly subject: Subject & { readonly head: NonNullable<Subject['head']> } };

/** Shows the new head as judged by nobody. Our own pushes never come here. */
export const strangerPush: Handler<Pushed> = {
  name: 'stranger-push',
  answersTo: 'a push onto a pull request',
  then: 'go on',
  matches: (happening): happening is Pushed =>
    happening.name === 'pull_request.synchronize' && happening.subject?.head !== undefined,
  async decide(happening, { scene, ports }) {
    const { subject, sender } = happening;
    const { ref, sha: headSha } = subject.head;
    const run = await newestOnBranch({ happening, subject, scene, ports });
    if (run === undefined || headSha === run.state.facts.headSha)
      return ignored(happening, reasons.noLiveRunOfBranch(ref));
    if (firstJudge(run) === undefined) return ignored(happening, reasons.nobodyJudges());
    const reason = reasons.strangerPushed(sender.login, headSha);
    return {
      outcome: 'acted',
      reason,
      why: [{ topic: 'life-cycle', subject: run.spec.id, ok: true, detail: reason }],
      actions: [{ kind: 'not-judged', run: run.spec.id, headSha }],
    };
  },
};
