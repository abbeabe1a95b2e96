// What a step of the IR is, told by what it has: a step of any kind that names a persona asks it. Pure.
import type {
  ApprovalStep,
  ConditionalStep,
  DelayStep,
  ForeachStep,
  GateStep,
  GitStep,
  PanelStep,
  ParallelStep,
  PersonaStep,
  Step,
} from './types.ts';

/** Whether the step asks a persona: it costs, and its result carries a verdict. */
export function asksPersona(step: Step): step is PersonaStep {
  return 'persona' in step;
}

/** Whether several providers do the step, and the work of one is kept. */
export function isPanel(step: Step): step is PanelStep {
  return 'quorum' in step;
}

/** Whether the step is what one provider of a panel does. */
export function isPanelist(step: Step): step is PersonaStep {
  return 'panelist' in step;
}

/** Whether the step brings the work of a panel's winner to the branch. */
export function keepsWork(step: Step): boolean {
  return step.type === 'keep';
}

/** The persona that a step asks, itself or through a panel. */
export function personaAsked(step: Step): string | undefined {
  if (asksPersona(step)) return step.persona;
  return isPanel(step) ? step.steps.find(isPanelist)?.persona : undefined;
}

/** Whether the step does a git operation. */
export function doesGit(step: Step): step is GitStep {
  return 'operation' in step;
}

/** Whether the step looks at the verdicts of others. */
export function isGate(step: Step): step is GateStep {
  return 'require' in step;
}

/** Whether the step itself is a person's decision. */
export function isApproval(step: Step): step is ApprovalStep {
  return step.type === 'approval';
}

/** Whether the step is a timer. */
export function isDelay(step: Step): step is DelayStep {
  return step.type === 'delay';
}

/** Whether the step makes the branch of the run. */
export function makesBranch(step: Step): boolean {
  return step.type === 'prepare';
}

/** Whether one of the step's lists runs, chosen by its test. */
export function isChoice(step: Step): step is ConditionalStep {
  return 'test' in step;
}

/** Whether the first success among the step's children is enough. */
export function isRace(step: Step): step is ParallelStep {
  return 'steps' in step && 'waitFor' in step && step.waitFor === 'any';
}

/** Whether the steps in it are done once for each item of a list. */
export function isForeach(step: Step): step is ForeachStep {
  return 'onItemFailure' in step;
}

/** Who or what a step turns to, for a table: the persona, the operation, else its type. */
export function subjectOf(step: Step): string {
  const persona = personaAsked(step);
  if (persona !== undefined) return persona;
  return doesGit(step) ? step.operation : step.type;
}
