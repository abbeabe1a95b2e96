// A command that took more than the operator lets commands take: an error of its own, not a failure that nobody understands. Pure.
import type { Usage } from '../../engine/index.ts';
import type { PersonaResult, ReachedLimit } from '../model/types.ts';
import { errorResult } from '../result/parse-result.ts';
import { withTail } from './missing-command.ts';

/** Whatever it had handed in by then: it did not come to its end. */
export function limitResult(
  program: string,
  { words, hint }: ReachedLimit,
  { stderr, usage }: { readonly stderr: string; readonly usage?: Usage },
): PersonaResult {
  const message = withTail(`"${program}" ${words}`, stderr);
  const failed = errorResult('failed', message, usage);
  return { ...failed, error: { class: 'failed', message, limit: { hint } } };
}
