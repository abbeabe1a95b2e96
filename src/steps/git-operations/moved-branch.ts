// Results of operations that move the branch, and the conflict that keeps them from it. Decides only.
import type { StepResult } from '../../engine/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { Sha } from '../../support/index.ts';
import { headFacts } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import type { Standing } from '../common/preflight.ts';
import type { Operation } from './operation.ts';

export async function moved({ workplace }: Operation, sha: Sha, summary: string): Promise<StepResult> {
  return { outputs: { sha, changed: true }, sha, summary, facts: await headFacts(workplace, sha) };
}

export function upToDate(branch: string, sha: Sha): StepResult {
  return { outputs: { sha, changed: false, behind: 0 }, summary: messages.upToDate(branch) };
}

/** How far the two were apart before. */
export function withDistance(result: StepResult, { ahead, behind }: Standing): StepResult {
  return { ...result, outputs: { ...result.outputs, ahead, behind } };
}

export function conflict(what: string, files: readonly string[]): TroupeError {
  return new TroupeError('git/conflict', messages.conflict(what, files), { hint: messages.conflictHint });
}
