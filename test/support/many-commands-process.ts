// Runs many commands in one process, one after the other, and tells what each wrote and ended with: what is loaded once starts no process each.
import { main } from '../../src/cli/index.ts';

/** Of each command line, how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

// a command that ended with an error sets itself a limit, and one that hides its secrets starts its process again
process.exit = (() => undefined) as never;
process.execve = undefined as never;
const told = /^Secrets stay in the environment of this process.*\n/;
// each of the commands listens as if it were alone
for (const one of [process, process.stdout, process.stderr]) one.setMaxListeners(0);
const tell = process.stdout.write.bind(process.stdout);
// written by ./many-commands.ts
const lines = JSON.parse(process.argv[2] ?? '') as readonly (readonly string[])[];
const ended: Ended[] = [];
for (const argv of lines) {
  let [stdout, stderr] = ['', ''];
  process.stdout.write = ((text: string) => (stdout += text)) as never;
  process.stderr.write = ((text: string) => (stderr += text)) as never;
  const code = await main(argv);
  ended.push({ code, stdout, stderr: stderr.replace(told, '') });
}
tell(JSON.stringify(ended));
