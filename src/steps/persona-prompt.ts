// Gathers what a persona's prompt is made of: changes so far, skills, AGENTS.md, results upstream. Reads the base, never what an agent wrote.
import { buildPrompt } from '../personas/index.ts';
import type { BuiltPrompt } from '../personas/index.ts';
import type { StepContext } from '../engine/index.ts';
import type { GitRepository, Worktree } from '../git/index.ts';
import { TroupeError, defined } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { renderPrompt } from './persona-templates.ts';
import { answersOf } from './question.ts';
import type { RunHead } from './common/run-head.ts';

const maxPatchBytes = 60_000;

/** The prompt of one attempt. */
export async function promptFor(
  context: StepContext,
  choice: PersonaChoice,
  {
    repository,
    at,
    worktree,
  }: { readonly repository: GitRepository; readonly at: RunHead; readonly worktree: Pick<Worktree, 'unfiltered'> },
): Promise<BuiltPrompt> {
  const trusted = at.base ?? at.head;
  const changes =
    at.base === undefined || at.base === at.head
      ? undefined
      : await repository.diff(at.base, at.head, { maxBytes: maxPatchBytes });
  const agentsMd = await repository.readFile(trusted, 'AGENTS.md');
  const role = renderPrompt(context, choice.persona, choice.persona.prompt);
  const append = choice.append === undefined ? undefined : renderPrompt(context, choice.persona, choice.append);
  return buildPrompt({
    persona: { ...choice.persona, prompt: role.text },
    ...(append === undefined ? {} : { append: append.text }),
    values: [...role.values, ...(append?.values ?? [])],
    task: context.spec.task,
    step: choice.step,
    inputs: context.input['params'] ?? {},
    upstream: [
      ...context.upstream.map(({ step, result }) => ({ name: step.name, result })),
      ...answersOf(context).map(({ answer, login }) => ({
        name: personaStepMessages.answerOf(login),
        result: { outputs: { answer } },
      })),
    ],
    ...(context.lastError === undefined ? {} : { lastError: context.lastError.message }),
    skills: await skillsOf(choice, repository, trusted),
    ...defined({ agentsMd }),
    workspace: {
      ...defined({ branch: at.branch, base: at.base }),
      mayEdit: choice.mayEdit && at.branch !== undefined,
      changed: changes?.files.map(({ path, added, removed }) => `${path} (+${added} -${removed})`) ?? [],
      ...(worktree.unfiltered.length === 0 ? {} : { unfiltered: worktree.unfiltered }),
      // who edits or runs commands looks for itself
      ...(changes === undefined || choice.mayEdit || choice.mayExecute ? {} : { patch: changes.patch }),
    },
    outputSchemas: choice.outputSchemas,
    expect: choice.expect,
  });
}

async function skillsOf(
  choice: PersonaChoice,
  repository: GitRepository,
  commit: Sha,
): Promise<{ id: string; text: string }[]> {
  const ids = [...new Set([...choice.persona.skills, ...choice.step.skills])];
  return Promise.all(
    ids.map(async (id) => {
      const text = isPlainId(id)
        ? ((await repository.readFile(commit, `.github/troupe/skills/${id}.md`)) ??
          (await repository.readFile(commit, `.claude/skills/${id}/SKILL.md`)))
        : undefined;
      if (text !== undefined) return { id, text };
      throw new TroupeError('persona/skill', personaStepMessages.unknownSkill(id), {
        class: 'config',
        hint: personaStepMessages.unknownSkillHint(id),
      });
    }),
  );
}

function isPlainId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id);
}
