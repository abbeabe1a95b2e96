// What would stop a run later is found before the first persona is asked, by one list of checks for every host. Writes nothing.
import { messageOf } from '../../support/index.ts';
import type { Logger } from '../../support/index.ts';
import { checks } from './list.ts';
import { beforePayingMessages as say } from './messages.ts';
import type { Hindrance, PlannedRun, Surroundings } from './types.ts';

export { createClearAnswers } from './clear-answers.ts';
export { unplayable } from './providers.ts';
export type { Play } from './providers.ts';
export type { GitHubHere, Hindrance, PlannedRun, Surroundings } from './types.ts';

/** Everything that stands against the run, in the order of the list; a check that cannot be made is no hindrance. */
export async function hindrancesOf(
  run: PlannedRun,
  { log, ...here }: Surroundings & { readonly log: Logger },
): Promise<readonly Hindrance[]> {
  const found = await Promise.all(
    checks.map(async ({ name, look }) => {
      try {
        return await look(run, here);
      } catch (error) {
        log.info({ check: name, error: messageOf(error) }, say.notMade);
        return [];
      }
    }),
  );
  return found.flat();
}
