// A step's result and the next step's start, durable, beside one bare INSERT with fsync of the same bytes.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { NewEvent } from '../../src/engine/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { chain, openBenchStore, runOf } from './bench-store.ts';
import { median, ms } from './figure.ts';
import type { Figure } from './figure.ts';

const blocks = 32;
const perBlock = 40;
/** Blocks that are not counted: a process that drives runs is warm. */
const warmUp = 12;

/** Measures both in turns: what the disk does meanwhile meets both. */
export async function durableAppend(): Promise<readonly Figure[]> {
  const { dir, store, remove } = await openBenchStore();
  const bare = new DatabaseSync(join(dir, 'bare.db'));
  bare.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (n INTEGER PRIMARY KEY, data TEXT)');
  const insert = bare.prepare('INSERT INTO t (data) VALUES (?)');
  const ours: number[] = [];
  const theirs: number[] = [];
  const measured = Promise.withResolvers<void>();
  await store.journal.start(runOf(chain(2), 0));
  const serving = await store.journal.serve(
    async (claim) => {
      await claim.append([{ type: 'run.started', data: {} }]);
      for (let block = 0; block < blocks; block += 1) {
        for (let index = 0; index < perBlock; index += 1) {
          const events = turn(block * perBlock + index);
          const start = performance.now();
          await claim.append(events);
          ours.push(performance.now() - start);
        }
        for (let index = 0; index < perBlock; index += 1) {
          const bytes = JSON.stringify(turn(block * perBlock + index));
          const start = performance.now();
          insert.run(bytes);
          theirs.push(performance.now() - start);
        }
      }
      measured.resolve();
      await claim.park(Number.MAX_SAFE_INTEGER, null, {}).catch(() => false);
    },
    { concurrency: 1 },
  );
  await measured.promise;
  await serving.stop(0);
  bare.close();
  await remove();
  // Block by block: what else the machine does then meets both sides of a ratio.
  const blockOf = (values: readonly number[], block: number): number =>
    median(values.slice(block * perBlock, (block + 1) * perBlock));
  const counted = Array.from({ length: blocks - warmUp }, (_, index) => warmUp + index);
  const ratio = median(counted.map((block) => blockOf(ours, block) / blockOf(theirs, block)));
  const from = warmUp * perBlock;
  return [
    {
      what: 'durable step, sequential, embedded',
      measured: ms(median(ours.slice(from))),
      reference: `${ms(median(theirs.slice(from)))} bare INSERT + fsync`,
      ratio,
      bar: '≤ 1.3×',
      isMet: ratio <= 1.3,
    },
  ];
}

function turn(index: number): NewEvent[] {
  // A step id is a step path.
  const [ended, next] = [`step-${index}` as StepPath, `step-${index + 1}` as StepPath];
  const result = { outputs: { files: 3 }, verdict: 'pass', summary: 'Multiplied by the quantity.' } as const;
  return [
    { type: 'step.succeeded', step: ended, attempt: 1, data: { result } },
    { type: 'step.started', step: next, attempt: 1, data: { input: { params: {} }, inputHash: 'a'.repeat(64) } },
  ];
}
