// Verdicts: of a container from its children, and those upstream that stand against a merge. Pure; merges nothing.
import { defined } from '../../support/index.ts';
import { asksPersona, isPanel } from '../../definition/index.ts';
import type { PanelStep, PersonaStep } from '../../definition/index.ts';
import type { Sha, StepPath } from '../../support/index.ts';
import { isJudging } from './outcome.ts';
import { planOf } from './plan.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState } from '../model/state.ts';
import type { Verdict } from '../model/types.ts';
import { upstreamOf } from './upstream.ts';

/** What a persona upstream says, and whether it says it of the tree that the branch has now (decision 5). */
export interface UpstreamVerdict {
  readonly path: StepPath;
  readonly step: PersonaStep | PanelStep;
  /** undefined: it was skipped, or made no judgement. */
  readonly verdict?: Verdict;
  readonly reason?: string;
  /** The tree it judged. */
  readonly tree?: Sha;
  /** Judged commits of this run, and the branch has moved since. Only `step.unjudged` paths may differ. */
  readonly stale: boolean;
}

/** Why a verdict upstream stands against a merge. `stale`: whoever can compare trees may find that only `unjudged` paths differ. */
export interface BlockedVerdict extends UpstreamVerdict {
  readonly why: 'fail' | 'unknown' | 'skipped' | 'stale';
}

/** The verdicts of persona steps upstream that count, in file order. */
export function upstreamVerdicts(state: RunState, path: StepPath): UpstreamVerdict[] {
  const plan = planOf(state);
  return [...upstreamOf(plan, path)].flatMap((each) => {
    const place = plan.get(each);
    return place !== undefined && isJudging(plan, place) ? [verdictAt(state, plan, place)] : [];
  });
}

/** Those upstream that forbid finishing and merging: fail, unknown, skipped because of one, or about another tree. */
export function blockedVerdicts(state: RunState, path: StepPath): BlockedVerdict[] {
  const plan = planOf(state);
  return upstreamVerdicts(state, path).flatMap((found): BlockedVerdict[] => {
    const why = whyBlocked(state, plan, found);
    return why === undefined ? [] : [{ ...found, why }];
  });
}

/** The verdict of a container's child as its container counts it: a persona that failed has said nothing, which is not pass. */
export function childVerdict(state: RunState, child: Place): Verdict | undefined {
  const step = state.steps.get(child.path);
  if (child.step.advisory) return undefined;
  const isBroken = step?.status === 'failed' || step?.status === 'timed_out';
  if (isBroken && (asksPersona(child.step) || isPanel(child.step))) return 'unknown';
  return step?.result?.verdict;
}

function verdictAt(
  state: RunState,
  plan: Plan,
  place: Place & { readonly step: PersonaStep | PanelStep },
): UpstreamVerdict {
  const result = state.steps.get(place.path)?.result;
  const reason = result?.verdictReason ?? result?.summary;
  return {
    path: place.path,
    step: place.step,
    ...(result?.verdict === undefined ? {} : { verdict: result.verdict }),
    ...defined({ reason }),
    ...(result?.tree === undefined ? {} : { tree: result.tree }),
    stale: isStale(state, plan, place),
  };
}

function whyBlocked(state: RunState, plan: Plan, found: UpstreamVerdict): BlockedVerdict['why'] | undefined {
  if (found.verdict === 'fail' || found.verdict === 'unknown') return found.verdict;
  const step = state.steps.get(found.path);
  if (step?.status === 'failed' || step?.status === 'timed_out') return 'unknown';
  if (step?.skipped?.reason === 'person') return 'skipped';
  if (step?.status === 'skipped') return isSkippedByVerdict(state, plan, found.path) ? 'skipped' : undefined;
  return found.stale ? 'stale' : undefined;
}

function isSkippedByVerdict(state: RunState, plan: Plan, path: StepPath): boolean {
  return [...upstreamOf(plan, path)].some((each) => {
    const place = plan.get(each);
    if (place === undefined || !isJudging(plan, place)) return false;
    const step = state.steps.get(each);
    const verdict = step?.result?.verdict;
    return verdict === 'fail' || verdict === 'unknown' || step?.status === 'failed' || step?.status === 'timed_out';
  });
}

/** A plan's judge has seen no commit of the run and an editor judges nothing: theirs cannot be outdated. */
function isStale(state: RunState, plan: Plan, place: Place): boolean {
  const result = state.steps.get(place.path)?.result;
  const { headSha, headTree } = state.facts;
  // a head without a known tree is somebody else's: whoever can compare trees finds out
  const isUnknown = headSha === undefined && headTree === undefined;
  if (result?.tree === undefined || isUnknown || result.tree === headTree) return false;
  if (hasEdited(state, place.path)) return false;
  return [...upstreamOf(plan, place.path)].some((path) => hasEdited(state, path));
}

function hasEdited(state: RunState, path: StepPath): boolean {
  return (state.steps.get(path)?.result?.filesChanged ?? []).length > 0;
}
