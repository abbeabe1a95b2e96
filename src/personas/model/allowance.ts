// What one request to a persona may take: the least of what is left of the run and the persona's own limit. Pure.
import { compareDecimal, decimalOf } from '../../support/index.ts';
import type { Allowance, Persona } from './types.ts';

/** What the persona's own limit leaves of what the run may take. */
export function allowanceFor({ maxCostUsd }: Pick<Persona, 'maxCostUsd'>, given: Allowance = {}): Allowance {
  const own = decimalOf(maxCostUsd);
  const { costUsd } = given;
  if (own === undefined) return given;
  return { ...given, costUsd: costUsd === undefined || compareDecimal(own, costUsd) < 0 ? own : costUsd };
}
