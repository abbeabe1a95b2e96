// What a persona wants to come next, granted where it gets around nothing: `next: skip` and `next: stop`. Writes nothing.
import { stepsRightAfter } from '../engine/index.ts';
import type { StepContext, StepResult } from '../engine/index.ts';
import type { PersonaResult } from '../personas/index.ts';
import type { Sha } from '../support/index.ts';
import { personaStepMessages as messages } from './common/messages.ts';
import type { Workplace } from './common/types.ts';
import type { Judgement } from './verdict.ts';

/** What is granted, as part of the step's result, and what is not, for people. */
export interface Wish {
  readonly result: Pick<StepResult, 'stop' | 'skipNext' | 'noop'>;
  readonly warnings: readonly string[];
}

/** An answer that was judged. */
interface JudgedAnswer {
  readonly result: PersonaResult;
  readonly persona: string;
  readonly judgement: Exclude<Judgement, { kind: 'failed' }>;
  /** What it changed. */
  readonly files: readonly string[];
  /** The tree of the judged commit. */
  readonly tree: Sha;
}

/** The wish of an answer, as far as it may have it. */
export async function wishOf(context: StepContext, workplace: Workplace, answer: JudgedAnswer): Promise<Wish> {
  const { action, reason = '' } = answer.result.next ?? {};
  if (action === 'skip') return skipping(context, answer, reason);
  if (action !== 'stop') return { result: {}, warnings: [] };
  const against = await againstStop(context, workplace, answer);
  // a declared no-op with its reason is what closes the pull request
  if (against === undefined) return { result: { stop: reason, noop: reason }, warnings: [] };
  return { result: {}, warnings: [messages.mayNotStop(answer.persona, against, reason)] };
}

function skipping({ spec, step }: StepContext, { persona, judgement }: JudgedAnswer, reason: string): Wish {
  const next = stepsRightAfter(spec.workflow, step.id);
  if (next.length === 0) return { result: {}, warnings: [messages.leavesNothingOut(persona)] };
  const kept = next.filter(({ mayBeLeftOut }) => judgement.verdict !== 'pass' || !mayBeLeftOut);
  return {
    result: judgement.verdict === 'pass' ? { skipNext: reason } : {},
    warnings:
      kept.length === 0
        ? []
        : [
            messages.mayNotLeaveOut(
              persona,
              kept.map((one) => one.step.name),
            ),
          ],
  };
}

/**
 * Why the run may not end here; undefined when it may. It ends early only where nothing was changed: then no gate, approval or
 * check that would come later has anything to look at, and nothing is delivered.
 */
async function againstStop(
  context: StepContext,
  workplace: Workplace,
  { judgement, files, tree }: JudgedAnswer,
): Promise<string | undefined> {
  if (judgement.verdict !== 'pass') return messages.notPassed;
  if (workplace.pullRequest !== undefined || context.spec.task.kind === 'pull_request') return messages.isPullRequest;
  // the main list is over: what finishes a run does not decide how it ended
  if (context.state.steps.get(context.path)?.list !== 'steps') return messages.endsAnyway;
  if (context.overlaps) return messages.worksBeside;
  const { baseSha = context.spec.baseSha } = context.state.facts;
  if (files.length > 0) return messages.hasChanged;
  if (baseSha === undefined) return undefined;
  return (await workplace.repository.treeOf(baseSha)) === tree ? undefined : messages.hasChanged;
}
