// Step type `persona-request`: ask a persona, commit what it changed, push, verify, judge — in the order of decision 28.
import type { Facts, StepOutcome, StepResult } from '../engine/index.ts';
import { agentWords } from '../personas/index.ts';
import type { PersonaResult } from '../personas/index.ts';
import { toJson, TroupeError, defined } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { pausedOutcome } from './common/branch.ts';
import { personaStepMessages } from './common/messages.ts';
import { takeOver } from './persona-ask.ts';
import { readCheckpoint } from './common/persona-checkpoint.ts';
import type { Answered } from './common/persona-checkpoint.ts';
import { choosePersona, personaStep } from './persona-choice.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { createProviderGate, statesOfProcess } from './health/provider-gate.ts';
import type { ProviderGate } from './health/provider-gate.ts';
import { namesFor, whoIsAsked } from './health/who-is-asked.ts';
import { readUnderWay } from './persona-session.ts';
import { askAnew, giveUp, goOnAt, goOnUnderWay } from './persona-exchange.ts';
import type { Assignment, Exchanged, Work } from './persona-exchange.ts';
import { goOnGiven } from './persona-given.ts';
import { askedTooOften, infosAfter, infosIn } from './persona-info.ts';
import { pushCommit } from './persona-push.ts';
import { askPeople, isAnsweredQuestion } from './persona-question.ts';
import { readAsked, standingOf } from './persona-ticket.ts';
import { wishOf } from './persona-wish.ts';
import { ensurePullRequest } from './common/pull-request.ts';
import { answersOf } from './question.ts';
import { whatRemoteHas } from './common/remote-head.ts';
import { findRunHead } from './common/run-head.ts';
import { createSetup } from './setup.ts';
import { refuseSpent } from './spending.ts';
import { refuseOutsider, requireTrust, verifySandbox } from './trust.ts';
import type { StepBody, StepServices } from './common/types.ts';
import { judge } from './verdict.ts';
import { verify, verifyCommands } from './verify.ts';

/** The step type. It remembers which worktrees are set up; what is known of providers the host keeps, else this process. */
export function createPersonaRequest(): StepBody {
  const setup = createSetup();
  const states = statesOfProcess();
  const gates = new WeakMap<StepServices, ProviderGate>();
  function gateOf(services: StepServices): ProviderGate {
    const gate = services.gate ?? gates.get(services) ?? createProviderGate({ states, ...services });
    gates.set(services, gate);
    return gate;
  }
  return {
    type: 'persona-request',
    execute: (context, services) => execute({ context, services, setup, gate: gateOf(services) }),
  };
}

async function execute(work: Work): Promise<StepOutcome> {
  const { context, services } = work;
  const candidates = { ...namesFor(context, personaStep(context)), services, gate: work.gate };
  const choice = choosePersona(context, services, await whoIsAsked(candidates, context.resumed));
  const open = readAsked(context.resumed, choice);
  const standing = open === undefined ? undefined : await standingOf({ context, services, choice }, open);
  // nothing came: nothing is made for it
  if (open !== undefined && standing?.kind === 'waits') {
    await takeOver({ context, choice }, open);
    return standing.outcome;
  }
  if (open !== undefined && (standing?.kind === 'expired' || standing?.kind === 'lost'))
    return giveUp(work, open, { choice, why: standing.kind });
  const workplace = await services.workplace(context);
  const kept = readCheckpoint(context.resumed);
  const paused = await pausedOutcome(context, services);
  if (paused !== undefined) return paused;
  const at = await findRunHead(context, workplace);
  const infos = infosIn(context.resumed);
  const assignment: Assignment = { ...work, candidates, choice, workplace, at, infos };
  const answers = answersOf(context);
  if (kept !== undefined && !isAnsweredQuestion(kept, answers.length)) return end(assignment, kept);
  const verifies = verifyCommands(choice.step, context.spec.settings, choice.expect).length > 0;
  refuseOutsider({ context, services, choice, verifies });
  // nobody is asked for what could not be proven afterwards
  if (verifies) requireTrust('verify', { context, services, sandbox: verifySandbox(work, choice.persona) });
  if (open !== undefined && standing?.kind === 'goes-on') {
    const asBefore: Assignment = { ...assignment, at: { ...at, head: open.base } };
    return end(asBefore, await goOnAt(asBefore, open, standing.reply));
  }
  const given = await goOnGiven(assignment);
  if (given !== undefined) return end(assignment, given);
  await refuseSpent({ context, services, choice });
  const underWay = readUnderWay(context.resumed, choice);
  if (
    underWay?.ticket.keeps?.['session'] !== undefined &&
    (underWay.base === at.head || context.overlaps) &&
    underWay.answers === answers.length
  )
    return end(assignment, await goOnUnderWay(assignment, underWay));
  await refuseOvertaken(assignment);
  return end(assignment, await askAnew(assignment));
}

async function end(assignment: Assignment, exchanged: Exchanged): Promise<StepOutcome> {
  if ('kind' in exchanged) return exchanged;
  const infos = infosAfter(exchanged);
  if (infos === undefined) return askPeople(exchanged) ?? finish(assignment, exchanged);
  const { context, services, choice } = assignment;
  const refused = askedTooOften(choice.persona, infos);
  if (refused !== undefined) return refused;
  await refuseSpent({ context, services, choice });
  context.progress(personaStepMessages.givesFiles(choice.persona.name, infos.at(-1) ?? []));
  return end({ ...assignment, infos }, await askAnew({ ...assignment, infos }));
}

/** Pushes, verifies and judges. Everything here may run again without asking the persona again. */
async function finish(assignment: Assignment, answered: Answered): Promise<StepOutcome> {
  const { context, services, workplace, at } = assignment;
  let pushed: Sha | undefined;
  // one of a panel keeps it back until it is known whose work is kept
  const isHeldBack = assignment.choice.step.panelist === true;
  if (answered.sha !== undefined && at.branch !== undefined && !isHeldBack) {
    const paused = await pausedOutcome(context, services);
    if (paused !== undefined) return paused;
    pushed = await pushCommit({ context, workplace, branch: at.branch, sha: answered.sha, from: answered.from });
  }
  const judgedCommit = pushed ?? (isHeldBack ? answered.sha : undefined) ?? answered.from;
  const tree = await workplace.repository.treeOf(judgedCommit);
  // where drafts are not available the pull request had to wait for the first real commit
  const opened = pushed === undefined ? undefined : await ensurePullRequest(context, services, workplace);
  const pullRequest = opened === undefined ? {} : { pullRequest: opened };
  const facts = pushed === undefined ? undefined : { headSha: pushed, headTree: tree, ...pullRequest };
  // known even if what follows fails: the branch has moved
  if (facts !== undefined) await context.record?.({ type: 'facts.changed', data: facts });
  return judged(assignment, answered, { commit: judgedCommit, tree, ...defined({ facts }) });
}

/** What stands on the branch now. */
interface Standing {
  readonly commit: Sha;
  readonly tree: Sha;
  /** What the push changed of what is known of the run. */
  readonly facts?: Facts;
}

async function judged(
  assignment: Assignment,
  answered: Answered,
  { commit, tree, facts }: Standing,
): Promise<StepOutcome> {
  const { context, services, choice, workplace } = assignment;
  const { result } = answered;
  const own = await verify({
    context,
    services,
    workplace,
    setup: assignment.setup,
    commit,
    sandbox: verifySandbox(assignment, choice.persona),
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
    ...defined({ noop: judgement.noop }),
    ...wish.result,
    ...(evidence.length === 0 ? {} : { evidence }),
    ...defined({ findings: result.findings }),
    filesChanged: answered.files,
    sha: commit,
    tree,
    usage: result.usage,
    provider: choice.provider.name,
    ...defined({ model, facts, agent: agentOf(result) }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  return { kind: 'succeeded', result: finished };
}

/** Words of plain characters; nothing for one without a name. */
function agentOf({ agent }: PersonaResult): string | undefined {
  const words = agent === undefined ? '' : agentWords(agent);
  return words === '' ? undefined : words;
}

/** Nobody is paid for work that could not be pushed: somebody else has moved the branch. */
async function refuseOvertaken({ context, choice, workplace, at }: Assignment): Promise<void> {
  const { branch, base, head } = at;
  if (!choice.mayEdit || branch === undefined || base === undefined || context.overlaps) return;
  const there = await whatRemoteHas(context, workplace, { branch, baseSha: base, headSha: head });
  if (there.kind !== 'others') return;
  throw new TroupeError('git/stale', personaStepMessages.notOvertaken(branch), {
    hint: personaStepMessages.overtakenHint,
  });
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
