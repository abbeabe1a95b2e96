// Runners of a local GitHub that play personas: each dispatched job fetches its request and calls back, whichever process lives then.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGitHubApp } from '../../src/github/index.ts';
import type { RepositoryApi } from '../../src/github/index.ts';
import type { LocalGitHub } from '../../src/local-github/index.ts';
import {
  createProviders,
  fetchRequest,
  handIn,
  openRequest,
  parseProviderConfigs,
  readRequest,
  transports,
} from '../../src/personas/index.ts';
import type { Provider, RemoteReach, Workflows } from '../../src/personas/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import type { Clock } from '../../src/support/index.ts';
import type { Reach } from './crash-points.ts';
import { createWorld } from './github.ts';
import { callBackTo } from './other-sides.ts';
import type { OtherSide } from './other-sides.ts';
import { servicesWith } from './provider-services.ts';

const [variable, secret, file] = ['TROUPE_DISPATCH_SECRET', 'k'.repeat(40), 'troupe-persona.yml'];
const example = join(import.meta.dirname, '../../examples/actions/.github/workflows', file);
const publicUrl = 'https://troupe.example.test';

/** Pauses are short. */
const quick: Clock = { ...systemClock, after: (ms, callback) => systemClock.after(ms / 50, callback) };

/** The runners, and the GitHub that they belong to. */
export interface DispatchSide extends OtherSide {
  readonly github: LocalGitHub;
  /** The workflow runs that there are. */
  runs(): readonly { readonly title: string; readonly status: string; readonly conclusion: string | null }[];
  close(): Promise<void>;
}

interface Asked {
  readonly fetched: PromiseWithResolvers<{ readonly url: string; readonly secret: string }>;
  readonly answer: PromiseWithResolvers<string>;
}

/** A GitHub with the workflow of the example, and runners that work until they are told what to answer. */
export async function createDispatchSide(): Promise<DispatchSide> {
  const world = await createWorld({
    files: { [`.github/workflows/${file}`]: readFileSync(example, 'utf8') },
    permissions: { actions: 'write', contents: 'read', metadata: 'read' },
  });
  const { github } = world;
  const asked = new Map<string, Asked>();
  const ending = new AbortController();
  const jobs = new Set<Promise<unknown>>();
  const api = createGitHubApp({
    appId: String(world.app.appId),
    privateKey: world.app.privateKey,
    baseUrl: github.apiUrl,
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(),
    writeIntervalMs: 0,
  }).repository(world.installationId, 'playhouse', 'cart');
  const side: DispatchSide = {
    github,
    runs: () => world.repository.workflowRuns(),
    costUsd: '0.4',
    waitsFor: 'ticket',
    sends: [],
    released: [],
    looks: () => 0,
    manyLooks: 0,
    work: () => undefined,
    process: undefined,
    finish: (requestId, body) => of(requestId).answer.resolve(body),
    client: (reach) => client(reach, api),
    async callBack(requestId, body, forged) {
      const callback = await of(requestId).fetched.promise;
      return callBackTo(side.process, { callback, requestId, body, secret: forged });
    },
    // a job calls back by itself, and again while nobody answers
    settle: () => Promise.resolve(),
    async close() {
      ending.abort();
      await Promise.all(jobs);
      await world.close();
    },
  };
  github.hireRunner((job) => {
    const doing = runJob(job.inputs, job.signal).catch(() => 'failure' as const);
    jobs.add(doing);
    void doing.finally(() => jobs.delete(doing));
    return doing;
  });
  return side;

  function of(requestId: string): Asked {
    const known = asked.get(requestId) ?? { fetched: Promise.withResolvers(), answer: Promise.withResolvers() };
    asked.set(requestId, known);
    return known;
  }

  async function runJob(inputs: Readonly<Record<string, string>>, cancelled: AbortSignal): Promise<'success'> {
    const place = openRequest(secret, inputs['request'] ?? '');
    const { requestId } = place;
    cancelled.addEventListener('abort', () => side.released.push(requestId));
    const signal = AbortSignal.any([cancelled, ending.signal]);
    const found = await fetchRequest(place, String(Math.random()), reachOf(signal));
    if (typeof found === 'string') return 'success';
    const { task, callback } = readRequest(found.body);
    if (task.requestId !== requestId || callback === undefined) throw new Error('it is another request');
    side.sends.push(requestId);
    of(requestId).fetched.resolve(callback);
    const over = Promise.withResolvers<never>();
    // who has its answer already waits for nothing
    over.promise.catch(() => undefined);
    signal.addEventListener('abort', () => over.reject(new Error('it ends')));
    const body = side.work(requestId) ?? (await Promise.race([of(requestId).answer.promise, over.promise]));
    await handIn({ requestId, body, ...callback }, reachOf(signal));
    return 'success';
  }

  /** The public address leads to the process that lives; where none does, nobody answers. */
  function reachOf(signal: AbortSignal): RemoteReach {
    const fetching: typeof fetch = (input, init) => {
      const { process } = side;
      if (process === undefined) return Promise.reject(new Error('nobody listens'));
      return fetch(String(input instanceof Request ? input.url : input).replace(publicUrl, process.url), init);
    };
    return { fetch: fetching, clock: quick, log: silentLogger, signal };
  }
}

/** The real provider, whose process may die around each thing that it asks of GitHub. */
function client(reach: Reach, api: RepositoryApi): Provider {
  async function around<Value>(name: string, act: () => Promise<Value> | undefined): Promise<Value> {
    reach(`before provider.${name}`);
    const value = await act();
    reach(`after provider.${name}`);
    // the client of GitHub has all of these calls
    return value as Value;
  }
  const workflows: Workflows = {
    dispatch: (_id, { workflow, inputs }) =>
      around('send', () => api.dispatchWorkflow?.(workflow, { ref: 'main', inputs })),
    // the clock of these processes is far ahead of GitHub's
    find: (word, { workflow }) => around('look', () => api.findWorkflowRun?.(workflow, { word, since: 0 })),
    run: (_id, id) => around('look', () => api.workflowRun?.(id)),
    cancel: (_id, id) => around('release', () => api.cancelWorkflowRun?.(id)),
  };
  const entry = { transport: 'dispatch', workflow: file, key: variable };
  const { configs } = parseProviderConfigs({ other: entry }, { baseDir: '/', transports });
  const services = servicesWith({ [variable]: secret }, { workflows, publicUrl });
  const provider = createProviders(configs, services, transports).get('other');
  if (provider === undefined) throw new Error('its entry makes no provider');
  return provider;
}
