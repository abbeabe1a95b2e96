// What was said of files that the branch has no more: verdicts that new commits have overtaken (decision 5). Reads only.
import { upstreamVerdicts } from '../../engine/index.ts';
import { matchesPath } from '../../git/index.ts';
import type { Sha } from '../../support/index.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import type { Operation } from './operation.ts';

/** What is out of date at a head. */
export interface Freshness {
  /** Steps before this one that judged other files than the head has. */
  readonly stale: readonly string[];
  readonly sentences: readonly string[];
}

/** Compares what each step before this one judged with the head; paths that a step calls `unjudged` may differ. */
export async function freshnessAt({ context, workplace }: Operation, head: Sha): Promise<Freshness> {
  const { repository } = workplace;
  const tree = await repository.treeOf(head);
  const known = context.state.facts.headTree;
  const stale: string[] = [];
  const sentences: string[] = [];
  for (const { path, step, verdict, tree: judged, stale: isOvertaken } of upstreamVerdicts(
    context.state,
    context.path,
  )) {
    if (verdict === undefined || judged === undefined || judged === tree) continue;
    // a plan's judge has seen no commit of the run; what others pushed since is new to everybody who judged the head
    if (!isOvertaken && judged !== known) continue;
    const { files } = await repository.diff(judged, tree, { maxBytes: 0 });
    const changed = files.map((file) => file.path).filter((file) => !matchesPath(file, step.unjudged));
    if (changed.length === 0) continue;
    stale.push(path);
    sentences.push(messages.verdictOf.stale(step.name, changed));
  }
  return { stale, sentences };
}
