// A result as a worker hands it in: the other end of `read-reply.ts`. Pure.
import { defined, toJson } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { PersonaResult } from '../model/types.ts';

/** The text of an answer. What it says of changes is left to whoever looked at the tree. */
export function writeResult(
  result: PersonaResult,
  changes?: { readonly patch: Uint8Array; readonly base: string },
): string {
  const { status, summary, outputs, noop, findings, evidence, artifacts, next, usage, model, error } = result;
  const sent =
    changes === undefined
      ? undefined
      : { patch_base64: Buffer.from(changes.patch).toString('base64'), base: changes.base };
  return JSON.stringify({
    status,
    summary,
    outputs,
    ...defined({ noop, findings, evidence, artifacts, next, model, error, changes: sent }),
    usage: usageOf(usage),
  });
}

/** What was estimated here is estimated there: only what somebody counted is told. */
function usageOf({
  source,
  complete: _complete,
  costUsd,
  model: _model,
  request: _request,
  ...rest
}: PersonaResult['usage']): JsonObject {
  // figures, and no functions
  return toJson({ ...rest, ...(source === 'estimated' ? {} : defined({ costUsd })) }) as JsonObject;
}
