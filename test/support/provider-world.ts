// Runs of several providers on the real store, engine and steps, under a clock that jumps. Processes end and the next one goes on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldRun, isRunOver } from '../../src/engine/index.ts';
import type { RunSpec, RunState, Step } from '../../src/engine/index.ts';
import { createGitStore } from '../../src/git/index.ts';
import { createCore } from '../../src/host/core.ts';
import { defaultServerFile } from '../../src/host/index.ts';
import type { HostProviders } from '../../src/host/index.ts';
import { loadPersonas } from '../../src/personas/index.ts';
import type { PersonaResult, PersonaTask, Provider } from '../../src/personas/index.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { createRedactor, silentLogger } from '../../src/support/index.ts';
import type { RunId } from '../../src/support/index.ts';
import { makeGitWorld } from './git-world.ts';
import { createHurriedClock } from './hurried-clock.ts';
import type { HurriedClock } from './hurried-clock.ts';
import { plainCore } from './plain-core.ts';
import { spec, workflow } from './run-builder.ts';

/** A provider that answers at once as its test says. */
export interface FakeProvider extends Partial<
  Pick<Provider, 'account' | 'concurrency' | 'onLimit' | 'timeoutMs' | 'check'>
> {
  readonly name: string;
  answer(task: PersonaTask, nth: number): Partial<PersonaResult> | Promise<Partial<PersonaResult>>;
}

/** A request that a provider got. */
export interface Asked {
  readonly provider: string;
  readonly request: string;
  readonly at: number;
}

/** Where runs live. */
export interface ProviderWorld {
  readonly clock: HurriedClock;
  /** All requests, in order. */
  readonly asked: readonly Asked[];
  readonly store: () => Store;
  start(steps: readonly Step[], more?: Partial<RunSpec['settings']>): Promise<RunId>;
  state(run: RunId): Promise<RunState>;
  /** Resolves when the run is so. */
  until(run: RunId, is: (state: RunState) => boolean): Promise<RunState>;
  ended(run: RunId): Promise<RunState>;
  /** The process ends as at a kill, and another one begins. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

/** Makes it with these providers; the first one is the default. */
export async function makeProviderWorld(fakes: readonly FakeProvider[]): Promise<ProviderWorld> {
  const git = makeGitWorld();
  const dataDir = mkdtempSync(join(tmpdir(), 'troupe-health-'));
  const clock = createHurriedClock();
  const asked: Asked[] = [];
  const redactor = createRedactor();
  const repository = await createGitStore({ dir: join(git.dir, 'data'), redactor }).open({
    key: '42',
    cloneUrl: git.remote,
  });
  const loaded = await loadPersonas(undefined, join(import.meta.dirname, '../../personas'));
  const providers = hostProviders(fakes.map((fake) => providerOf(fake, asked, clock)));
  const heard = new Set<() => void>();

  async function open() {
    const store = await openStore({
      kind: 'embedded',
      directory: dataDir,
      clock,
      log: silentLogger,
      owner: { what: 'a test' },
    });
    const core = await createCore({
      store,
      serverFile: defaultServerFile(),
      providers,
      ...plainCore(repository, dataDir),
      clock,
      redactor,
      onEvents() {
        clock.touch();
        for (const listener of heard) listener();
      },
    });
    await core.start();
    return { store, core };
  }
  let process_ = await open();
  const state = async (run: RunId): Promise<RunState> => foldRun(await process_.store.journal.read(run));

  async function until(run: RunId, is: (state: RunState) => boolean): Promise<RunState> {
    for (;;) {
      const next = Promise.withResolvers<void>();
      heard.add(next.resolve);
      const now = await state(run);
      if (is(now)) {
        heard.delete(next.resolve);
        return now;
      }
      await next.promise;
      heard.delete(next.resolve);
    }
  }
  return {
    clock,
    asked,
    store: () => process_.store,
    async start(steps, more = {}) {
      const flow = workflow(steps, { branch: false });
      const made = spec(flow, { baseSha: git.first, personas: loaded.copyOf([...loaded.personas.keys()]) });
      const settings = { ...made.settings, defaultProvider: fakes[0]?.name ?? '', ...more };
      await process_.store.journal.start({ ...made, settings });
      return made.id;
    },
    state,
    until,
    ended: (run) => until(run, ({ status }) => isRunOver(status)),
    async restart() {
      await process_.core.stop(0);
      await process_.store.close();
      process_ = await open();
    },
    async remove() {
      await process_.core.stop(0);
      await process_.store.close();
      clock.stop();
      git.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function providerOf(fake: FakeProvider, asked: Asked[], clock: HurriedClock): Provider {
  const { answer, ...own } = fake;
  let nth = 0;
  return {
    strategies: new Set(['immediate']),
    check: async () => [],
    release: async () => undefined,
    async start(task) {
      asked.push({ provider: fake.name, request: task.requestId, at: clock.now() });
      nth += 1;
      const usage = { source: 'provider', inputTokens: 10, outputTokens: 1, complete: true } as const;
      return {
        answer: { status: 'pass', summary: 'Fine', outputs: { risk: 'low' }, usage, ...(await answer(task, nth)) },
      };
    },
    resume: () => Promise.reject(new Error('it answers at once')),
    ...own,
  };
}

function hostProviders(all: readonly Provider[]): HostProviders {
  const of = (name: string): Provider | undefined => all.find((one) => one.name === name);
  const providers: HostProviders = {
    names: new Set(all.map(({ name }) => name)),
    rehearsal: false,
    knows: (name) => of(name) !== undefined,
    isUsable: (name) => of(name) !== undefined,
    get: of,
    check: async (name, persona) => of(name)?.check(persona),
    isScripted: () => false,
    within: () => providers,
  };
  return providers;
}
