// A request as a worker reads it: the other end of `request-body.ts`, for workers that are Troupe itself. Pure.
import Type from 'typebox';
import type { Static } from 'typebox';
import { defined, isSha, parseJson, schemaCheck, TroupeError } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import type { Allowance, PersonaTask } from '../model/types.ts';
import { remoteMessages as say } from './messages.ts';

const tool = Type.Union(['read', 'search', 'edit', 'execute', 'web'].map((name) => Type.Literal(name)));

const schema = Type.Object({
  request_id: Type.String({ minLength: 1 }),
  persona: Type.Object({
    id: Type.String({ minLength: 1 }),
    name: Type.String(),
    description: Type.String(),
    tools: Type.Array(tool),
    limits: Type.Optional(Type.Array(Type.String())),
  }),
  prompt: Type.String(),
  inputs: Type.Unknown(),
  output_schemas: Type.Array(Type.Object({}, { additionalProperties: true })),
  step: Type.String(),
  attempt: Type.Integer(),
  deadline: Type.Union([Type.String(), Type.Null()]),
  model: Type.Optional(Type.String()),
  base_sha: Type.Optional(Type.String()),
  last_error: Type.Optional(Type.String()),
  callback: Type.Optional(Type.Object({ url: Type.String(), secret: Type.String() })),
  limits: Type.Optional(Type.Object({ cost_usd: Type.Optional(Type.String()), tokens: Type.Optional(Type.Number()) })),
  source: Type.Optional(
    Type.Object({
      url: Type.String(),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      sha: Type.String({ pattern: '^[0-9a-f]{40}$' }),
    }),
  ),
});

const check = schemaCheck<Static<typeof schema>>(schema);

/** What a worker is asked. */
export interface RemoteRequest {
  readonly task: PersonaTask;
  /** Milliseconds since 1970. null: it takes as long as it takes. */
  readonly deadline: number | null;
  readonly allowance: Allowance;
  /** Where its answer goes. Absent: whoever brought it takes the answer. */
  readonly callback?: { readonly url: string; readonly secret: string };
}

/** The request in a body. Throws `persona/request` where it is none. */
export function readRequest(body: string): RemoteRequest {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : '');
  }
  if (!check(value)) {
    const [error] = check.errors;
    throw unreadable(`${error?.instancePath ?? ''} ${error?.message ?? ''}`.trim());
  }
  const { persona, source, limits, deadline } = value;
  const { base_sha: baseSha, last_error: lastError, model } = value;
  const sourceAt = source === undefined || !isSha(source.sha) ? undefined : { ...source, sha: source.sha };
  return {
    task: {
      requestId: value.request_id,
      persona: {
        ...persona,
        tools: persona.tools as PersonaTask['persona']['tools'], // the schema has the same words
        skills: [],
        profiles: {},
        expect: [],
        prompt: '',
        source: 'request',
        digest: '',
        ...defined({ limits: persona.limits }),
      },
      text: value.prompt,
      // JSON that was just parsed
      inputs: value.inputs as Json,
      outputSchemas: value.output_schemas as readonly JsonObject[],
      stepId: value.step,
      attempt: value.attempt,
      ...defined({
        baseSha,
        lastError,
        model,
        source:
          sourceAt === undefined ? undefined : { bundleUrl: sourceAt.url, sha256: sourceAt.sha256, sha: sourceAt.sha },
      }),
    },
    deadline: deadline === null ? null : Date.parse(deadline),
    allowance: defined({ costUsd: limits?.cost_usd, tokens: limits?.tokens }),
    ...defined({ callback: value.callback }),
  };
}

function unreadable(problem: string): TroupeError {
  return new TroupeError('persona/request', say.unreadable(problem), { class: 'contract' });
}
