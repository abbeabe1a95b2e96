// A checked file → the IR: every default written out, Troupe's own steps added, one hash over it all.
import type { JsonObject } from '../../support/index.ts';
import { defined, hashJson, toJson } from '../../support/index.ts';
import { stepKinds } from '../kinds/list.ts';
import { meantPersona } from '../source/persona-names.ts';
import type { WorkflowSource } from '../schemas/workflow-schema.ts';
import { withStepLists } from '../model/step-lists.ts';
import type { Budget, InputSpec, Step, Trigger, Workflow } from '../model/types.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import { withPrepare, withSettle, writingSteps } from './implicit-steps.ts';
import { normaliseSteps } from './normalise-step.ts';
import type { FileSurroundings } from './normalise-step.ts';

/** The IR of a file that the schema has passed. */
export function normaliseWorkflow(
  source: { readonly id: string; readonly file: WorkflowSource; readonly sourceOf: FileSurroundings['sourceOf'] },
  context: DefinitionContext,
): Workflow {
  const { id, file } = source;
  const around: FileSurroundings = {
    kinds: context.kinds ?? stepKinds,
    defaults: file.defaults ?? {},
    sourceOf: source.sourceOf,
    personaOf: (name) => meantPersona(name, context),
    retriesOf: (persona) => context.personas?.get(persona)?.retries,
  };
  const lists = {
    steps: normaliseSteps(file.steps, 'steps', around),
    onFailure: normaliseSteps(file.on_failure, 'on_failure', around),
    finally: normaliseSteps(file.finally, 'finally', around),
  };
  const writes = writingSteps(Object.values(lists), context).length > 0;
  const workflow: Omit<Workflow, 'hash'> = {
    irVersion: 1,
    id,
    name: file.name ?? id,
    version: file.version ?? '1.0.0',
    description: file.description ?? '',
    trigger: triggerOf(id, file),
    inputs: inputsOf(file),
    variables: file.variables ?? {},
    concurrency: {
      group: file.concurrency?.group ?? 'task-{{task.number ?? task.slug}}',
      onConflict: file.concurrency?.on_conflict ?? 'queue',
    },
    budget: budgetOf(file),
    branch: writes ? branchOf(file) : false,
    permissive: file.permissive ?? false,
    steps: writes ? withPrepare(lists.steps) : lists.steps,
    onFailure: lists.onFailure,
    finally: writes ? withSettle(lists.finally) : lists.finally,
    outputs: file.outputs ?? {},
  };
  return { ...workflow, hash: hashJson(withoutPlaces(workflow)) };
}

function triggerOf(id: string, file: WorkflowSource): Trigger {
  const trigger = file.trigger ?? { labels: [`troupe:${id}`] };
  return {
    labels: trigger.labels ?? [],
    events: trigger.events ?? [],
    assignees: trigger.assignees ?? [],
    ...defined({ schedule: schedulesOf(trigger.schedule), condition: trigger.condition }),
    priority: trigger.priority ?? 0,
  };
}

/** Text, an object, or a list of them. */
function schedulesOf(written: NonNullable<WorkflowSource['trigger']>['schedule']): Trigger['schedule'] {
  if (written === undefined) return undefined;
  return [written].flat().map((one) => (typeof one === 'string' ? { cron: one } : one));
}

function inputsOf(file: WorkflowSource): Readonly<Record<string, InputSpec>> {
  const entries = Object.entries(file.inputs ?? {}).map(([name, input]): [string, InputSpec] => [
    name,
    {
      type: input.type,
      required: input.required ?? false,
      ...defined({ default: input.default }),
      description: input.description ?? '',
      ...defined({ options: input.options }),
    },
  ]);
  return Object.fromEntries(entries);
}

function budgetOf(file: WorkflowSource): Budget {
  const { cost_usd, tokens, minutes, attempts } = file.budget ?? {};
  return {
    ...defined({ costUsd: cost_usd, tokens, minutes, attempts }),
  };
}

function branchOf(file: WorkflowSource): Workflow['branch'] {
  const branch = file.branch === false ? undefined : file.branch;
  return {
    ...(branch?.name === undefined ? {} : { name: branch.name }),
    ...(branch?.base === undefined ? {} : { base: branch.base }),
  };
}

/** Moving a step or adding a comment changes no behaviour, so it changes no hash; nor does what follows from a step's type. */
function withoutPlaces(workflow: Omit<Workflow, 'hash'>): JsonObject {
  const { steps, onFailure, finally: last, ...others } = workflow;
  const lists = { steps: bare(steps), onFailure: bare(onFailure), finally: bare(last) };
  return toJson({ ...others, ...lists }) as JsonObject; // a workflow is a JSON object
}

function bare(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => {
    const { source: _source, decides: _decides, onError, ...others } = withStepLists(step, bare);
    const handlers = onError === undefined ? {} : { onError: { ...onError, steps: bare(onError.steps) } };
    return { ...others, ...handlers } as Step; // a step without what may be missing
  });
}
