// Step type `persona-request`: ask a persona, commit what it changed, push, verify, judge — in the order of decision 28.
import { ClaimLost, PaidFailure } from '../engine/index.ts';
import type { StepContext, StepOutcome, StepResult } from '../engine/index.ts';
import type { Worktree } from '../git/index.ts';
import type { PersonaResult } from '../personas/index.ts';
import { toJson, TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { pausedOutcome } from './branch.ts';
import { personaStepMessages } from './messages.ts';
import { askThrough, createCircuits } from './circuit.ts';
import type { Circuits } from './circuit.ts';
import { ask } from './persona-ask.ts';
import { observeChanges } from './persona-changes.ts';
import { readCheckpoint, toCheckpoint } from './persona-checkpoint.ts';
import type { Answered } from './persona-checkpoint.ts';
import { choosePersona } from './persona-choice.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { promptFor } from './persona-prompt.ts';
import { pushCommit } from './persona-push.ts';
import { ensurePullRequest } from './pull-request.ts';
import { whatRemoteHas } from './remote-head.ts';
import { findRunHead } from './run-head.ts';
import type { RunHead } from './run-head.ts';
import { cacheFolders, createSetup } from './setup.ts';
import type { Setup } from './setup.ts';
import type { StepServices, StepBody, Workplace } from './types.ts';
import { refuseOutsider, requireTrust } from './trust.ts';
import { judge } from './verdict.ts';
import { askPeople, isAnsweredQuestion, questionIn } from './persona-question.ts';
import { answersOf } from './question.ts';
import { verify, verifyCommands } from './verify.ts';
import { wishOf } from './persona-wish.ts';

/** The step type. It remembers which worktrees are set up, and which providers fail. */
export function createPersonaRequest(): StepBody {
  const setup = createSetup();
  const circuits = createCircuits();
  return { type: 'persona-request', execute: (context, services) => execute({ context, services, setup, circuits }) };
}

interface Work {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly setup: Setup;
  readonly circuits: Circuits;
}

interface Desk extends Work {
  readonly choice: PersonaChoice;
  readonly workplace: Workplace;
  readonly at: RunHead;
}

async function execute(work: Work): Promise<StepOutcome> {
  const { context, services } = work;
  const choice = choosePersona(context, services);
  const workplace = await services.workplace(context);
  const kept = readCheckpoint(context.resumed);
  const paused = await pausedOutcome(context, services);
  if (paused !== undefined) return paused;
  const at = await findRunHead(context, workplace);
  const desk: Desk = { ...work, choice, workplace, at };
  const answers = answersOf(context);
  if (kept !== undefined && !isAnsweredQuestion(kept, answers.length)) return askPeople(kept) ?? finish(desk, kept);
  const verifies = verifyCommands(choice.step, context.spec.settings, choice.expect).length > 0;
  refuseOutsider({ context, services, choice, verifies });
  // nobody is asked for what could not be proven afterwards
  if (verifies) requireTrust('verify', { context, services, sandbox: services.sandbox(undefined) });
  await refuseOvertaken(desk);
  const outcome = await answer(desk);
  if ('kind' in outcome) return outcome;
  return askPeople(outcome) ?? finish(desk, outcome);
}

/** Gets the answer and keeps it, with its changes committed here. */
async function answer(desk: Desk): Promise<Answered | StepOutcome> {
  const { context, services, choice, workplace, at } = desk;
  await refuseUnusable(choice);
  const worktree = await workplace.repository.worktree({
    run: context.run,
    name: context.overlaps ? context.path : 'main',
    at: at.head,
    keep: cacheFolders(context.spec.settings),
    agentView: true,
    ...(workplace.pullRequest === undefined ? {} : { maskAgentConfiguration: true }),
  });
  const prompt = await promptFor(context, choice, { repository: workplace.repository, at, worktree });
  await services.keepArtifact(
    context,
    `${context.path}.${context.attempt}.prompt.md`,
    'text/markdown',
    services.redactor.text(prompt.text),
  );
  const sandbox = services.sandbox(choice.persona.sandbox);
  if (choice.mayExecute)
    await desk.setup.ensure({
      context,
      services,
      repository: workplace.repository,
      worktree,
      commit: at.head,
      sandbox,
    });
  const got = await askThrough({ circuits: desk.circuits, provider: choice.provider.name, context, services }, () =>
    ask({ context, services, choice, worktree, head: at.head, prompt: prompt.text }),
  );
  if ('kind' in got) return got;
  if ('wait' in got) return { kind: 'waiting', for: 'ticket', until: got.wait.nextCheckAt ?? got.wait.deadline };
  if (got.done.status === 'error') return failedBy(choice, got.done);
  if (got.done.next?.action === 'retry' && got.done.status !== 'fail') return wantsAnother(choice, got.done);
  const cut = prompt.cut.length === 0 ? [] : [personaStepMessages.cut(prompt.cut.join('; '))];
  try {
    return await keep(desk, { worktree, result: got.done, warnings: cut });
  } catch (error) {
    // the work was paid for even if it may not be used
    throw error instanceof ClaimLost ? error : new PaidFailure(error, got.done.usage);
  }
}

/** Commits here what was changed and keeps the answer: from now on nobody is asked again for it. */
async function keep(
  { context, choice, workplace, at }: Desk,
  got: { readonly worktree: Worktree; readonly result: PersonaResult; readonly warnings: readonly string[] },
): Promise<Answered> {
  const observed = await observeChanges(context, choice, { worktree: got.worktree, workplace, at });
  const answered: Answered = {
    result: got.result,
    from: at.head,
    answers: answersOf(context).length,
    ...observed,
    warnings: [...got.warnings, ...observed.warnings],
  };
  await context.checkpoint(toCheckpoint(answered), ...questionIn(answered));
  return answered;
}

/** Pushes, verifies and judges. Everything here may run again without asking the persona again. */
async function finish(desk: Desk, answered: Answered): Promise<StepOutcome> {
  const { context, services, choice, workplace, at } = desk;
  const { result } = answered;
  let pushed: Sha | undefined;
  if (answered.sha !== undefined && at.branch !== undefined) {
    const paused = await pausedOutcome(context, services);
    if (paused !== undefined) return paused;
    pushed = await pushCommit({ context, workplace, branch: at.branch, sha: answered.sha, from: answered.from });
  }
  const judgedCommit = pushed ?? answered.from;
  const tree = await workplace.repository.treeOf(judgedCommit);
  // where drafts are not available the pull request had to wait for the first real commit
  const opened = pushed === undefined ? undefined : await ensurePullRequest(context, services, workplace);
  const pullRequest = opened === undefined ? {} : { pullRequest: opened };
  const facts = pushed === undefined ? undefined : { headSha: pushed, headTree: tree, ...pullRequest };
  // known even if what follows fails: the branch has moved
  if (facts !== undefined) await context.record?.({ type: 'facts.changed', data: facts });
  const own = await verify({
    context,
    services,
    workplace,
    setup: desk.setup,
    commit: judgedCommit,
    commands: result.status === 'fail' ? [] : verifyCommands(choice.step, context.spec.settings, choice.expect),
    timeoutMs: choice.timeoutMs,
  });
  const evidence = [...(result.evidence ?? []), ...own];
  const judgement = judge({
    stepName: choice.step.name,
    result,
    expect: choice.expect,
    changed: answered.files.length > 0,
    evidence,
  });
  if (judgement.kind === 'failed') return { kind: 'failed', error: judgement.error, usage: result.usage };
  const wish = await wishOf(context, workplace, {
    result,
    persona: choice.persona.id,
    judgement,
    files: answered.files,
    tree,
  });
  const warnings = [
    ...answered.warnings,
    ...(judgement.warning === undefined ? [] : [judgement.warning]),
    ...overspent(choice, result),
    ...wish.warnings,
  ];
  const model = result.model ?? choice.model;
  const finished: StepResult = {
    outputs: outputsOf(result),
    summary: result.summary,
    verdict: judgement.verdict,
    ...(judgement.reason === undefined ? {} : { verdictReason: services.redactor.text(judgement.reason) }),
    ...(judgement.noop === undefined ? {} : { noop: judgement.noop }),
    ...wish.result,
    ...(evidence.length === 0 ? {} : { evidence }),
    ...(result.findings === undefined ? {} : { findings: result.findings }),
    filesChanged: answered.files,
    sha: judgedCommit,
    tree,
    usage: result.usage,
    provider: choice.provider.name,
    ...(model === undefined ? {} : { model }),
    ...(facts === undefined ? {} : { facts }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  return { kind: 'succeeded', result: finished };
}

/** Nobody is paid for work that could not be pushed: somebody else has moved the branch. */
async function refuseOvertaken({ context, choice, workplace, at }: Desk): Promise<void> {
  const { branch, base, head } = at;
  if (!choice.mayEdit || branch === undefined || base === undefined || context.overlaps) return;
  const there = await whatRemoteHas(context, workplace, { branch, baseSha: base, headSha: head });
  if (there.kind !== 'others') return;
  throw new TroupeError('git/stale', personaStepMessages.notOvertaken(branch), {
    hint: personaStepMessages.overtakenHint,
  });
}

async function refuseUnusable(choice: PersonaChoice): Promise<void> {
  const problem = (await choice.provider.check(choice.persona)).find(({ severity }) => severity === 'error');
  if (problem === undefined) return;
  throw new TroupeError('persona/provider', problem.message, {
    class: 'config',
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
}

function failedBy(choice: PersonaChoice, result: PersonaResult): StepOutcome {
  const error = result.error ?? { class: 'failed' as const, message: result.summary };
  return {
    kind: 'failed',
    error: {
      class: error.class,
      code: `persona/${error.class.replaceAll('_', '-')}`,
      message: personaStepMessages.persona(choice.persona.id, error.message),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    },
    usage: result.usage,
  };
}

/** Whoever wants to do it again has not done it: what it left is thrown away, and the retry policy says how often. */
function wantsAnother({ persona }: PersonaChoice, { summary, usage }: PersonaResult): StepOutcome {
  const message = personaStepMessages.wantsAnother(persona.id, summary);
  return { kind: 'failed', error: { class: 'transient', code: 'persona/retry', message }, usage };
}

/** The money is spent and the answer counts, but whoever pays hears of it. */
function overspent({ persona }: PersonaChoice, { usage }: PersonaResult): readonly string[] {
  const { maxCostUsd } = persona;
  if (maxCostUsd === undefined || usage.costUsd === undefined || Number(usage.costUsd) <= maxCostUsd) return [];
  return [personaStepMessages.overspent(persona.id, usage.costUsd, maxCostUsd)];
}

/** What later steps can read; the wish for the next stage is one of them. */
function outputsOf(result: PersonaResult): StepResult['outputs'] {
  const next = result.next?.recommended_next_stage;
  return next === undefined || 'recommended_next_stage' in result.outputs
    ? result.outputs
    : { ...result.outputs, recommended_next_stage: toJson(next) };
}
