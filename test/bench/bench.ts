// `npm run bench`: measures what engine.md's bars are about, each figure in a process of its own, and prints the table.
// Exit code 1 when a bar is missed, a ratio is worse than the stored one, or something could not be measured. `--save` stores the ratios.
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { storeBaseline, worseThanBaseline } from './baseline.ts';
import { actionStart } from './action-start.ts';
import { apiRequests } from './api-requests.ts';
import { durableAppend } from './durable-append.ts';
import { expandedSteps } from './expanded-steps.ts';
import type { Figure } from './figure.ts';
import { hostileOutputs } from './hostile-outputs.ts';
import { journalReading } from './journal-reading.ts';
import { manyRuns } from './many-runs.ts';
import { runsPerSecond } from './runs-per-second.ts';
import { startTime } from './start-time.ts';
import { printTable } from './table.ts';
import { webhookIntake } from './webhook-intake.ts';
import { workspace } from './workspace.ts';

const figures: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  append: durableAppend,
  runs: runsPerSecond,
  webhooks: webhookIntake,
  requests: apiRequests,
  start: startTime,
  action: actionStart,
  many: manyRuns,
  reading: journalReading,
  expanded: expandedSteps,
  hostile: hostileOutputs,
  workspace,
};

const run = promisify(execFile);
const mark = '::figures::';

/** In a child process: measures one, and prints it for the parent. */
async function measure(name: string): Promise<void> {
  const measured = await figures[name]?.();
  process.stdout.write(`${mark}${JSON.stringify(measured ?? [])}\n`);
}

async function measureAll(names: readonly string[], isSaving: boolean): Promise<number> {
  const found: Figure[] = [];
  const broken: string[] = [];
  const start = performance.now();
  for (const name of names) {
    process.stderr.write(`measuring ${name} …\n`);
    try {
      const flags = ['--expose-gc', import.meta.filename, '--child', name];
      const { stdout } = await run(process.execPath, flags, { timeout: 300_000, maxBuffer: 2 ** 26 });
      // printed by `measure` above
      found.push(...(JSON.parse(stdout.slice(stdout.lastIndexOf(mark) + mark.length)) as Figure[]));
    } catch (error) {
      broken.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const seconds = ((performance.now() - start) / 1_000).toFixed(0);
  const about = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${seconds} s`;
  if (isSaving) storeBaseline(found);
  const worse = isSaving ? [] : worseThanBaseline(found);
  printTable({ figures: found, broken, worse, about });
  const isMissed = found.some(({ isMet }) => isMet === false);
  return broken.length > 0 || worse.length > 0 || isMissed ? 1 : 0;
}

const words = process.argv.slice(2);
const [first, second] = words;
if (first === '--child' && second !== undefined) await measure(second);
else {
  const named = words.filter((word) => word !== '--save');
  process.exitCode = await measureAll(named.length === 0 ? Object.keys(figures) : named, named.length < words.length);
}
