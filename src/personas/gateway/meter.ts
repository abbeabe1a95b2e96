// Counts the requests of one persona to its models, and lets none pass once what it may take is taken. Sends nothing, waits for no clock.
import type { Usage } from '../../engine/index.ts';
import type { CallMeter, ModelCall, ModelTrouble } from '../model/gateway.ts';
import type { Allowance } from '../model/types.ts';
import type { PricedCall } from '../prices/price-of.ts';
import { createBill } from './bill.ts';
import { createReckoning } from './reckoning.ts';

/** The meter of one request to a persona. */
export interface Meter extends CallMeter {
  /** What was spent. Complete only where every answer told its tokens and every price is known. */
  usage(): Usage;
  /** Answers that a model gave. */
  answers(): number;
  /** Why the newest request had no answer. */
  trouble(): ModelTrouble | undefined;
  /** Why nothing further is sent: the words of the refusal, once there was one. */
  spent(): string | undefined;
}

/** What a meter works with. */
export interface MeterOptions {
  readonly allowance?: Allowance;
  priceOf(call: PricedCall): string | undefined;
  /** Each request that was answered, or was not. `costUsd` absent: unknown. */
  onCall(call: ModelCall, costUsd: string | undefined): void;
  /** Told at each refusal, how many there were so far. */
  onSpent(refusals: number): void;
  /** Told at each failure, how many there were since the last answer. */
  onFailure(trouble: ModelTrouble, inARow: number): void;
}

/** Nothing spent yet. */
export function createMeter(options: MeterOptions): Meter {
  const { allowance = {} } = options;
  const bill = createBill(options.priceOf);
  const limit = createReckoning(options.priceOf, allowance);
  const waiting: (() => void)[] = [];
  let underway = 0;
  let answers = 0;
  let failures = 0;
  let refusals = 0;
  let trouble: ModelTrouble | undefined;
  let words: string | undefined;
  function refuse(why: string): string {
    words ??= why;
    refusals += 1;
    options.onSpent(refusals);
    return why;
  }
  return {
    async admit() {
      for (;;) {
        const why = limit.exceeded();
        if (why !== undefined) return refuse(why);
        // as long as what is under way could reach the limit, the next one waits for it: they would all pass at once
        if (underway === 0 || limit.leavesRoomFor(underway + 1)) break;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      underway += 1;
      return undefined;
    },
    over(call) {
      underway -= 1;
      const costUsd = bill.add(call);
      limit.add(call, costUsd);
      options.onCall(call, costUsd);
      if (call.trouble !== undefined) {
        trouble = call.trouble;
        failures += 1;
        options.onFailure(trouble, failures);
      } else if (call.status > 0) {
        // what its agent gave up says nothing of the host
        trouble = undefined;
        if (call.status < 300) answers += 1;
        if (call.status < 300) failures = 0;
      }
      for (const next of waiting.splice(0)) next();
    },
    // what is still under way is paid for by somebody, and nobody knows yet how much
    usage: () => (underway === 0 ? bill.usage() : { ...bill.usage(), complete: false }),
    answers: () => answers,
    trouble: () => trouble,
    spent: () => words,
  };
}
