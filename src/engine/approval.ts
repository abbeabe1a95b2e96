// The gate before a step: a person is asked, the run waits, and the step goes on, fails, or is asked about again. Pure.
import { isApproval } from '../definition/index.ts';
import type { ApprovalSpec } from '../definition/index.ts';
import { isObject, defined } from '../support/index.ts';
import type { Sha, StepPath } from '../support/index.ts';
import { inputOf } from './plan/inputs.ts';
import { text } from './model/messages.ts';
import { containersOf, planOf } from './plan/plan.ts';
import type { Place, Plan } from './model/place.ts';
import type { RunState, StepState } from './model/state.ts';
import type { NewEvent } from './events/types.ts';
import type { StepError, StepResult } from './model/types.ts';
import { upstreamOf } from './plan/upstream.ts';

type Request = Extract<NewEvent, { type: 'approval.requested' }>['data'];

/** What the gate says now; undefined: it waits. `open`: approved, the step goes on. */
export type GateDecision =
  | { readonly kind: 'open' }
  | { readonly kind: 'ask'; readonly path: StepPath; readonly request: Request }
  | { readonly kind: 'approve'; readonly path: StepPath; readonly sha?: Sha; readonly reason: string }
  | { readonly kind: 'escalate'; readonly path: StepPath; readonly reason: string }
  | { readonly kind: 'fail'; readonly path: StepPath; readonly error: StepError };

/** The gate of a step that has one and has not started. */
export function gateDecision(moment: {
  readonly state: RunState;
  readonly plan: Plan;
  readonly place: Place;
  readonly now: number;
}): GateDecision | undefined {
  const { state, place, now } = moment;
  const { path, step } = place;
  const spec = step.approval;
  if (spec === undefined) return { kind: 'open' };
  const asked = state.steps.get(path)?.approval;
  if (asked?.isOpen !== true) return request(moment, spec);
  const { decided, expires } = asked;
  // What was asked about is gone: a decision on it would be one on something else.
  if (asked.sha !== state.facts.headSha) return request(moment, spec);
  if (decided !== undefined)
    return decided.approved ? unlessChanged(moment, asked.inputHash, spec) : rejected(path, decided);
  if (expires === null || expires > now) return undefined;
  const reason = text.nobodyDecided(step.name, expires - asked.askedAt);
  if (spec.onTimeout === 'escalate') return { kind: 'escalate', path, reason };
  if (spec.onTimeout === 'approve') return { kind: 'approve', path, reason, ...defined({ sha: asked.sha }) };
  const error: StepError = { class: 'failed', code: 'engine/approval-timeout', message: reason };
  return { kind: 'fail', path, error };
}

/** What an `approval` step leaves behind. */
export function approvalResult(step: StepState): StepResult {
  const { decided } = step.approval ?? {};
  if (decided === undefined) return { outputs: { approved: true } };
  const { by, sha } = decided;
  return {
    outputs: {
      approved: true,
      by: by.login,
      ...defined({ reason: by.reason, sha }),
    },
    summary: text.approvedBy(by.login, by.reason),
  };
}

/** The commits that a person approved for this step: at its own gate, at one around it, or at one before it. */
export function approvedCommits(state: RunState, path: StepPath): readonly Sha[] {
  const plan = planOf(state);
  const place = plan.get(path);
  const around = place === undefined ? [] : containersOf(plan, place).map((container) => container.path);
  return [path, ...around, ...upstreamOf(plan, path)].flatMap((each) => {
    const step = state.steps.get(each);
    const { sha, decided } = step?.approval ?? {};
    // Before it a step must also have ended well: a gate that is asked again is shut.
    const counts = each === path || around.includes(each) || step?.status === 'succeeded';
    // A clock is no person.
    const isPerson = decided?.approved === true && decided.by.from !== 'troupe';
    return counts && isPerson && sha !== undefined ? [sha] : [];
  });
}

function request(
  { state, plan, place, now }: { state: RunState; plan: Plan; place: Place; now: number },
  spec: ApprovalSpec,
): GateDecision {
  const { path, step } = place;
  const input = inputOf(state, plan, place);
  if (!input.ok) return { kind: 'fail', path, error: input.error };
  const gate = input.value.input['approval'];
  const evaluated = isObject(gate) ? gate['timeout'] : undefined;
  const ms = typeof evaluated === 'number' ? evaluated : spec.timeout;
  const named = isApproval(step) ? input.value.input['message'] : undefined;
  const { headSha } = state.facts;
  return {
    kind: 'ask',
    path,
    request: {
      message: typeof named === 'string' && named !== '' ? named : text.mayStart(step.name),
      ...defined({ sha: headSha }),
      inputHash: input.value.inputHash,
      by: spec.by,
      expires: typeof ms === 'number' ? now + ms : null,
    },
  };
}

/** The input may have come to something else since: then the person approved something else. */
function unlessChanged(
  moment: { state: RunState; plan: Plan; place: Place; now: number },
  inputHash: string,
  spec: ApprovalSpec,
): GateDecision {
  const input = inputOf(moment.state, moment.plan, moment.place);
  if (!input.ok) return { kind: 'fail', path: moment.place.path, error: input.error };
  return input.value.inputHash === inputHash ? { kind: 'open' } : request(moment, spec);
}

function rejected(path: StepPath, { by }: NonNullable<NonNullable<StepState['approval']>['decided']>): GateDecision {
  const message = text.rejectedBy(by.login, by.reason);
  return { kind: 'fail', path, error: { class: 'failed', code: 'engine/rejected', message } };
}
