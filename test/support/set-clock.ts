// The clock of one process as somebody sets it from outside while it runs: libfaketime between it and the machine. Time itself passes as usual.
import { spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';

/** A clock that can be set. */
export interface SetClock {
  /** What a process needs in its environment to have this clock. */
  readonly env: NodeJS.ProcessEnv;
  /** Puts it so many hours ahead of the machine's, or behind it. Holds from the next look at it. */
  set(hours: number): void;
}

/** A clock that is right so far; `file`: where what it is set to will stand, readable to the process. */
export function createSetClock(file: string): SetClock {
  const { stdout } = spawnSync('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' });
  function set(hours: number): void {
    // whole at every moment: it is read at each look at the clock
    writeFileSync(`${file}.new`, `${hours < 0 ? '' : '+'}${hours}h\n`);
    renameSync(`${file}.new`, file);
  }
  set(0);
  return {
    env: {
      LD_PRELOAD: stdout.trim(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // whoever sets a clock changes neither what has passed nor what is written beside files
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
      // the command would begin again without the variables above, as it does without all that may be a secret
      NODE_OPTIONS: '--import=data:text/javascript,process.execve=undefined',
    },
    set,
  };
}
