// A verdict about a control as actions of a decision. Decides only.
import type { RunId } from '../../support/index.ts';
import type { Action } from '../common/types.ts';
import type { ControlVerdict } from './types.ts';

/** What is to be done about a verdict. */
export function actionsOf(verdict: ControlVerdict, run: RunId): readonly Action[] {
  if (verdict.kind === 'start') return [{ kind: 'start', spec: verdict.spec }];
  return verdict.kind === 'post' ? verdict.events.map((event) => ({ kind: 'post', run, event })) : [];
}
