// What a persona changed in another copy of the repository comes into its worktree, or the answer is refused. Commits nothing, runs nothing of it.
import type { StepContext, StepError } from '../engine/index.ts';
import { defaultPathPolicy, describeRefusals } from '../git/index.ts';
import type { Worktree } from '../git/index.ts';
import type { ResultChanges } from '../personas/index.ts';
import { TroupeError, defined } from '../support/index.ts';
import type { Answered } from './common/persona-checkpoint.ts';
import { personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import type { StepServices } from './common/types.ts';

/** What came of it: for the checkpoint, or why the answer cannot be used. */
export type Sent =
  | { readonly kept?: NonNullable<Answered['sent']>; readonly warnings: readonly string[] }
  | { readonly error: StepError };

/** Puts the changes into the tree, which stands on the commit that was asked about, and keeps the bytes as they came where they may be kept. */
export async function takeSent(
  { context, services, choice }: { context: StepContext; services: StepServices; choice: PersonaChoice },
  worktree: Worktree,
  { kind, base = worktree.at, content }: ResultChanges,
): Promise<Sent> {
  if (!choice.mayEdit) return { warnings: [personaStepMessages.mayNotSend(choice.persona.id, kind)] };
  try {
    const policy = defaultPathPolicy(context.spec.settings.protectedPaths);
    const { refused, left } = await worktree.take({ kind, base, content }, policy);
    if (refused.length === 0) {
      const kept = { kind, base, sha256: await services.blobs.put(content) };
      return { kept, warnings: left.length === 0 ? [] : [personaStepMessages.leftOut(left)] };
    }
    return {
      error: {
        class: 'failed',
        code: 'git/path-refused',
        message: personaStepMessages.sentRefused(choice.step.name, describeRefusals(refused, 10)),
        hint: personaStepMessages.refusedHint(),
      },
    };
  } catch (error) {
    if (!(error instanceof TroupeError) || error.code !== 'git/changes') throw error;
    return {
      error: { class: error.class, code: error.code, message: error.message, ...defined({ hint: error.hint }) },
    };
  }
}
