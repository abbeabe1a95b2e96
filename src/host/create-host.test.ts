// One house for every host: its parts are opened in order and closed in reverse, also when one of them cannot be opened.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { transports } from '../personas/index.ts';
import type { Provider, ProviderServices, Transport } from '../personas/index.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/index.ts';
import { createRedactor, silentLogger, systemClock } from '../support/index.ts';
import { createHost } from './create-host.ts';
import type { HostOptions, HostPart, MadeHost } from './create-host.ts';
import { hostProviders } from './providers.ts';
import { defaultServerFile } from './server-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-host-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Everything that is opened, in order. */
const order = ['store', 'git', 'observers', 'control', 'server', 'tidy', 'drive', 'lanes', 'sweeps'] as const;
type Name = (typeof order)[number];
/** Those of them that have something to close. */
const closing: readonly Name[] = ['store', 'observers', 'control', 'server', 'tidy', 'drive', 'lanes', 'sweeps'];

/** A house whose parts tell what happens to them; the named one cannot be opened. */
function options(told: string[], broken?: Name): HostOptions {
  const serverFile = defaultServerFile();
  function opens(name: Name): void {
    if (name === broken) throw new Error(`${name} is broken`);
    told.push(`+${name}`);
  }
  const part = (name: Name): HostPart => ({
    name,
    async open() {
      opens(name);
      return () => told.push(`-${name}`);
    },
  });
  return {
    what: 'a test',
    dataDir: dir,
    serverFile,
    providers: hostProviders({ serverFile, baseDir: dir, secrets: {} }),
    machine: {},
    hidden: [],
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(),
    at: { kind: 'working-copy', path: dir, author: { name: 'Ada', email: 'ada@example.test' }, branch: 'main' },
    wrap: {
      store: (store) => tellingStore(store, told, opens),
      git(git) {
        opens('git');
        return git;
      },
    },
    parts() {
      opens('observers');
      return {
        observers: [{ name: 'a screen', changed() {}, close: () => told.push('-observers') }],
        control: { control: () => Promise.reject(new Error('nobody asks here')) },
        before: [part('server'), part('tidy')],
        after: [part('lanes'), part('sweeps')],
      };
    },
  };
}

function tellingStore(store: Store, told: string[], opens: (name: Name) => void): Store {
  opens('store');
  return {
    ...store,
    journal: {
      ...store.journal,
      async serve(drive, how) {
        opens('drive');
        const serving = await store.journal.serve(drive, how);
        return {
          ...serving,
          async stop(graceMs) {
            told.push('-drive');
            await serving.stop(graceMs);
          },
        };
      },
    },
    async answer(handlers) {
      opens('control');
      const server = await store.answer(handlers);
      return {
        ...server,
        async close() {
          told.push('-control');
          await server.close();
        },
      };
    },
    async close() {
      told.push('-store');
      await store.close();
    },
  };
}

test('what listens is opened before anything is driven, what brings work after; closed in reverse, once', async () => {
  const told: string[] = [];
  const host = await createHost(options(told));
  expect(told).toEqual(order.map((name) => `+${name}`));
  await host.drive();
  told.splice(0);
  await host.close(0);
  await host.close(0);
  expect(told).toEqual(closing.toReversed().map((name) => `-${name}`));
});

test('a host that drives when it is asked opens what brings work then', async () => {
  const told: string[] = [];
  const host = await createHost({ ...options(told), drives: 'when asked' });
  expect(told.at(-1)).toBe('+tidy');
  await Promise.all([host.drive(), host.drive()]);
  expect(told.slice(-3)).toEqual(['+drive', '+lanes', '+sweeps']);
  await host.close(0);
  expect(told.at(-1)).toBe('-store');
});

test.each(order.slice(1))(
  '%s cannot be opened: what was opened before is closed in reverse, and its failure is told',
  async (broken) => {
    const told: string[] = [];
    await expect(createHost(options(told, broken))).rejects.toThrow(`${broken} is broken`);
    const opened = order.slice(0, order.indexOf(broken));
    const closed = closing.filter((name) => opened.includes(name)).toReversed();
    expect(told).toEqual([...opened.map((name) => `+${name}`), ...closed.map((name) => `-${name}`)]);
    // the data directory is free again
    await (await createHost(options([]))).close(0);
  },
);

test('a data directory that another process drives keeps nothing open here', async () => {
  const other = await openStore({
    kind: 'embedded',
    directory: dir,
    clock: systemClock,
    log: silentLogger,
    redact: createRedactor().json,
    owner: { what: 'another' },
  });
  const told: string[] = [];
  await expect(createHost(options(told))).rejects.toMatchObject({ code: 'store/owned' });
  expect(told).toEqual([]);
  await other.close();
});

test('a part that cannot be closed keeps nothing else open; its failure is told', async () => {
  const told: string[] = [];
  const usual = options(told);
  const stuck: HostPart = { name: 'stuck', open: async () => () => Promise.reject(new Error('it is stuck')) };
  const host = await createHost({
    ...usual,
    parts: (made) => ({ ...usual.parts?.(made), after: [stuck] }),
  });
  await expect(host.close(0)).rejects.toThrow('it is stuck');
  expect(told.at(-1)).toBe('-store');
});

/** A provider that somebody brings along, and what its makers were given. */
function fromOutside(given: ProviderServices[]): Transport {
  const [shell] = transports.filter(({ name }) => name === 'shell');
  if (shell === undefined) throw new Error('there is a shell');
  return {
    ...shell,
    name: 'pigeon',
    example: '{ transport: pigeon }',
    create(config, services): Provider {
      given.push(services);
      return shell.create(config, services);
    },
  };
}

/** A bubblewrap that writes down that it was tried, and works where `works`. */
function countedBubblewrap(works: boolean): { readonly path: string; tried(): number } {
  const path = join(dir, 'programs');
  mkdirSync(path);
  const told = join(dir, 'tried');
  writeFileSync(told, '');
  writeFileSync(join(path, 'bwrap'), `#!/bin/sh\necho x >> '${told}'\nexit ${works ? 0 : 1}\n`, { mode: 0o755 });
  return {
    path: `${path}:${process.env['PATH'] ?? ''}`,
    tried: () => readFileSync(told, 'utf8').split('\n').length - 1,
  };
}

/** A host with that provider, under an operator's rule. */
async function hostUnder(rule: 'auto' | 'off' | 'required', path: string) {
  const given: ProviderServices[] = [];
  const serverFile = {
    ...defaultServerFile(),
    sandbox: rule,
    providers: { bird: { transport: 'pigeon', command: ['true'] } },
  };
  const machine = { PATH: path };
  const providers = hostProviders({
    serverFile,
    baseDir: dir,
    secrets: {},
    machine,
    transports: [...transports, fromOutside(given)],
  });
  let made: MadeHost | undefined;
  const host = await createHost({
    ...options([]),
    dataDir: join(dir, 'data'),
    serverFile,
    machine,
    providers,
    parts(all) {
      made = all;
      return {};
    },
  });
  const services = given.at(-1);
  if (made === undefined || services === undefined) throw new Error('nothing was made');
  return { host, services, sandboxes: made.sandboxes };
}

test('a provider starts things in the sandbox of the steps of its host: one look at the machine for all', async () => {
  const { path, tried } = countedBubblewrap(true);
  const { host, services, sandboxes } = await hostUnder('auto', path);
  const steps = await sandboxes.look();
  expect(await services.sandbox('fs')).toBe(steps.of('fs'));
  expect((await services.sandbox()).tier).toBe('fs');
  // a persona file may ask for more walls, never for fewer
  expect((await services.sandbox('off')).tier).toBe('fs');
  expect(tried()).toBe(1);
  await host.close(0);
});

test("the operator's `sandbox: off` is the providers' rule, too", async () => {
  const { path } = countedBubblewrap(true);
  const { host, services, sandboxes } = await hostUnder('off', path);
  expect((await services.sandbox()).tier).toBe('env');
  expect(await services.sandbox()).toBe((await sandboxes.look()).of(undefined));
  // who asks for walls is not given none
  for (const wanted of ['fs', 'gateway'] as const)
    await expect(services.sandbox(wanted)).rejects.toMatchObject({ code: 'config/sandbox-off' });
  await host.close(0);
});

test('where the sandbox is required and missing no host is made', async () => {
  const { path, tried } = countedBubblewrap(false);
  await expect(hostUnder('required', path)).rejects.toMatchObject({ code: 'config/sandbox' });
  expect(tried()).toBe(1);
});
