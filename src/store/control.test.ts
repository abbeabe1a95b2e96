import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TroupeError } from '../support/index.ts';
import { callControl, controlPath, serveControl } from './embedded/control.ts';
import type { ControlHandler, ControlServer } from './index.ts';

let root: string;
let dataDir: string;
let server: ControlServer | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'troupe-control-'));
  dataDir = root;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(root, { recursive: true, force: true });
});

async function serve(handlers: Record<string, ControlHandler>): Promise<string> {
  const path = controlPath(dataDir);
  server = await serveControl(path, handlers);
  return path;
}

describe('the control socket', () => {
  test('carries a request to the process that drives, and its answer back', async () => {
    const path = await serve({ cancel: async (args) => ({ cancelled: args }) });
    expect(await callControl(path, 'cancel', { run: 'r1', why: 'line\nbreak' })).toEqual({
      cancelled: { run: 'r1', why: 'line\nbreak' },
    });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => callControl(path, 'cancel', n)));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => ({ cancelled: n })));
  });

  test('is for its owner alone', async () => {
    expect(statSync(await serve({})).mode & 0o777).toBe(0o600);
  });

  test('gives the caller the error of the handler, with its hint', async () => {
    const path = await serve({
      approve: () =>
        Promise.reject(
          new TroupeError('bot/stale', 'Cannot approve: the head moved', { hint: 'Look again', class: 'config' }),
        ),
    });
    await expect(callControl(path, 'approve', null)).rejects.toMatchObject({
      code: 'bot/stale',
      message: 'Cannot approve: the head moved',
      hint: 'Look again',
      class: 'config',
    });
  });

  test.each(['explode', 'toString', '__proto__'])('does not know the verb %s', async (verb) => {
    const path = await serve({ cancel: async () => null });
    await expect(callControl(path, verb, null)).rejects.toMatchObject({ code: 'store/control-verb' });
  });

  test('of nobody is an error with a sentence', async () => {
    await expect(callControl(controlPath(dataDir), 'cancel', null)).rejects.toMatchObject({ code: 'store/no-control' });
  });

  test('that closes without an answer is an error, not a wait without end', async () => {
    const asked = Promise.withResolvers<void>();
    const path = await serve({
      pause: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    const call = callControl(path, 'pause', null);
    await asked.promise;
    const [closed] = await Promise.all([call.catch((error: unknown) => error), server?.close()]);
    expect(closed).toMatchObject({ code: 'store/control-closed' });
  });

  test('survives garbage and a flood', async () => {
    const path = await serve({ ping: async () => 'pong' });
    await new Promise<void>((resolve) => {
      const socket = createConnection(path, () => socket.end('not json\n'));
      socket.on('close', () => resolve()).resume();
    });
    await new Promise<void>((resolve) => {
      const socket = createConnection(path, () => socket.write('x'.repeat(3 * 1024 * 1024)));
      socket.on('error', () => {});
      socket.on('close', () => resolve()).resume();
    });
    expect(await callControl(path, 'ping', null)).toBe('pong');
  });

  test('of a dead process is replaced', async () => {
    const path = await serve({ ping: async () => 1 });
    const second = await serveControl(path, { ping: async () => 2 });
    expect(await callControl(path, 'ping', null)).toBe(2);
    await second.close();
  });

  test('works in a directory whose path is too long for a socket', async () => {
    dataDir = join(dataDir, 'a'.repeat(100), 'b'.repeat(60));
    mkdirSync(dataDir, { recursive: true });
    const path = await serve({ ping: async () => 'pong' });
    expect(Buffer.byteLength(path)).toBeLessThan(104);
    expect(await callControl(controlPath(dataDir), 'ping', null)).toBe('pong');
  });
});
