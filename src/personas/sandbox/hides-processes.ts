// Whether /proc shows a user other users' processes, by how it is mounted. Reads the list of mounts only.
import { readFileSync } from 'node:fs';

/** `hidepid` in words or numbers: 1 hides what they say, 2 and 4 the processes themselves. What cannot be read is taken for open. */
export function hidesProcesses(mounts: string = mountsHere()): boolean {
  const last = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, place, kind]) => place === '/proc' && kind === 'proc');
  const options = (last?.[3] ?? '').split(',');
  return options.some((option) => /^hidepid=(?:[124]|noaccess|invisible|ptraceable)$/.test(option));
}

function mountsHere(): string {
  try {
    return readFileSync('/proc/self/mounts', 'latin1');
  } catch {
    return '';
  }
}
