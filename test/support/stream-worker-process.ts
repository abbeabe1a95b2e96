// A worker behind Redis in a process of its own: it notes what it begins, and dies of a request that says so. Started by the crash test of Redis.
import { appendFileSync } from 'node:fs';
import { connectRedis } from '../../src/personas/stream/connection.ts';
import { streamKeys } from '../../src/personas/stream/keys.ts';
import { runWorker } from '../../src/personas/stream/worker.ts';
import { silentLogger, sleep, systemClock } from '../../src/support/index.ts';
import type { StreamWorkerOrders } from './stream-workers.ts';

// written by stream-workers.ts a moment ago
const { url, prefix, persona, name, journal, idleMs, workMs } = JSON.parse(process.argv[2] ?? '') as StreamWorkerOrders;
const keys = streamKeys(prefix);
// the clock's timers keep no process alive
setInterval(() => undefined, 1_000);
await runWorker(
  {
    persona,
    name,
    idleMs,
    open: async () => ({ redis: await connectRedis({ url }, silentLogger), keys }),
    async work(body, signal) {
      const { request_id: id, inputs } = JSON.parse(body) as {
        readonly request_id: string;
        readonly inputs: { readonly poison?: boolean };
      };
      appendFileSync(journal, `${id} ${name}\n`);
      if (inputs.poison === true) process.kill(process.pid, 'SIGKILL');
      await sleep(systemClock, workMs, signal);
      return JSON.stringify({ status: 'pass', summary: `Done: ${id}` });
    },
    clock: systemClock,
    log: silentLogger,
  },
  new AbortController().signal,
);
