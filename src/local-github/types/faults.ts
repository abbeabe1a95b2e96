// How tests make the local GitHub misbehave. Shapes only.
import type { DeliveryRecord } from './records.ts';

/** Makes the local GitHub misbehave, for tests. */
export interface Faults {
  /** Answers some requests of a route wrongly. `nth` counts from the call on, 1 is the next one. */
  answer(fault: AnswerFault): void;
  /** Loses, repeats, delays or holds webhooks. */
  deliveries(fault: DeliveryFault): void;
  /** Sends what was held, in the order that `arrange` gives. */
  release(arrange?: (held: readonly DeliveryRecord[]) => readonly DeliveryRecord[]): Promise<void>;
  clear(): void;
}

export interface AnswerFault {
  /** `POST /repos/{owner}/{repo}/check-runs`, or a method and path pattern such as `* *`. */
  readonly route: string;
  readonly nth?: number;
  /** `owner/name`: only requests about this repository. */
  readonly repository?: string;
  /** Only requests whose body holds this text: GraphQL has one route for everything. */
  readonly containing?: string;
  /** How many requests from `nth` on. Default 1. */
  readonly times?: number;
  /** Whether the request has its effect first. */
  readonly when: 'before' | 'after';
  readonly answer:
    | { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
    | 'reset'
    | 'hang'
    | 'none';
  /** Waits on the clock before the answer. */
  readonly delayMs?: number;
}

export interface DeliveryFault {
  /** Event name, with action where one is meant: `issues`, `issues.labeled`; `*` for all. */
  readonly event: string;
  /** `twice` sends two copies under one delivery id, `two-ids` under two. */
  readonly effect: 'drop' | 'twice' | 'two-ids' | 'hold' | { readonly delayMs: number };
  /** How many deliveries. Default all until `clear()`. */
  readonly times?: number;
}
