// The command line: arguments → one command → an exit code. Never reads files or starts anything itself.
import { CommanderError } from 'commander';
import { TroupeError } from '../support/index.ts';
import { takeSecrets } from './common/handover-environment.ts';
import { exitCodes, processIo } from './common/io.ts';
import type { ExitCode } from './common/io.ts';
import { createProgram } from './program.ts';

/** Runs the command that the arguments name. Resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: ExitCode = exitCodes.ok;
  const environment = takeSecrets(argv, (message) => process.stderr.write(`${message}\n`));
  const io = processIo(environment, (wanted) => {
    code = wanted;
  });
  const mishap = async (error: unknown): Promise<ExitCode> => {
    const { tellInternalError } = await import('./internal-error.ts');
    io.note(tellInternalError({ error, argv, environment }));
    return exitCodes.failed;
  };
  // thrown where nobody waits for it
  process.once('uncaughtException', (error) => void mishap(error).then((ended) => process.exit(ended)));
  try {
    const program = await createProgram(io, argv);
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.invalid;
    if (error instanceof TroupeError) {
      io.note(`${error.message}${error.hint === undefined ? '' : `\n→ ${error.hint}`}`);
      return error.class === 'config' ? exitCodes.invalid : exitCodes.failed;
    }
    return mishap(error);
  }
}
