// A Redis of a test's own: on a free port of this machine, with its data in a folder, killed and started again on demand.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis } from '../../src/personas/stream/connection.ts';
import { silentLogger } from '../../src/support/index.ts';
import { eventually } from './patience.ts';

/** A server. */
export interface RedisServer {
  readonly url: string;
  /** One command, on a connection of its own. */
  command(...words: readonly string[]): Promise<unknown>;
  /** Kills it as it is, or freezes and wakes it. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Starts it again on what it has kept. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts one that writes everything to its disk. */
export async function startRedis(): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess;
  async function command(...words: readonly string[]): Promise<unknown> {
    const redis = await connectRedis({ url }, silentLogger);
    try {
      return await redis.command(words);
    } finally {
      redis.close();
    }
  }
  async function start(): Promise<void> {
    const kept = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, ...kept], {
      stdio: 'ignore',
    });
    await eventually(async () => {
      if ((await command('PING')) !== 'PONG') throw new Error('it does not answer yet');
    });
  }
  await start();
  return {
    url,
    command,
    start,
    async signal(name) {
      const ended = name === 'SIGKILL' ? once(child, 'exit') : undefined;
      child.kill(name);
      await ended;
    },
    async remove() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // listening on an address, not on a path
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
