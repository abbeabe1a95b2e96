// What `troupe cost` says.
import { oneLine } from '../../support/index.ts';
import { exactCost } from '../../view/index.ts';
import type { CostGroup } from '../schemas/cost-groups.ts';
import type { CostSum, TokenSum } from './cost-sums.ts';

/** Sentences of `troupe cost`. */
export const costMessages = {
  nothing: (dataDir: string, since: string | undefined): string =>
    `No persona was asked${since === undefined ? '' : ` since ${since}`} by the runs that are kept in ${dataDir}.`,
  badGroup: (text: string, near: string | undefined): string =>
    `"${oneLine(text, 60)}" is nothing to add up by${near === undefined ? '' : `; did you mean "${near}"?`}`,
  groupsHint: (groups: readonly string[]): string => `Write \`--by\` with one of: ${groups.join(', ')}.`,
  head: (group: CostGroup): readonly string[] => [
    group === 'day' ? 'day (UTC)' : group,
    'runs',
    'requests',
    'read',
    'written',
    'cached',
    'cost',
  ],
  unknown: (group: CostGroup): string => `(${group} not told)`,
  total: 'together',
  /** As columns: what caches gave is part of what was read. */
  columns: ({ runs, requests, tokens, ...money }: CostSum): readonly string[] => [
    String(runs),
    String(requests),
    tokenText(tokens.read),
    tokenText(tokens.written),
    tokenText(tokens.cacheRead),
    costText(requests, money),
  ],
};

function tokenText({ known, untold }: TokenSum): string {
  if (known === null) return '?';
  const sum = known.toLocaleString('en-US');
  return untold === 0 ? sum : `at least ${sum}`;
}

function costText(requests: number, { costUsd, unpriced, estimated }: Omit<CostSum, 'runs' | 'requests' | 'tokens'>) {
  const known = costUsd ?? '0';
  const amount = exactCost({ known, complete: unpriced === 0, ...(estimated ? { estimated } : {}) });
  if (unpriced === 0) return amount === '' ? '$0' : amount;
  if (costUsd === null) return amount;
  return `${amount} (${unpriced} of ${requests === 1 ? '1 request' : `${requests} requests`} without a whole price)`;
}
