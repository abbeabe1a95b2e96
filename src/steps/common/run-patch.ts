// What a run changed, kept as a patch file among its artifacts: `git apply` takes it on a clean clone of the base. Decides nothing.
import type { StepContext } from '../../engine/index.ts';
import { isSha } from '../../support/index.ts';
import type { Sha } from '../../support/index.ts';
import type { RunBranch } from './branch.ts';
import type { StepServices, Workplace } from './types.ts';

/** The artifact's name. */
const name = 'run.patch';
/** A larger change is read on its branch. */
const mostBytes = 10 * 1024 * 1024;

/** Keeps the patch; nothing where nothing changed. */
export async function keepPatch(
  context: StepContext,
  ports: { readonly services: StepServices; readonly workplace: Workplace },
  place: RunBranch,
): Promise<void> {
  const { repository } = ports.workplace;
  const from = startOf(context) ?? place.baseSha;
  if ((await repository.treeOf(from)) === (await repository.treeOf(place.headSha))) return;
  const patch = await repository.patch(from, place.headSha, mostBytes);
  if (patch !== undefined)
    await ports.services.keepArtifact(context, { name, mediaType: 'text/x-diff', content: patch });
}

/** Where the run found a branch that was there before it; undefined where it made its own. */
function startOf({ state }: StepContext): Sha | undefined {
  for (const { result } of state.steps.values()) {
    if (result?.outputs['own_branch'] !== false) continue;
    const head = result.facts?.headSha;
    return head !== undefined && isSha(head) ? head : undefined;
  }
  return undefined;
}
