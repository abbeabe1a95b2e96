// Whether the database is whole, as SQLite sees it. A small one is looked through at once, a large one in a thread of its own: nothing waits for it.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { hintOf, messageOf, TroupeError } from '../../support/index.ts';
import type { Clock, Logger, Troubles } from '../../support/index.ts';
import { isDamage } from '../sqlite/database.ts';
import { storeMessages } from '../sqlite/messages.ts';

/** Looking through this much takes a few milliseconds. */
const smallBytes = 4 * 1024 * 1024;

/** As text: whatever Troupe is bundled into, the thread finds it. Its connection is its own and changes nothing. */
const thread = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
try {
  const db = new DatabaseSync(workerData, { readOnly: true, timeout: 5000 });
  const rows = db.prepare('PRAGMA quick_check(1)').all();
  db.close();
  parentPort.postMessage({ found: String(rows[0]?.quick_check ?? '') });
} catch (error) {
  // what is thrown out of a thread arrives without its code
  parentPort.postMessage({ errcode: error.errcode, message: error.message });
}
`;

/** Throws `store/corrupt` with the first thing that is wrong. One that cannot be read now is not judged. */
export async function quickCheck(file: string, where?: 'in a thread'): Promise<void> {
  const found = await firstFinding(file, where);
  if (found !== 'ok') throw corrupt(file, found);
}

const dayMs = 24 * 60 * 60_000;

/** Looks through it once a day, in a thread. What it finds is told in the log and by /readyz, and the work goes on as far as it can. Gives what ends it. */
export function checkDaily(
  file: string,
  { clock, log, troubles }: { readonly clock: Clock; readonly log: Logger; readonly troubles: Troubles },
): () => void {
  let isOver = false;
  let stopTimer = clock.after(dayMs, look);
  function look(): void {
    quickCheck(file, 'in a thread').then(again, (error: unknown) => {
      if (!isOver) {
        log.error({ hint: hintOf(error), file }, messageOf(error));
        troubles.failed('database', messageOf(error));
      }
      again();
    });
  }
  function again(): void {
    if (!isOver) stopTimer = clock.after(dayMs, look);
  }
  return () => {
    isOver = true;
    stopTimer();
  };
}

async function firstFinding(file: string, where: 'in a thread' | undefined): Promise<string> {
  try {
    const size = statSync(file).size + (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0);
    return where === undefined && size <= smallBytes
      ? here(file)
      : await inThread(file, { isAwaited: where === undefined });
  } catch (error) {
    if (isDamage(error)) return messageOf(error);
    return 'ok';
  }
}

function here(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return String(db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] ?? '');
  } finally {
    db.close();
  }
}

function inThread(file: string, { isAwaited }: { readonly isAwaited: boolean }): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(thread, { eval: true, workerData: file });
    worker.once(
      'message',
      (said: { readonly found?: string; readonly errcode?: number; readonly message?: string }) => {
        if (said.found !== undefined) resolve(said.found);
        else reject(Object.assign(new Error(said.message), { errcode: said.errcode }));
      },
    );
    worker.once('error', reject);
    worker.once('exit', () => resolve('ok'));
    // a look beside the work goes on no longer than its process; at the start nothing else may keep the process alive
    if (!isAwaited) worker.unref();
  });
}

function corrupt(file: string, why: string): TroupeError {
  return new TroupeError('store/corrupt', storeMessages.corrupt(`open ${file}`, why), {
    hint: storeMessages.corruptHint(file),
  });
}
