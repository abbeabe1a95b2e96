// Who approves and how long they have: the words of a file to those of the IR. Pure.
import { parseDuration } from '../../support/index.ts';
import type { ApprovalSpec } from '../model/types.ts';

/** The keys of the file. */
export interface ApprovalSource {
  readonly by?: readonly string[] | undefined;
  readonly timeout?: number | string | undefined;
  readonly on_timeout?: ApprovalSpec['onTimeout'] | undefined;
}

/** The spec; without a word about a timeout nobody is in a hurry. */
export function approvalOf(source: ApprovalSource): ApprovalSpec {
  return {
    by: [...new Set(source.by ?? [])],
    ...(source.timeout === undefined ? {} : { timeout: milliseconds(source.timeout) }),
    onTimeout: source.on_timeout ?? 'reject',
  };
}

/** A template stays as it is: its value is seconds, or a text like "30m", once it is known. */
export function milliseconds(value: number | string): number | string {
  return parseDuration(value) ?? value;
}
