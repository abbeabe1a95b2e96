// Who a process is, for marks that outlive it: its number, when it started and the PID namespace it is numbered in. Reads /proc only.
import { readFileSync, readlinkSync } from 'node:fs';

/** A process, told apart from a later one that is given the same number. */
export interface ProcessOwner {
  readonly pid: number;
  /** In ticks since the machine started; 0 where that cannot be read. */
  readonly started: number;
  /** The PID namespace; 0 where there are none. */
  readonly namespace: number;
}

/** This process. */
export function ownProcess(): ProcessOwner {
  return { pid: process.pid, started: startOf(process.pid) ?? 0, namespace: ownNamespace() };
}

/** Whether it lives. `elsewhere`: its number is one of another namespace, which nobody can look up from here. */
export function lifeOf(owner: ProcessOwner): 'alive' | 'dead' | 'elsewhere' {
  if (owner.namespace !== ownNamespace()) return 'elsewhere';
  return startOf(owner.pid) === owner.started ? 'alive' : 'dead';
}

/** When a process started; undefined: there is none, or only what is left of one that nobody has waited for. */
function startOf(pid: number): number | undefined {
  if (attempt(() => readFileSync('/proc/self/stat')) === undefined)
    return attempt(() => process.kill(pid, 0)) === true ? 0 : undefined;
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) return undefined;
  // behind the name, which may hold anything: state first, the start is the twentieth
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}

function ownNamespace(): number {
  return Number((attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '').replaceAll(/\D/g, ''));
}

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
