// How a command talks: machine output on stdout, words for people on stderr or a terminal. Never formats content.
import { isatty } from 'node:tty';
import { forTerminal } from '../../support/index.ts';
import type { Environment } from './handover-environment.ts';

/** Exit codes of every command. */
export const exitCodes = { ok: 0, failed: 1, invalid: 2, waiting: 3, cancelled: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A keyboard and the screen before it. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** What a command may use of the process. */
export interface Io {
  readonly environment: Environment;
  readonly cwd: string;
  /** Where progress may redraw: stderr, when it is a terminal. */
  readonly screen: NodeJS.WriteStream | undefined;
  /** Standard output shows colours. */
  readonly colours?: boolean;
  /** Somebody sits there: they can be asked, and press keys. */
  terminal(): Terminal | undefined;
  /** A line on stdout. */
  out(line: string): void;
  /** A line on stderr. */
  note(line: string): void;
  stdin(): Promise<string>;
  /** Calls back on Ctrl-C, SIGTERM, or when the terminal goes. Returns the way to stop listening. */
  onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void;
  exit(code: ExitCode): void;
}

/** The process's own streams. */
export function processIo(environment: Environment, exit: (code: ExitCode) => void): Io {
  // whoever reads us may have heard enough: `troupe runs | head`
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    if (!isLost(error)) throw error;
  });
  // a terminal that is gone takes no words; the run it watched is not harmed by that
  process.stderr.on('error', throwUnlessLost);
  const screen = canDraw(process.stderr) && environment['TERM'] !== 'dumb' ? process.stderr : undefined;
  return {
    environment,
    cwd: process.cwd(),
    screen,
    colours: canDraw(process.stdout) && environment['TERM'] !== 'dumb' && (environment['NO_COLOR'] ?? '') === '',
    terminal() {
      if (screen === undefined || !isatty(0)) return undefined;
      process.stdin.off('error', throwUnlessLost).on('error', throwUnlessLost);
      return { input: process.stdin, output: screen };
    },
    out: (line) => void process.stdout.write(`${forTerminal(line)}\n`),
    note: (line) => void process.stderr.write(`${forTerminal(line)}\n`),
    async stdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString('utf8');
    },
    onInterrupt(listener) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    exit,
  };
}

/** A terminal that knows how wide it is. */
function canDraw(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && stream.columns > 0 && stream.rows > 0;
}

function throwUnlessLost(error: NodeJS.ErrnoException): void {
  if (!isLost(error)) throw error;
}

function isLost({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EIO' || code === 'EPIPE' || code === 'ENXIO' || code === 'ENOTTY';
}
