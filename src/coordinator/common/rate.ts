// How many runs may be started in an hour and in a day, in a repository and by one person: the operator's limits against the journal's count.
import type { RepositoryRef } from '../../engine/index.ts';
import type { CoordinatorPorts, RunRates } from './types.ts';

/** A limit that is reached. */
export interface RateReached {
  /** Its key in the server file. */
  readonly limit: string;
  readonly most: number;
  readonly of: 'repository' | 'person';
  readonly within: 'hour' | 'day';
  /** When the next one may be started, milliseconds since 1970. */
  readonly freeAt: number;
}

const hourMs = 60 * 60_000;

interface Rate extends Omit<RateReached, 'freeAt' | 'most'> {
  readonly key: keyof RunRates;
}

const rates: readonly Rate[] = [
  { key: 'perRepositoryHour', limit: 'runs_per_repository_hour', of: 'repository', within: 'hour' },
  { key: 'perRepositoryDay', limit: 'runs_per_repository_day', of: 'repository', within: 'day' },
  { key: 'perPersonHour', limit: 'runs_per_person_hour', of: 'person', within: 'hour' },
  { key: 'perPersonDay', limit: 'runs_per_person_day', of: 'person', within: 'day' },
];

/** The limit that keeps another run away for longest; undefined where there is none. Every run counts, whatever started it and however it ended. */
export async function rateReached(
  about: { readonly repository: Pick<RepositoryRef, 'id' | 'owner' | 'name'>; readonly requester: string },
  {
    operator,
    journal,
    clock,
  }: Pick<CoordinatorPorts, 'operator' | 'clock'> & {
    readonly journal: Pick<CoordinatorPorts['journal'], 'startedAt'>;
  },
): Promise<RateReached | undefined> {
  const now = clock.now();
  let reached: RateReached | undefined;
  for (const { key, ...rate } of rates) {
    const most = operator.limits.rates?.[key];
    if (most === undefined) continue;
    const { repository, requester } = about;
    const query = rate.of === 'repository' ? { repository } : { requester };
    const at = await journal.startedAt({ ...query, nth: most });
    const freeAt = at === undefined ? 0 : at + (rate.within === 'hour' ? hourMs : 24 * hourMs);
    if (freeAt > now && freeAt > (reached?.freeAt ?? 0)) reached = { ...rate, most, freeAt };
  }
  return reached;
}
