// A process that could not be started must not end this one: Node gives it no streams where no file is left to open, and tells of it later. Starts nothing itself.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What is looked at of a child process. */
interface Child {
  readonly stdout: unknown;
  on(event: 'error', listener: () => void): unknown;
}

/** Told of every child process before it is started: https://nodejs.org/api/diagnostics_channel.html#child-process */
const channel = 'child_process';

/** From now on whoever starts a process may look at it first and listen later. Once or many times is the same. */
export function surviveUnstarted(): void {
  unsubscribe(channel, listen);
  subscribe(channel, listen);
}

function listen(message: unknown): void {
  // so Node documents it
  const { process } = message as { readonly process: Child };
  process.on('error', () => undefined);
}

/** The error for a child without streams, as Node words it. undefined: it has them. */
export function whyUnstarted(child: Pick<Child, 'stdout'>, program: string): Error | undefined {
  // null where none was wanted
  if (child.stdout !== undefined) return undefined;
  const syscall = `spawn ${program}`;
  return Object.assign(new Error(`${syscall} EMFILE`), { code: 'EMFILE', syscall, path: program });
}
