// While GitHub does not answer, or refuses the key, it is asked again soon: the sweeps alone come every five minutes, and nobody may send us anything meanwhile.
import type { GitHubApp } from '../github/index.ts';
import type { Clock, Troubles } from '../support/index.ts';

/** What asking needs. */
export interface ProbePorts {
  readonly app: Pick<GitHubApp, 'installations'>;
  readonly troubles: Troubles;
  readonly clock: Clock;
}

/** Asks again and again. */
export interface GitHubProbe {
  /** A trouble began: asks while there is one of GitHub's. */
  begin(): void;
  stop(): void;
}

/** What waited goes on with its first answer, so it is asked often. */
const everyMs = 5_000;

/** A probe at rest. */
export function createGitHubProbe({ app, troubles, clock }: ProbePorts): GitHubProbe {
  let stopTimer: (() => void) | undefined;
  let isOver = false;

  function arm(): void {
    if (isOver || stopTimer !== undefined || !troubles.all().some(({ part }) => part.startsWith('github'))) return;
    stopTimer = clock.after(everyMs, () => void ask());
  }

  /** The answer itself is of no interest: the client tells what it was. */
  async function ask(): Promise<void> {
    await app.installations().catch(() => undefined);
    stopTimer = undefined;
    arm();
  }
  return {
    begin: arm,
    stop() {
      isOver = true;
      stopTimer?.();
    },
  };
}
