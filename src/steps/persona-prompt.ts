// Gathers what a persona's prompt is made of: the conversation, changes so far, skills, AGENTS.md, results upstream. Reads the base, never what an agent wrote.
import { buildPrompt, infoRequestsOf } from '../personas/index.ts';
import type { BuiltPrompt } from '../personas/index.ts';
import type { StepContext } from '../engine/index.ts';
import { existingBranchName } from '../git/index.ts';
import type { GitRepository, Worktree } from '../git/index.ts';
import type { Workplace } from './common/types.ts';
import { threadOf } from './issue-thread.ts';
import { byteLength, TroupeError, defined } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { filesOf } from './persona-info.ts';
import type { Infos } from './persona-info.ts';
import { renderPrompt } from './persona-templates.ts';
import { answersOf } from './question.ts';
import type { RunHead } from './common/run-head.ts';

const maxPatchBytes = 60_000;

/** The prompt, and what people should know of it. */
export interface PromptOfStep extends BuiltPrompt {
  readonly warnings: readonly string[];
}

/** Where a prompt is made. */
interface Place {
  readonly workplace: Workplace;
  readonly at: RunHead;
  readonly worktree: Pick<Worktree, 'unfiltered'>;
  readonly infos: Infos;
}

/** The prompt of one attempt. */
export async function promptFor(context: StepContext, choice: PersonaChoice, place: Place): Promise<PromptOfStep> {
  const thread = await threadOf(context, place.workplace);
  const built = buildPrompt({ ...(await partsOf(context, choice, place)), thread: thread.comments });
  const cut = built.cut.length === 0 ? [] : [personaStepMessages.cut(built.cut.join('; '))];
  const near = built.nearly === undefined ? [] : [personaStepMessages.nearlyFull(byteLength(built.text), built.nearly)];
  return { ...built, warnings: [...thread.warnings, ...cut, ...near] };
}

async function partsOf(
  context: StepContext,
  choice: PersonaChoice,
  { workplace, at, worktree, infos }: Place,
): Promise<Parameters<typeof buildPrompt>[0]> {
  const { repository } = workplace;
  const trusted = await trustedCommit(workplace, at);
  const changes =
    at.base === undefined || at.base === at.head
      ? undefined
      : await repository.diff(at.base, at.head, { maxBytes: maxPatchBytes });
  const agentsMd = trusted === undefined ? undefined : await repository.readFile(trusted, 'AGENTS.md');
  const most = infoRequestsOf(choice.persona);
  const role = renderPrompt(context, choice.persona, choice.persona.prompt);
  const append = choice.append === undefined ? undefined : renderPrompt(context, choice.persona, choice.append);
  return {
    persona: { ...choice.persona, prompt: role.text },
    ...(append === undefined ? {} : { append: append.text }),
    values: [...role.values, ...(append?.values ?? [])],
    task: context.spec.task,
    fromOutside: context.spec.requester.outsider,
    ...defined({ followUp: context.spec.followUp, model: choice.model }),
    step: choice.step,
    inputs: context.input['params'] ?? {},
    ...lookedUp(context),
    files: await filesOf(repository, at.head, infos),
    infoRequests: { left: Math.max(0, most - infos.length), most },
    upstream: [
      ...context.upstream
        .filter(({ step }) => !isLookUp(step.type))
        .map(({ step, result }) => ({ name: step.name, result })),
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
  };
}

/** What steps before it kept of earlier conversation and found in the repository. */
function lookedUp({ upstream }: StepContext): Pick<Parameters<typeof buildPrompt>[0], 'memory' | 'retrieval'> {
  const of = (type: string) =>
    upstream
      .filter(({ step }) => step.type === type)
      .map(({ step: { name }, result: { outputs } }) => ({ name, outputs }));
  return { memory: of('memory'), retrieval: of('retrieval') };
}

function isLookUp(type: string): boolean {
  return type === 'memory' || type === 'retrieval';
}

/** Where notes and skills are read: never at a head that somebody proposes. */
async function trustedCommit({ repository, pullRequest }: Workplace, at: RunHead): Promise<Sha | undefined> {
  if (pullRequest === undefined) return at.base ?? at.head;
  return repository.remoteBranch(existingBranchName(pullRequest.baseRef));
}

async function skillsOf(
  choice: PersonaChoice,
  repository: GitRepository,
  commit: Sha | undefined,
): Promise<{ id: string; text: string }[]> {
  const ids = [...new Set([...choice.persona.skills, ...choice.step.skills])];
  return Promise.all(
    ids.map(async (id) => {
      const text =
        commit !== undefined && isPlainId(id)
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
