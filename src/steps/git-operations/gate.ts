// No finish and no merge against a verdict (decisions 5 and 6). Decides from the journal and the trees; writes nothing.
import { blockedVerdicts } from '../../engine/index.ts';
import type { BlockedVerdict } from '../../engine/index.ts';
import { matchesPath } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import { runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { judgedTree } from './changelog.ts';
import { flagOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** Throws while a verdict upstream stands against going on; answers with warnings where the file lifts that. */
export async function requireVerdicts(operation: Operation): Promise<readonly string[]> {
  const { context } = operation;
  const against: string[] = [];
  let isOutdated = true;
  for (const blocked of blockedVerdicts(context.state, context.path)) {
    const changed = blocked.why === 'stale' ? await changedSince(operation, blocked) : [];
    if (changed?.length === 0 && blocked.why === 'stale') continue;
    against.push(messages.verdictOf[blocked.why](blocked.step.name, changed ?? []));
    isOutdated &&= blocked.why === 'stale';
  }
  if (against.length === 0) return [];
  if (flagOf(operation, 'allow_unverified')) return [messages.unverified(against)];
  if (isOutdated)
    throw new TroupeError('step/verdict-outdated', messages.against(context.step.name, against), {
      hint: messages.outdatedHint,
    });
  throw new TroupeError('step/verdict-against', messages.against(context.step.name, against), {
    hint: messages.againstHint,
  });
}

// A verdict stays valid while only paths changed that its step declared as `unjudged`, and over an entry in the change log by ourselves. undefined: nobody knows what it judged.
async function changedSince(operation: Operation, blocked: BlockedVerdict): Promise<readonly string[] | undefined> {
  const { repository } = operation.workplace;
  if (blocked.tree === undefined) return undefined;
  const { headSha } = await runBranch(operation.context, operation.workplace);
  const head = await judgedTree(operation, headSha);
  const { files } = await repository.diff(blocked.tree, head, { maxBytes: 0 });
  return files.map(({ path }) => path).filter((path) => !matchesPath(path, blocked.step.unjudged));
}
