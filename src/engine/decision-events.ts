// Decisions as the events that record them. Pure.
import { defined } from '../support/index.ts';
import type { Decision } from './decide.ts';
import type { NewEvent } from './events/types.ts';

/** The events of a decision. `park` and `finish` have none: the claim records them; nor has `join`: its end is recorded. */
export function eventsOf(decision: Decision): NewEvent[] {
  switch (decision.kind) {
    case 'begin-run':
      return [{ type: 'run.started', data: {} }];
    case 'start':
      return [{ type: 'step.started', step: decision.path, attempt: decision.attempt, data: { ...decision.input } }];
    case 'open': {
      const { path, attempt, input, items } = decision;
      return [
        { type: 'step.started', step: path, attempt, data: { ...input } },
        ...(items === undefined ? [] : [{ type: 'steps.expanded', data: { parent: path, items } } as const]),
      ];
    }
    case 'skip': {
      const { path, reason, because } = decision;
      return [{ type: 'step.skipped', step: path, data: { reason, ...defined({ because }) } }];
    }
    case 'fail':
      return [{ type: 'step.failed', step: decision.path, data: { error: decision.error } }];
    case 'close':
      return [
        { type: 'step.succeeded', step: decision.path, attempt: decision.attempt, data: { result: decision.result } },
      ];
    case 'cancel': {
      const { path, reason, message, ofRun } = decision;
      return [{ type: 'step.cancelled', step: path, data: { reason, ...defined({ message, ofRun }) } }];
    }
    case 'ask': {
      const { path, request } = decision;
      const { message, expires } = request;
      return [
        { type: 'approval.requested', step: path, data: request },
        { type: 'step.waiting', step: path, data: { for: 'approval', until: expires, message } },
      ];
    }
    case 'approve': {
      const { path, reason, sha } = decision;
      const by = { login: 'troupe', from: 'troupe', reason } as const;
      return [{ type: 'approval.decided', step: path, data: { approved: true, by, ...defined({ sha }) } }];
    }
    case 'escalate':
      return [{ type: 'escalated', step: decision.path, data: { reason: decision.reason } }];
    case 'rework': {
      const { path, target, reason } = decision;
      const by = { login: 'troupe', from: 'troupe', reason } as const;
      return [{ type: 'control.requested', step: path, data: { verb: 'rerun', step: target, by } }];
    }
    case 'reuse':
      return [{ type: 'step.reused', step: decision.path, data: decision.reused }];
    case 'budget':
      return [{ type: 'budget.exceeded', data: { ...decision.exceeded } }];
    case 'join':
    case 'finish':
    case 'park':
      return [];
  }
}
