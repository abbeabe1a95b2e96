// A command for a sandbox with everything that a test says nothing of.
import type { SandboxOpen } from '../../src/personas/index.ts';
import { patienceMs } from './patience.ts';

/** Runs in the folder, with a network and no end of its own. */
export function plainRun(command: readonly string[], cwd: string): SandboxOpen {
  return { command, cwd, env: {}, timeoutMs: patienceMs, signal: new AbortController().signal, network: true };
}
