// How the branch of a run is to be called, and what it begins on: evaluated from what is known of the run. Reads no repository.
import { evaluateTemplate } from '../../definition/index.ts';
import type { Scope } from '../../definition/index.ts';
import { foldRun, runScope } from '../../engine/index.ts';
import type { RunSpec } from '../../engine/index.ts';
import { branchNameOf } from '../../git/index.ts';
import { slug, TroupeError } from '../../support/index.ts';
import type { BranchName } from '../../support/index.ts';
import { gitMessages as messages } from './git-messages.ts';

type Named = Pick<RunSpec, 'id' | 'workflow' | 'task'>;

/** The name of a branch that the run makes; where it is taken, one like it. Throws `step/template`. */
export function wantedBranch({ id, workflow, task }: Named, scope: Scope): BranchName {
  const template = workflow.branch === false ? undefined : workflow.branch.name;
  if (template !== undefined) return branchNameOf(evaluated(scope, template, '`branch.name`'));
  const words = slug(task.slug === '' ? task.title : task.slug);
  return branchNameOf(task.number === undefined ? `troupe/${words}-${id}` : `troupe/${task.number}-${words}`);
}

/** The base that the workflow names; undefined: the default branch. Throws `step/template`. */
export function wantedBase({ workflow }: Pick<RunSpec, 'workflow'>, scope: Scope): string | undefined {
  const template = workflow.branch === false ? undefined : workflow.branch.base;
  const named = template === undefined ? '' : evaluated(scope, template, '`branch.base`');
  return named === '' ? undefined : named;
}

/** Both, for a run that is only planned. Throws `step/template`. */
export function plannedBranch(
  spec: RunSpec,
  now: number,
): { readonly branch: BranchName; readonly base: string | undefined; readonly firstMessage: string } {
  const scope = runScope(foldRun([{ run: spec.id, seq: 1, at: now, type: 'run.created', data: { spec } }]));
  const { number, title } = spec.task;
  return {
    branch: wantedBranch(spec, scope),
    base: wantedBase(spec, scope),
    firstMessage: messages.startCommit(number, title),
  };
}

function evaluated(scope: Scope, template: string, what: string): string {
  const value = evaluateTemplate(template, scope);
  if (value.ok && value.value !== null && typeof value.value !== 'object') return String(value.value);
  const reason = value.ok ? 'it is no text' : value.message;
  throw new TroupeError('step/template', messages.badTemplate(what, reason), {
    class: 'config',
    ...(value.ok || value.hint === undefined ? {} : { hint: value.hint }),
  });
}
