// Requests to GitHub's API of one project-loop run, from the label to the pull request that is ready for review. Git over HTTP is not counted.
import { countRequests } from '../support/count-requests.ts';
import type { Figure } from './figure.ts';

const most = 40;

/** Counts them, by route, with personas that answer in three seconds and with personas that take four minutes each. */
export async function apiRequests(): Promise<readonly Figure[]> {
  return [await figure('that answer in three seconds', 3_000), await figure('that take 4 minutes each', 240_000)];
}

async function figure(how: string, personaMs: number): Promise<Figure> {
  const { state, reads, writes, table } = await countRequests(personaMs);
  if (state.status !== 'succeeded') throw new Error(`The run ended ${state.status}: ${state.reason ?? ''}`);
  return {
    what: `API requests of a run with 6 personas ${how}`,
    measured: `${reads + writes}`,
    bar: `≤ ${most}`,
    isMet: reads + writes <= most,
    notes: ['API requests by route:', ...table.split('\n').map((line) => `  ${line}`)],
  };
}
