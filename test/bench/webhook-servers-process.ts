// The two servers that the webhook bench compares, each in a process of its own: tells its port, ends when it is told to.
import { generateKeyPairSync } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeMiddleware, Probot } from 'probot';
import { createServer } from '../../src/server/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import { openBenchStore } from './bench-store.ts';

/** Both verify signatures made with it. */
export const intakeSecret = 'a-long-random-value-of-this-bench';

async function serveTroupe(): Promise<number> {
  const { store, remove } = await openBenchStore();
  const server = await createServer({
    secrets: { current: intakeSecret },
    inbox: store.inbox,
    log: silentLogger,
    redactor: createRedactor(),
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({ ready: true, details: {} }),
  });
  onStop(async () => {
    await server.close(0);
    await remove();
  });
  return server.port;
}

async function serveProbot(): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const probot = new Probot({
    appId: 1,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    secret: intakeSecret,
    logLevel: 'fatal',
  });
  const middleware = await createNodeMiddleware(emptyHandler, {
    probot,
    webhooksPath: '/api/github/webhooks',
  });
  const server = createHttpServer((incoming, response) => void middleware(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onStop(async () => {
    server.close();
    server.closeAllConnections();
  });
  // it listens on a port, not on a pipe
  return (server.address() as AddressInfo).port;
}

function emptyHandler(app: Probot): void {
  app.on('issues', () => undefined);
}

function onStop(stop: () => Promise<void>): void {
  process.once('message', () => void stop().then(() => process.exit(0)));
}

if (process.send !== undefined && import.meta.main)
  process.send(process.argv[2] === 'probot' ? await serveProbot() : await serveTroupe());
