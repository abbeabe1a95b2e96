// How long tests wait for what must come, and what a duration may be on the machine at hand. Limits are for what never comes: a slow or busy machine reaches none.
import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** Longer than anything takes on a machine that is slow and busy. The configuration gives every test more. */
export const patienceMs = 240_000;

/** Looks until `look` no longer throws, and gives what it gave. What it threw last is said when patience ends. */
export async function eventually<Value>(look: () => Value | Promise<Value>): Promise<Value> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() - startedAt > patienceMs)
        throw new Error(`It did not come in ${patienceMs / 1_000} s: ${String(error)}`, { cause: error });
    }
    await pause(25);
  }
}

/** What a promise of `ms` comes to here and now: on a quiet machine of the usual speed `ms`, elsewhere as much more as a process takes longer to start. */
export function allowedMs(ms: number): number {
  const usualMs = 40;
  const starts = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    return performance.now() - startedAt;
  });
  return ms * Math.max(1, Math.max(...starts) / usualMs);
}

/** Milliseconds of the processor that this process has used since `before`: what other programs do meanwhile does not count. */
export function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
