// The processes of an agent, found by what stands in their environment, as /proc tells it. Ends only what it was told to find.
import { readFileSync } from 'node:fs';
import { sha256 } from '../../src/support/index.ts';
import { commandLines } from '../support/processes.ts';

/** A process with its variables. */
export interface AgentProcess {
  readonly pid: number;
  readonly line: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Every process that was started for a request whose id begins with this. */
export function processesOfRequest(id: string): readonly AgentProcess[] {
  return commandLines().flatMap(({ pid, line }) => {
    const environment = environmentOf(pid);
    return environment['TROUPE_REQUEST_ID']?.startsWith(id) === true ? [{ pid, line, environment }] : [];
  });
}

/** Every process that a Troupe with this data directory started: run ids of two stages may be the same. */
export function processesOfStage(dataDir: string): readonly AgentProcess[] {
  const mark = `${sha256(dataDir).slice(0, 16)}:`;
  return commandLines().flatMap(({ pid, line }) => {
    const environment = environmentOf(pid);
    return environment['TROUPE_SANDBOX']?.startsWith(mark) === true ? [{ pid, line, environment }] : [];
  });
}

/** Kills the agent and all that it started, as a machine does that has no memory left. The walls around it stay. */
export function killAgent(id: string): void {
  for (const { pid, line } of processesOfRequest(id)) {
    if (/^[^\0]*\bbwrap\0/.test(line)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended in between
    }
  }
}

function environmentOf(pid: number): Record<string, string> {
  try {
    return Object.fromEntries(
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .flatMap((word) => {
          const at = word.indexOf('=');
          return at < 1 ? [] : [[word.slice(0, at), word.slice(at + 1)]];
        }),
    );
  } catch {
    return {}; // it ended, or is somebody else's
  }
}
