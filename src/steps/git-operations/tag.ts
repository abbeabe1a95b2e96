// The operation `tag`.
import type { StepResult } from '../../engine/index.ts';
import { checkTagName } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import { runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const tag: OperationBody = { name: 'tag', operate: tagOperation };

/** Tags the head of the branch. */
async function tagOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { headSha } = await runBranch(context, workplace);
  const given = textOf(operation, 'tag') ?? textOf(operation, 'title');
  if (given === undefined)
    throw new TroupeError('step/missing-key', messages.missingKey('tag', 'title'), { class: 'config' });
  const name = checkTagName(given);
  await context.effect({
    key: `tag:${name}:${headSha}`,
    what: messages.tagging(name),
    // tagging the same commit again changes nothing, so doing it again is the look-up
    lookUp: () => Promise.resolve(undefined),
    async apply(): Promise<Json> {
      await context.fence();
      await workplace.repository.tag({
        name,
        commit: headSha,
        message: textOf(operation, 'message') ?? name,
        signal: context.signal,
      });
      return null;
    },
  });
  return { outputs: { tag: name, sha: headSha }, sha: headSha, summary: messages.tagged(name, headSha) };
}
