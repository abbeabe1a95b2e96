// A result as a worker hands it in: the other end of `read-reply.ts`. Pure.
import { defined, toJson } from '../../support/index.ts';
import type { JsonObject, Redactor } from '../../support/index.ts';
import type { PersonaResult } from '../model/types.ts';

/**
 * The text of an answer, without what is secret here: whoever asked does not know these secrets. What it says of changes is left to whoever
 * looked at the tree, whose gate let no secret into them.
 */
export function writeResult(
  result: PersonaResult,
  redactor: Pick<Redactor, 'json'>,
  changes?: { readonly patch: Uint8Array; readonly base: string },
): string {
  const { status, summary, outputs, noop, findings, evidence, artifacts, next, usage, model, error } = result;
  const sent =
    changes === undefined
      ? undefined
      : { patch_base64: Buffer.from(changes.patch).toString('base64'), base: changes.base };
  const more = defined({ noop, findings, evidence, artifacts, next, model, error });
  // a plain object, and redaction keeps its shape
  const said = redactor.json(toJson({ status, summary, outputs, ...more, usage: usageOf(usage) })) as JsonObject;
  return JSON.stringify({ ...said, ...defined({ changes: sent }) });
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
