// `limits.command` of the server file: what one command of a persona, `setup` or `verify` may take. Data only.
import Type from 'typebox';
import type { Static } from 'typebox';
import type { CommandLimits } from '../personas/index.ts';
import { defined } from '../support/index.ts';

const most = (minimum: number, description: string) => Type.Optional(Type.Integer({ minimum, description }));

/** The smallest values let a shell and Node start. */
export const commandLimits = Type.Object(
  {
    processes: most(16, 'Processes and threads of one command, with everything that it starts. Default 4096.'),
    memory_mb: most(
      64,
      'Memory of one command, with everything that it starts. Default: three quarters of the machine’s.',
    ),
    file_mb: most(1, 'Size of one file that it writes. Default 16384.'),
    open_files: most(64, 'Files that one process has open. Default 65536, and never more than Troupe itself may open.'),
    disk_mb: most(1, 'What its HOME and its temporary files take. Default 32768.'),
    output_mb: most(1, 'What it writes to standard output and standard error. Default 1024.'),
    minutes: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'How long it may take, where its own `timeout` is longer.' }),
    ),
  },
  {
    additionalProperties: false,
    description: 'What one command of a persona, `setup` or `verify` may take, whatever repositories say.',
  },
);

const mib = 1024 ** 2;

/** What is written, in bytes and milliseconds. */
export function commandLimitsOf(written: Static<typeof commandLimits>): Partial<CommandLimits> {
  const bytes = (megabytes: number | undefined): number | undefined =>
    megabytes === undefined ? undefined : megabytes * mib;
  return defined({
    processes: written.processes,
    openFiles: written.open_files,
    memoryBytes: bytes(written.memory_mb),
    fileBytes: bytes(written.file_mb),
    diskBytes: bytes(written.disk_mb),
    outputBytes: bytes(written.output_mb),
    timeMs: written.minutes === undefined ? undefined : written.minutes * 60_000,
  });
}
