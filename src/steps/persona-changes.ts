// What a persona changed becomes a commit, or is refused, or is thrown away: seen with git, never believed. Pushes nothing.
import type { StepContext } from '../engine/index.ts';
import { defaultPathPolicy, describeRefusals } from '../git/index.ts';
import type { Worktree } from '../git/index.ts';
import { agentWords } from '../personas/index.ts';
import type { AgentId } from '../personas/index.ts';
import { TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { agentTrailer, stepTrailer } from './common/commit-message.ts';
import { personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { runCommit } from './common/run-commit.ts';
import type { RunHead } from './common/run-head.ts';
import type { Workplace } from './common/types.ts';

/** What came of the changes. */
export interface Observed {
  /** The local commit; undefined when there is nothing to push. */
  readonly sha?: Sha;
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/** Where it was changed, and by whom. */
export interface Changed {
  readonly worktree: Worktree;
  readonly workplace: Workplace;
  readonly at: RunHead;
  readonly agent: AgentId | undefined;
}

/** Reads the changes in the worktree and commits them if this persona and workflow may. Throws `git/path-refused`. */
export async function observeChanges(context: StepContext, choice: PersonaChoice, place: Changed): Promise<Observed> {
  const { worktree, workplace, at } = place;
  // committed before a death that nobody knew of then
  const { made } = worktree;
  if (made !== undefined) return { sha: made, files: await filesOf(workplace, at.head, made), warnings: [] };
  const policy = defaultPathPolicy(context.spec.settings.protectedPaths);
  const changes = await worktree.changes(policy);
  const touched = [...changes.files, ...changes.refused.map(({ path }) => path)];
  if (!choice.mayEdit) return thrownAway(worktree, touched, personaStepMessages.discarded(choice.persona.id, touched));
  if (changes.refused.length > 0) {
    await worktree.discard();
    throw new TroupeError(
      'git/path-refused',
      personaStepMessages.refused(choice.step.name, describeRefusals(changes.refused, 10)),
      {
        class: 'failed',
        hint: personaStepMessages.refusedHint(),
      },
    );
  }
  if (at.branch === undefined) return thrownAway(worktree, touched, personaStepMessages.noBranch(touched));
  if (changes.files.length === 0) return { files: [], warnings: [] };
  if (choice.step.commit === 'none')
    return { files: changes.files, warnings: [personaStepMessages.notCommitted(changes.files)] };
  const commit = runCommit(context, workplace, messageOf(context, choice));
  const words = place.agent === undefined ? '' : agentWords(place.agent);
  const own = [[stepTrailer, context.path] as const, ...(words === '' ? [] : [[agentTrailer, words] as const])];
  const sha = await worktree.commit({ ...commit, trailers: [...own, ...commit.trailers] }, policy);
  return sha === undefined ? { files: [], warnings: [] } : { sha, files: changes.files, warnings: [] };
}

async function filesOf({ repository }: Workplace, from: Sha, to: Sha): Promise<readonly string[]> {
  return (await repository.diff(from, to)).files.map(({ path }) => path);
}

/** The step's own words; else its name: a persona's summary is shown on the pull request, not in the history. */
function messageOf(context: StepContext, choice: PersonaChoice): string {
  const message = context.input['message'];
  return typeof message === 'string' && message.trim() !== ''
    ? message
    : personaStepMessages.commit(choice.step.name, context.spec.task.number);
}

async function thrownAway(worktree: Worktree, files: readonly string[], warning: string): Promise<Observed> {
  if (files.length === 0) return { files: [], warnings: [] };
  await worktree.discard();
  return { files: [], warnings: [warning] };
}
