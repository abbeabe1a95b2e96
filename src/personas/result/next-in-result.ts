// What a result wants to come next: read in whose words it may be written, and held to what it needs. Pure; guesses nothing.
import { defined, isObject } from '../../support/index.ts';
import { resultMessages } from '../model/messages.ts';
import type { PersonaResult } from '../model/types.ts';
import { nextActionOf, nextActions, saysNothingToDo } from './next-words.ts';
import type { WrittenResult } from './result-schema.ts';

/** `"next": "stop"` is what `"next": { "action": "stop" }` is; so are `"skip_next": true` and the status "already fixed". */
export function withNextObject(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { next, status } = value;
  if (typeof next === 'string') return { ...value, next: { action: next } };
  if (next !== undefined && next !== null) return value;
  const info = value['info_request'];
  if (isObject(info)) return { ...value, next: { action: 'info', files: info['files'] } };
  if (typeof status === 'string' && saysNothingToDo(status))
    return { ...value, status: 'pass', next: { action: 'stop' } };
  return (value['skip_next'] ?? value['skipNext']) === true ? { ...value, next: { action: 'skip' } } : value;
}

/** What is wrong with the wish for what comes next; undefined: nothing. */
export function nextProblem(value: WrittenResult): string | undefined {
  if (value.next === undefined) return undefined;
  const action = nextActionOf(value.next.action);
  if (action === undefined) return resultMessages.unknownNext(value.next.action, nextActions);
  if (action === 'info' && (value.next.files ?? []).length === 0) return resultMessages.noFiles();
  const needsReason = action === 'skip' || action === 'stop';
  return needsReason && reasonIn(value) === '' ? resultMessages.noReason(action) : undefined;
}

/** The wish, in Troupe's words. */
export function nextIn(value: WrittenResult): Pick<PersonaResult, 'next'> {
  const action = value.next === undefined ? undefined : nextActionOf(value.next.action);
  if (value.next === undefined || action === undefined) return {};
  const { questions, files, recommended_next_stage: stage } = value.next;
  const reason = action === 'skip' || action === 'stop' ? reasonIn(value) : (value.next.reason?.trim() ?? '');
  return {
    next: {
      action,
      ...(reason === '' ? {} : { reason }),
      ...defined({ questions, files, recommended_next_stage: stage }),
    },
  };
}

/** Why: said for it, or else what was said besides. */
function reasonIn({ next, noop, summary }: WrittenResult): string {
  return [next?.reason, noop, summary].map((text) => text?.trim() ?? '').find((text) => text !== '') ?? '';
}
