// Starts a GitHub on this machine and hands out everything that tests and the demo do with it.
import { mkdir, realpath } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { systemClock, TroupeError } from '../support/index.ts';
import { createFaultBoard } from './traffic/faults.ts';
import type { ServerLog } from './http/parts.ts';
import { createHttpServer } from './http/server.ts';
import { createLimiter } from './traffic/limits.ts';
import { createOpenApiGuard } from './traffic/openapi-guard.ts';
import { personOf } from './person/person.ts';
import { writeGitHooks } from './pushes/push-rules.ts';
import { registry } from './registry.ts';
import type { Faults, LocalGitHub, LocalGitHubOptions } from './types/index.ts';
import { until } from './until.ts';
import { viewOf } from './view.ts';
import { createCourier } from './traffic/webhooks.ts';
import type { Courier } from './traffic/webhooks.ts';
import { createWorld, findRepository } from './world/world.ts';
import type { World } from './world/world.ts';

/**
 * A GitHub on this machine: REST, a little GraphQL, webhooks, and git over HTTP from real bare repositories below `dir`.
 * Throws what listening on the port throws.
 */
export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  await mkdir(options.dir, { recursive: true });
  const dir = await realpath(options.dir);
  await writeGitHooks(dir);
  const clock = options.clock ?? systemClock;
  const faults = createFaultBoard();
  const courier = createCourier(faults);
  const tokenLifetimeMs = options.tokenLifetimeMs ?? 3_600_000;
  const world = createWorld({ dir, clock, tokenLifetimeMs }, courier.emit);
  const limiter = createLimiter(clock, options.limits);
  const log: ServerLog = { requests: [], gitRequests: [], unknownRoutes: [], violations: [] };
  const guard = options.strict === false ? undefined : createOpenApiGuard();
  const app = createHttpServer({ world, limiter, courier, faults, guard, log, onGitRequest: options.onGitRequest });

  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  // a TCP server that listens has an address with a port
  const { port } = app.server.address() as AddressInfo;
  world.url = `http://127.0.0.1:${port}`;
  world.apiUrl = `${world.url}/api/v3`;

  return {
    url: world.url,
    apiUrl: world.apiUrl,
    ...log,
    deliveries: world.deliveries,
    faults: faultKnobs(world, faults, courier),
    ...registry(world, options),
    hireRunner(runner) {
      if (runner === undefined) delete world.runner;
      else world.runner = runner;
    },
    as: (login) => personOf(world, login),
    repository: (full) => viewOf(world, findRepository(world, full)),
    async redeliver(id) {
      const delivery = world.deliveries.find((one) => one.id === id);
      if (delivery === undefined) throw new TroupeError('local-github/delivery', `There is no delivery ${id}`);
      await courier.redeliver(world, delivery);
    },
    until: (what, probe, timeoutMs) => until(world, { what, probe, timeoutMs }),
    settled: () => courier.settled(),
    close: () => app.close(),
  };
}

function faultKnobs(world: World, board: ReturnType<typeof createFaultBoard>, courier: Courier): Faults {
  return {
    answer: board.answer,
    deliveries: board.deliveries,
    clear: board.clear,
    async release(arrange = (held) => held) {
      const held = board.held.splice(0);
      const ordered = arrange(held).map((record) => held.find(({ id }) => id === record.id));
      await courier.sendHeld(
        world,
        ordered.filter((delivery) => delivery !== undefined),
      );
    },
  };
}
