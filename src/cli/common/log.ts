// The process's log: one JSON line per entry on stderr, past the redaction gate. Never on stdout: that is for machine output.
import { pino } from 'pino';
import type { Logger, Redactor } from '../../support/index.ts';

/** A logger at a level (`debug`, `info`, `warn`, `error`, `silent`). `to`: a file descriptor, or a file's path. */
export function createLog(level: string, redactor: Redactor, to: number | string = 2): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: (line) => redactor.text(line) },
    },
    pino.destination({ dest: to, sync: true }),
  );
}
