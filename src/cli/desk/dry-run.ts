// What a run would do, told without doing any of it. Decides only.
import { allSteps, asksPersona, isChoice } from '../../definition/index.ts';
import type { Step } from '../../definition/index.ts';
import { slug } from '../../support/index.ts';
import { deskMessages as say } from './messages-desk.ts';
import type { Output } from '../schemas/index.ts';
import type { WantedRun } from './wanted-run.ts';

/** The plan for machines. */
export function planOf({ workflow, task, inputs, providerOf }: WantedRun): Output<'plan'> {
  const { branch } = workflow;
  return {
    dryRun: true,
    workflow: workflow.id,
    task: task.title,
    inputs,
    branch:
      branch === false
        ? null
        : (branch.name ?? `troupe/${task.number === undefined ? '' : `${task.number}-`}${slug(task.title)}-<run>`),
    steps: allSteps(workflow).map(({ step, parent }) => ({
      id: step.id,
      name: step.name,
      type: step.type,
      after: step.dependencies,
      in: parent?.id ?? null,
      persona: asksPersona(step) ? step.persona : null,
      provider: asksPersona(step) ? providerOf(step) : null,
      condition: conditionOf(step) ?? null,
    })),
  };
}

/** The plan for people. */
export function planLines(plan: Output<'plan'>): string[] {
  return [
    say.dryRun(plan.workflow),
    `task: ${plan.task}`,
    say.dryBranch(plan.branch),
    ...plan.steps.map(({ name, type, persona, provider, condition, in: holder }) => {
      const what = persona === null ? type : `asks ${persona} (${provider})`;
      return `${holder === null ? '' : '  '}· ${name}: ${what}${condition === null ? '' : `, only when ${condition}`}`;
    }),
  ];
}

function conditionOf(step: Step): string | undefined {
  return isChoice(step) ? step.test : step.condition;
}
