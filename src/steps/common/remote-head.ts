// What the remote has under the name of the run's branch, compared with what the run knows of it. Reads only.
import type { StepContext } from '../../engine/index.ts';
import type { Sha } from '../../support/index.ts';
import type { RunBranch } from './branch.ts';
import { isOnlyOurs } from './run-head.ts';
import type { Workplace } from './types.ts';

/** `ours`: nothing but what this run pushed, or is about to push. `gone`: somebody deleted it. */
export type RemoteHead =
  | { readonly kind: 'ours'; readonly head: Sha }
  | { readonly kind: 'others'; readonly head: Sha }
  | { readonly kind: 'gone' };

/** Looks at the remote itself. */
export async function whatRemoteHas(
  context: StepContext,
  { repository }: Workplace,
  place: Pick<RunBranch, 'branch' | 'baseSha' | 'headSha'>,
): Promise<RemoteHead> {
  const head = await repository.lookUpBranch(place.branch, context.signal);
  if (head === undefined) return { kind: 'gone' };
  if (head === place.headSha) return { kind: 'ours', head };
  await repository.ensureCommit(head, context.signal);
  const isOurs =
    // pushed before what is not pushed yet, or by an attempt that did not live to say so
    (await repository.isAncestor(head, place.headSha)) ||
    (await isOnlyOurs(repository, { run: context.run, from: place.baseSha, to: head }));
  return { kind: isOurs ? 'ours' : 'others', head };
}
