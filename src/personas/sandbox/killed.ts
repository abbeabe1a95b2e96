// Whether a signal ended a command: told by the system, or by the exit code that shells and bubblewrap make of it. Pure.
import { constants } from 'node:os';
import { readTestCounts } from '../result/test-counts.ts';
import type { SandboxResult } from '../model/types.ts';
import { makeFailures } from './make-failures.ts';

/** Signals that end a program which does not catch them; others stop it, or are ignored. */
const deadly = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGSYS',
] as const satisfies readonly NodeJS.Signals[];

/** What a wrapper adds to the number of the signal that ended its child: sh, bash, timeout, npm and bubblewrap do. */
const wrapped = 128;

/**
 * The name of the signal that ended the command: trouble of the machine, nobody's verdict. undefined when it ended by itself, or when
 * we ended it: for its timeout, for a limit, or because it was cancelled.
 */
export function endingSignal(ended: SandboxResult): string | undefined {
  const { exitCode } = ended;
  if (ended.timedOut || ended.cancelled || ended.reached !== undefined) return undefined;
  if (ended.signal !== null) return ended.signal;
  const signal = signalOfCode(exitCode);
  if (signal !== undefined) return isOwnCount(ended) ? undefined : signal;
  return signalOfMake(ended);
}

function signalOfCode(code: number | null): string | undefined {
  return deadly.find((name) => code === wrapped + constants.signals[name]);
}

/** make exits with 2 whatever ended its recipes, and says which it was. A recipe that failed by itself is a verdict. */
function signalOfMake({ exitCode, stdout, stderr }: SandboxResult): string | undefined {
  if (exitCode !== 2) return undefined;
  const signals = makeFailures(`${stdout}\n${stderr}`).map((how) =>
    typeof how === 'number' ? signalOfCode(how) : how,
  );
  return signals.includes(undefined) ? undefined : signals[0];
}

/** Some test runners exit with the number of failed tests: that 137 tests failed is their own word. */
function isOwnCount({ exitCode, stdout, stderr }: SandboxResult): boolean {
  return readTestCounts(`${stdout}\n${stderr}`)?.failed === exitCode;
}

/** What a signal usually means, for people. */
export function signalMeaning(signal: string): string | undefined {
  return meanings[signal];
}

const memory = 'most often the machine ran out of memory';
const meanings: Readonly<Record<string, string>> = {
  SIGKILL: memory,
  SIGABRT: 'the program gave up, often for want of memory',
  SIGSEGV: 'the program broke down',
  SIGBUS: 'the program broke down, or the disk is full',
  SIGILL: 'the program broke down',
  SIGFPE: 'the program broke down',
  SIGTERM: 'somebody or something on the machine asked it to stop',
  SIGXCPU: 'it used more processor time than the machine allows',
  SIGXFSZ: 'it wrote a larger file than the machine allows',
};
