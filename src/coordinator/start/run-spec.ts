// Everything a run is started with, made from what is known. Decides only; reads nothing.
import { evaluateTemplate, resolveVariables, variableScope, withEvaluatedNames } from '../../definition/index.ts';
import type { Scope, Workflow } from '../../definition/index.ts';
import { linePriority } from '../../engine/index.ts';
import type { Requester, RunSettings, RunSpec, Task } from '../../engine/index.ts';
import { isSha, defined } from '../../support/index.ts';
import type { Json, JsonObject, RunId } from '../../support/index.ts';
import type { Happening } from '../common/payload.ts';
import { taskForExpressions } from './task.ts';
import type { Candidate } from '../common/types.ts';

/** What `runSpec` puts together. */
export interface RunParts {
  readonly id: RunId;
  readonly candidate: Candidate;
  readonly workflow: Workflow;
  readonly happening: Happening;
  readonly task: Task;
  readonly inputs: JsonObject;
  readonly requester: Requester;
  readonly settings: RunSettings;
  readonly personas: Json;
  readonly rehearsal: boolean;
  readonly host: RunSpec['host'];
  readonly now: number;
}

/** The run to start, or why its lock has no name. */
export function runSpec(
  parts: RunParts,
): { readonly ok: true; readonly spec: RunSpec } | { readonly ok: false; readonly problem: string } {
  const { happening, workflow, task } = parts;
  const { repository } = happening;
  const event = eventOf(happening);
  const start = startScope(workflow, { task, inputs: parts.inputs, event, settings: parts.settings });
  const scope = scopeOf(task, event, parts.now);
  const group = evaluateTemplate(workflow.concurrency.group, {
    ...scope,
    ...start,
  });
  if (!group.ok) return { ok: false, problem: group.message };
  const priority = linePriority(workflow.trigger.priority, task.priority);
  return {
    ok: true,
    spec: {
      id: parts.id,
      workflow: withEvaluatedNames(workflow, start),
      workflowSource: { path: parts.candidate.path, blobSha: parts.candidate.blobSha },
      task,
      inputs: parts.inputs,
      event,
      repository: {
        id: repository.id,
        owner: repository.owner,
        name: repository.name,
        defaultBranch: repository.defaultBranch,
        cloneUrl: repository.cloneUrl,
        installationId: happening.installationId,
        private: repository.private,
      },
      requester: parts.requester,
      host: parts.host,
      rehearsal: parts.rehearsal,
      settings: parts.settings,
      personas: parts.personas,
      lockKey: `${repository.id}:${typeof group.value === 'string' ? group.value : JSON.stringify(group.value)}`,
      ...(priority === 0 ? {} : { priority }),
      ...pushedBase(happening),
    },
  };
}

/** What is known at the start of a run: what its names, its lock and its branch may read. */
export function startScope(
  workflow: Workflow,
  about: {
    readonly task: Task;
    readonly inputs: JsonObject;
    readonly event: JsonObject;
    readonly settings: Pick<RunSettings, 'variables'>;
  },
): Pick<Scope, 'variables' | 'unset'> & { readonly task: Json; readonly inputs: Json } {
  const { inputs, event, settings } = about;
  const task = taskForExpressions(about.task);
  const milestone = about.task.milestone === undefined ? {} : { milestone: about.task.milestone };
  const resolved = resolveVariables(workflow, { task, inputs, event, ...milestone, overrides: settings.variables });
  return { task, inputs, ...variableScope(resolved) };
}

/** The workflow as a run of it is stored: its names read what is known at the start. */
export function startedWorkflow(workflow: Workflow, about: Parameters<typeof startScope>[1]): Workflow {
  return withEvaluatedNames(workflow, startScope(workflow, about));
}

/** What was pushed to the default branch is what the run begins on; a head that moved on since does not count. */
function pushedBase({ branch, subject, repository }: Happening): Pick<RunSpec, 'baseSha'> {
  const sha = branch?.sha;
  const counts = subject === undefined && branch?.name === repository.defaultBranch;
  return counts && sha !== undefined && isSha(sha) ? { baseSha: sha } : {};
}

/** The event as expressions see it (decision 15). */
export function eventOf(happening: Happening): JsonObject {
  const { comment, review, subject } = happening;
  return {
    name: happening.event,
    action: happening.action,
    sender: happening.sender.login,
    ...(happening.branch === undefined
      ? {}
      : { branch: happening.branch.name, head_sha: happening.branch.sha ?? null, forced: happening.branch.forced }),
    ...defined({
      client_payload: happening.clientPayload,
      inputs: happening.dispatchInputs,
      schedule: happening.schedule,
      label: happening.label,
      assignee: happening.assignee,
    }),
    ...(comment === undefined ? {} : { comment: { id: comment.id, body: comment.body, author: comment.author.login } }),
    ...(review === undefined
      ? {}
      : { review: { id: review.id, state: review.state, body: review.body, author: review.author } }),
    ...(subject?.head === undefined
      ? {}
      : {
          pull_request: {
            number: subject.number,
            head_sha: subject.head.sha,
            head_ref: subject.head.ref,
            base_ref: subject.head.base,
            fork: subject.head.fork,
          },
        }),
  };
}

/** What trigger conditions and the lock's name may read. */
export function scopeOf(task: Task, event: JsonObject, now: number): Scope {
  const about = taskForExpressions(task);
  const milestone = task.milestone === undefined ? {} : { milestone: task.milestone };
  return { task: about, event, context: { task: about }, ...milestone, now };
}
