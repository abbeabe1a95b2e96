// The checks before the first persona, at a desk: nothing is open there yet, so the machine is looked at by itself.
import { silentLogger } from '../support/index.ts';
import { hindrancesOf } from './before-paying/index.ts';
import type { Hindrance, PlannedRun } from './before-paying/index.ts';
import type { HostProviders } from './providers.ts';
import { looksAtMachine, wallsOf } from './sandboxes.ts';
import type { ServerFile } from './server-file.ts';

/** What a desk has of its operator. */
export interface DeskSurroundings {
  readonly providers: HostProviders;
  readonly serverFile: ServerFile;
  readonly machine: Readonly<Record<string, string>>;
}

/** Everything that stands against the run. */
export function hindrancesAtDesk(
  run: Omit<PlannedRun, 'requester' | 'host'>,
  { providers, serverFile, machine }: DeskSurroundings,
): Promise<readonly Hindrance[]> {
  const walls = () => wallsOf(looksAtMachine(machine, serverFile), serverFile);
  // whoever sits at it works for himself
  const planned: PlannedRun = { ...run, requester: { login: '', outsider: false }, host: 'cli' };
  return hindrancesOf(planned, { providers, walls, log: silentLogger });
}
