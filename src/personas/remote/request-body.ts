// A request as services and workers read it: JSON with names in snake case. Pure. docs/personas.md tells each of them.
import { defined, isoTime, toJson } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import type { Allowance, PersonaTask, Ticket } from '../model/types.ts';

/** What a request has beside its task. */
export interface RequestExtras {
  readonly callback?: { readonly url: string; readonly secret: string };
  readonly allowance?: Allowance;
}

/** The body of a request. */
export function requestBody(task: PersonaTask, { deadline }: Ticket, extras: RequestExtras): JsonObject {
  const { persona, source } = task;
  const { callback, allowance } = extras;
  return {
    type: 'persona.request',
    request_id: task.requestId,
    persona: {
      id: persona.id,
      name: persona.name,
      description: persona.description,
      tools: [...persona.tools],
      ...defined({ limits: persona.limits }),
    },
    prompt: task.text,
    inputs: task.inputs,
    output_schemas: schemasOf(task),
    step: task.stepId,
    attempt: task.attempt,
    deadline: deadline === null ? null : isoTime(deadline),
    ...defined({
      model: task.model ?? persona.model,
      base_sha: task.baseSha,
      last_error: task.lastError,
      callback,
      limits: limitsOf(allowance),
      source: source === undefined ? undefined : { url: source.bundleUrl, sha256: source.sha256, sha: source.sha },
    }),
    answers: toJson(task.answers ?? []),
  };
}

function schemasOf({ outputSchemas, persona }: PersonaTask): Json[] {
  return [...(outputSchemas ?? (persona.outputs === undefined ? [] : [persona.outputs]))];
}

function limitsOf(allowance: Allowance | undefined): JsonObject | undefined {
  const { costUsd, tokens } = allowance ?? {};
  return costUsd === undefined && tokens === undefined ? undefined : defined({ cost_usd: costUsd, tokens });
}
