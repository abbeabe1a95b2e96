// Whether an event starts a run, and which. Asks the rules in their order and answers with a verdict; writes nothing.
import type { RunSpec } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import { reasons } from '../common/messages.ts';
import type { Refusal, StartRequest, StartRule } from '../start-rules/index.ts';
import type { CoordinatorPorts, Why } from '../common/types.ts';
import { createWish } from './wish.ts';
import type { Scene } from '../repository/scene.ts';

/** What becomes of a wish. `why`: each workflow as it was judged, and each rule that was asked. */
export type StartVerdict = { readonly why: readonly Why[] } & (
  | { readonly kind: 'start'; readonly spec: RunSpec; readonly replaces: readonly RunId[] }
  | { readonly kind: 'already'; readonly run: RunId; readonly workflow: string }
  | ({ readonly kind: 'refuse'; readonly rule: string } & Omit<Refusal, 'ok'>)
);

/** What a wish is judged by. */
export interface StartGrounds {
  readonly scene: Scene;
  readonly ports: CoordinatorPorts;
  /** The rules that hold here, in their order. */
  readonly startRules: readonly StartRule[];
}

/** Looks at a wish from all sides. The first rule that does not hold decides. */
export async function considerStart(
  request: StartRequest,
  { scene, ports, startRules }: StartGrounds,
): Promise<StartVerdict> {
  const known = await ports.journal.summary(request.runId);
  if (known !== undefined)
    return {
      kind: 'already',
      run: request.runId,
      workflow: known.workflow,
      why: [
        { topic: 'event', subject: request.happening.name, ok: true, detail: reasons.alreadyStarted(request.runId) },
      ],
    };
  const wish = await createWish(request, scene, ports);
  const why: Why[] = [...wish.selection.why];
  for (const rule of startRules) {
    const said = await rule.judge(wish);
    why.push({ topic: 'rule', subject: rule.name, ok: said.ok, detail: said.reason });
    if (said.ok) continue;
    const { ok: _ok, ...refusal } = said;
    return { kind: 'refuse', rule: rule.name, ...refusal, why };
  }
  const made = await wish.chosen?.spec();
  if (wish.chosen === undefined || made?.ok !== true)
    throw new TypeError('the rules of a start let through what cannot run');
  return { kind: 'start', spec: made.spec, replaces: await wish.chosen.others(), why };
}
