// What a run will write to GitHub, as far as its workflow says so: to which branches, with which permissions. Decides only.
import { allSteps, doesGit, gitOperationKinds, isApproval } from '../../definition/index.ts';
import type { Step } from '../../definition/index.ts';
import type { RunSpec } from '../../engine/index.ts';
import type { NeededPermission } from '../../github/index.ts';
import { plannedBranch } from '../../steps/index.ts';
import { isObject } from '../../support/index.ts';
import { ruleMessages as say } from './rule-messages.ts';

type MergeMethod = 'merge' | 'squash' | 'rebase';

/** A branch that the run pushes to, and the one that its pull request is for. */
export interface PushedBranch {
  readonly branch: string;
  /** The run makes it. */
  readonly isNew: boolean;
  readonly base: string;
  /** Of the run's first commit; undefined where none is made. */
  readonly message: string | undefined;
}

/** The branch of a run; undefined where it writes none. Throws `step/template`. */
export function pushedBranch(spec: RunSpec, now: number): PushedBranch | undefined {
  const { workflow, repository, event, followUp, task } = spec;
  if (workflow.branch === false || repository === undefined) return undefined;
  const pull = event['pull_request'];
  if (task.kind === 'pull_request' && isObject(pull)) {
    if (pull['fork'] === true) return undefined;
    const { head_ref: branch, base_ref: base } = pull;
    if (typeof branch !== 'string' || typeof base !== 'string') return undefined;
    return { branch, isNew: false, base, message: undefined };
  }
  const facts = followUp?.facts;
  if (facts?.branch !== undefined)
    return {
      branch: facts.branch,
      isNew: false,
      base: facts.baseBranch ?? repository.defaultBranch,
      message: undefined,
    };
  const { branch, base = repository.defaultBranch, firstMessage } = plannedBranch(spec, now);
  return { branch, isNew: true, base, message: firstMessage };
}

/** How its steps merge; a method that only a template knows is left out. Empty: nothing is merged. */
export function mergesOf({ workflow }: Pick<RunSpec, 'workflow'>): readonly { readonly method?: MergeMethod }[] {
  return allSteps(workflow).flatMap(({ step }) => {
    if (!doesGit(step)) return [];
    const kind = gitOperationKinds.find(({ name }) => name === step.operation);
    if (kind?.merges?.(step.config) !== true) return [];
    const named = step.config['merge_strategy'] ?? step.config['strategy'] ?? 'merge';
    return [named === 'merge' || named === 'squash' || named === 'rebase' ? { method: named } : {}];
  });
}

/** Steps that write into the conversation, or wait for what people answer there. */
export function talks({ workflow, task }: Pick<RunSpec, 'workflow' | 'task'>): boolean {
  if (task.number === undefined) return false;
  return allSteps(workflow).some(({ step }) => isConversation(step));
}

function isConversation(step: Step): boolean {
  if (isApproval(step) || step.approval !== undefined || step.type === 'question') return true;
  return step.type === 'github' && 'config' in step && step.config['action'] === 'comment';
}

/** What the workflow cannot do without, and what for. */
export function neededPermissions(spec: RunSpec, now: number): readonly NeededPermission[] {
  const { repository, task, workflow } = spec;
  if (repository === undefined) return [];
  const here = `${repository.owner}/${repository.name}`;
  const steps = allSteps(workflow).map(({ step }) => step);
  const pushed = pushedBranch(spec, now);
  const deploys = steps.some((step) => doesGit(step) && (step.config['immediate_deploy'] ?? false) !== false);
  const needed: NeededPermission[] = [];
  if (pushed !== undefined) needed.push({ name: 'contents', what: say.needs.push(pushed.branch, here) });
  if (pushed?.isNew === true) needed.push({ name: 'pull_requests', what: say.needs.open(pushed.branch, here) });
  if (talks(spec) && task.number !== undefined)
    needed.push({
      name: task.kind === 'pull_request' ? 'pull_requests' : 'issues',
      what: say.needs.talk(task.number, here),
    });
  else if (steps.some(({ type }) => type === 'github')) needed.push({ name: 'issues', what: say.needs.write(here) });
  if (deploys) needed.push({ name: 'deployments', what: say.needs.deploy(here) });
  return needed;
}
