// The command line: arguments → one command → an exit code. Never reads files or starts anything itself.
import { takeSecrets, wholeEnvironment } from './common/handover-environment.ts';
import { goThroughProxies } from '../support/index.ts';
import { exitCodes, processIo } from './common/io.ts';
import type { ExitCode } from './common/io.ts';
import { createProgram } from './program.ts';
import { tellError } from './tell-error.ts';

/** How long what is still open may keep a process whose command ended with an error. */
const lingerMs = 500;

/** Runs the command that the arguments name. Resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: ExitCode = exitCodes.ok;
  let hasSpoken = false;
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  const atTerminal = process.stderr.isTTY;
  const bare = { argv, environment: wholeEnvironment(), atTerminal, hasSpoken: () => hasSpoken, out, note };
  let tell = (error: unknown): Promise<ExitCode> => tellError(error, bare);
  // thrown where nobody waits for it
  process.once('uncaughtException', (error) => void tell(error).then((ended) => process.exit(ended)));
  try {
    const environment = takeSecrets(argv, note);
    goThroughProxies(environment);
    const io = processIo(environment, (wanted) => {
      code = wanted;
    });
    const heard = {
      ...io,
      out(line: string) {
        hasSpoken = true;
        io.out(line);
      },
    };
    tell = (error) => tellError(error, { ...bare, environment, out: io.out, note: io.note });
    const program = await createProgram(heard, argv);
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    const ended = await tell(error);
    // what could not be closed keeps nobody waiting
    setTimeout(() => process.exit(ended), lingerMs).unref();
    return ended;
  }
}
