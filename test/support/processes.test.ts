import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { familyOf } from './processes.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of started.splice(0)) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
});

/** A shell that has started everything of the script when it says so, and goes on to its end at a line from us. */
async function shell(script: string): Promise<{ readonly pid: number; readonly child: ChildProcess }> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  started.push(child);
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, child };
}

test('a family is a process with all that descends from it, and nobody else', async () => {
  const ours = await shell("sh -c 'sleep 600.5 & echo up; wait; : ours' & wait");
  await shell('sleep 600.25 & echo up; wait; : theirs');
  const lines = familyOf(ours.pid)().map(({ line }) => line.replaceAll('\0', ' ').trim());
  expect(lines).toContain('sleep 600.5');
  expect(lines.filter((line) => line.includes(': ours'))).toHaveLength(2);
  expect(lines.filter((line) => line.includes('theirs') || line.includes('600.25'))).toEqual([]);
});

test('one that was seen stays of the family when its parent has ended', async () => {
  const { pid, child } = await shell("sh -c 'sleep 600.75 >&- & echo up; read -r end'");
  const family = familyOf(pid);
  expect(family().some(({ line }) => line.includes('600.75'))).toBe(true);
  child.stdin?.end('end\n');
  await once(child, 'close');
  expect(family().map(({ line }) => line.replaceAll('\0', ' ').trim())).toEqual(['sleep 600.75']);
});
