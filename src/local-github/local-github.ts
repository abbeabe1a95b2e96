// Starts a GitHub on this machine and hands out everything that tests and the demo do with it.
import { mkdir, realpath } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { systemClock, TroupeError } from '../support/index.ts';
import * as accounts from './accounts.ts';
import { createFaultBoard } from './faults.ts';
import { createLimiter } from './limits.ts';
import type { Installation, User } from './model.ts';
import { createOpenApiGuard } from './openapi-guard.ts';
import { personOf } from './person.ts';
import { writeGitHooks, writePushRules } from './push-rules.ts';
import { createRouter } from './router.ts';
import { allRoutes } from './routes/index.ts';
import { createApiServer } from './server.ts';
import type { ServerLog } from './server.ts';
import type { Faults, LocalGitHub, LocalGitHubOptions } from './types.ts';
import { viewOf } from './view.ts';
import { createCourier } from './webhooks.ts';
import type { Courier } from './webhooks.ts';
import { createWorld, findRepository, findUser } from './world.ts';
import type { World } from './world.ts';

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
  const log: ServerLog = { requests: [], unknownRoutes: [], violations: [] };
  const find = createRouter(allRoutes({ limiter, courier }));
  const guard = options.strict === false ? undefined : createOpenApiGuard();
  const server = createApiServer({ world, find, limiter, faults, guard, log });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  // a TCP server that listens has an address with a port
  const { port } = server.address() as AddressInfo;
  world.url = `http://127.0.0.1:${port}`;
  world.apiUrl = `${world.url}/api/v3`;

  return {
    url: world.url,
    apiUrl: world.apiUrl,
    ...log,
    deliveries: world.deliveries,
    faults: faultKnobs(world, faults, courier),
    ...registry(world, options),
    as: (login) => personOf(world, login, (user, repository) => accounts.forkRepository(world, user, repository)),
    repository: (full) => viewOf(world, findRepository(world, full)),
    async redeliver(id) {
      const delivery = world.deliveries.find((one) => one.id === id);
      if (delivery === undefined) throw new TroupeError('local-github/delivery', `There is no delivery ${id}`);
      await courier.redeliver(world, delivery);
    },
    until: (what, probe, timeoutMs) => until(world, what, probe, timeoutMs),
    settled: () => courier.settled(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Accounts, Apps, repositories and who may what. */
function registry(world: World, options: LocalGitHubOptions) {
  function installationOf(id: number): Installation {
    const installation = world.installations.get(id);
    if (installation === undefined)
      throw new TroupeError('local-github/installation', `There is no installation ${id}`);
    return installation;
  }
  return {
    createUser: (login: string, wish: { readonly type?: User['type']; readonly name?: string } = {}) =>
      void accounts.createUser(world, login, wish),
    createApp: (app: Parameters<LocalGitHub['createApp']>[0]) =>
      accounts.createApp(world, {
        ...app,
        url: app.webhookUrl ?? options.webhook?.url,
        secret: app.webhookSecret ?? options.webhook?.secret,
      }),
    setWebhook(slug: string, hook: { readonly url: string | undefined; readonly secret?: string }) {
      const app = accounts.findApp(world, slug);
      app.hook.url = hook.url;
      app.hook.secret = hook.secret ?? app.hook.secret;
    },
    createRepositoryHook(repository: string, hook: { readonly url: string; readonly secret: string }) {
      const id = world.nextId();
      findRepository(world, repository).hooks.push({ id, ...hook });
      return id;
    },
    createRepository: async (wish: Parameters<LocalGitHub['createRepository']>[0]) =>
      viewOf(world, await accounts.createRepository(world, wish)),
    install: async (slug: string, account: string, repositories?: readonly string[]) =>
      (await accounts.install(world, { slug, account, repositories })).id,
    uninstall: (id: number) => accounts.uninstall(world, installationOf(id)),
    addRepositories: (id: number, names: readonly string[]) =>
      accounts.changeRepositories(world, installationOf(id), { action: 'added', names }),
    removeRepositories: (id: number, names: readonly string[]) =>
      accounts.changeRepositories(world, installationOf(id), { action: 'removed', names }),
    setPermission(repository: string, login: string, permission: Parameters<LocalGitHub['setPermission']>[2]) {
      findRepository(world, repository).collaborators.set(findUser(world, login).id, permission);
    },
    protectBranch(repository: string, branch: string, rule: Parameters<LocalGitHub['protectBranch']>[2]) {
      const { checks = [], approvals = 0 } = rule;
      findRepository(world, repository).protection.set(branch, { checks, approvals });
    },
    setPushRules: (repository: string, rules: Parameters<LocalGitHub['setPushRules']>[1]) =>
      writePushRules(findRepository(world, repository).dir, rules),
    renameRepository: (repository: string, name: string) =>
      accounts.renameRepository(world, findRepository(world, repository), name),
    archiveRepository(repository: string, archived: boolean) {
      findRepository(world, repository).archived = archived;
    },
    revokeTokens(id: number) {
      for (const token of world.tokens.values()) if (token.installation?.id === id) token.revoked = true;
    },
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

/** Looks again after every change; never by the clock. */
function until<T>(
  world: World,
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 240_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let looking = false;
    let again = false;
    const timer = setTimeout(() => {
      stop();
      reject(
        new TroupeError('local-github/until', `Waited ${timeoutMs} ms for ${what}; it did not happen`, {
          class: 'timeout',
        }),
      );
    }, timeoutMs);
    function stop(): void {
      clearTimeout(timer);
      world.changes.off('change', look);
    }
    function look(): void {
      if (looking) {
        again = true;
        return;
      }
      looking = true;
      Promise.resolve()
        .then(probe)
        .then((value) => {
          looking = false;
          if (value !== undefined) {
            stop();
            resolve(value);
          } else if (again) {
            again = false;
            look();
          }
        })
        .catch((error: unknown) => {
          stop();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
    }
    world.changes.on('change', look);
    look();
  });
}
