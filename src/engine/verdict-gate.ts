// A step of type `gate`: opens when all required verdicts pass, else sends work back a few times, then calls a person. Pure.
import { isApproval } from '../definition/index.ts';
import type { GateStep } from '../definition/index.ts';
import { oneLine } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import { dependentsOf } from './plan/control.ts';
import { text } from './model/messages.ts';
import { placeNamed } from './plan/plan.ts';
import type { Place, Plan } from './model/place.ts';
import type { RunState } from './model/state.ts';
import type { StepError, StepResult } from './model/types.ts';

/** How a gate that looks at its verdicts goes on. */
export type VerdictGateEnd =
  | { readonly kind: 'close'; readonly path: StepPath; readonly result: StepResult }
  | { readonly kind: 'rework'; readonly path: StepPath; readonly target: StepPath; readonly reason: string }
  | { readonly kind: 'escalate'; readonly path: StepPath; readonly reason: string }
  | { readonly kind: 'fail'; readonly path: StepPath; readonly error: StepError };

/** What the gate decides now. */
export function verdictGateEnd(
  state: RunState,
  plan: Plan,
  place: Place & { readonly step: GateStep },
): readonly VerdictGateEnd[] {
  const { path, step } = place;
  const own = state.steps.get(path);
  const looks = own?.attempts ?? 1;
  const against = step.require.flatMap((id) => objection(state, plan, placeNamed(plan, place, id)?.path) ?? []);
  if (against.length === 0) {
    const result: StepResult = { outputs: { looks }, verdict: 'pass', summary: text.gateOpen(looks) };
    return [{ kind: 'close', path, result }];
  }
  const reason = against.join('; ');
  const target = step.rework === undefined ? undefined : placeNamed(plan, place, step.rework)?.path;
  // What is said twice in the same words will be said a third time.
  const isStuck = own?.reworkReason === reason;
  const comesBack = target !== undefined && dependentsOf(plan, target).has(path);
  if (target !== undefined && comesBack && looks < step.maxAttempts && !isStuck)
    return [{ kind: 'rework', path, target, reason }];
  const message = isStuck ? text.gateStuck(reason) : text.gateShut(looks, reason);
  const error: StepError = { class: 'failed', code: 'engine/gate', message, hint: text.gateHint() };
  const calls = step.escalate && state.escalated === undefined;
  return [
    ...(calls ? [{ kind: 'escalate', path, reason: text.gateEscalates(step.name, message) } as const] : []),
    { kind: 'fail', path, error },
  ];
}

/** What a required step says against it; undefined when it passed. Doubt is no pass. */
function objection(state: RunState, plan: Plan, path: StepPath | undefined): string | undefined {
  const step = path === undefined ? undefined : state.steps.get(path);
  const definition = path === undefined ? undefined : plan.get(path)?.step;
  const name = definition?.name ?? path ?? '';
  if (step === undefined) return text.noVerdict(name, 'pending');
  if (definition !== undefined && isApproval(definition) && step.status === 'succeeded') return undefined;
  const { verdict, verdictReason, summary } = step.result ?? {};
  if (step.status !== 'succeeded' || verdict === undefined) return text.noVerdict(name, step.status);
  if (verdict === 'pass') return undefined;
  const why = verdictReason ?? summary;
  return text.verdict(name, verdict, why === undefined ? undefined : oneLine(why, 1_000));
}
