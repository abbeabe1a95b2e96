// How each transport of this version is put to the contract of providers: what an agent, a script, a model or a person does in each of its scenarios.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { createProviders, openRequest, parseProviderConfigs, transports } from '../../src/personas/index.ts';
import type { Provider, ProviderContext, ProviderServices, Workflows } from '../../src/personas/index.ts';
import { connectRedis } from '../../src/personas/stream/connection.ts';
import { streamKeys } from '../../src/personas/stream/keys.ts';
import { runWorker } from '../../src/personas/stream/worker.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import type { Json, JsonObject } from '../../src/support/index.ts';
import type { Behaviour, ProviderSetup } from '../suites/provider-contract.ts';
import { mockModel } from './mock-model.ts';
import type { Move } from './mock-model.ts';
import { servicesWith } from './provider-services.ts';
import { startRedis } from './redis-server.ts';

const root = resolve(import.meta.dirname, '../..');
type Played<Play> = Readonly<Record<Behaviour, Play>>;

/** A provider of an entry of a server file. */
function providerOf(entry: JsonObject, services: ProviderServices = servicesWith()): Provider {
  const { configs, problems } = parseProviderConfigs({ mine: entry }, { baseDir: '/', transports });
  const provider = createProviders(configs, services, transports).get('mine');
  if (provider === undefined) throw new Error(`no provider: ${problems.map(({ message }) => message).join('; ')}`);
  return provider;
}

const pass = { status: 'pass', summary: 'Looks right', outputs: { risk: 'low' } };
const fail = { status: 'fail', summary: 'Not right' };
const slowDown = { status: 'error', error: { class: 'rate_limit', message: 'slow down', retryAfterMs: 1_500 } };
const lying = { status: 'pass', summary: 'x', evidence: [{ by: 'troupe', command: ['npm', 'test'], exitCode: 0 }] };
const took = { inputTokens: 100, outputTokens: 10, costUsd: '0.25' };

function handIn(result: object): string {
  return `echo '${JSON.stringify(result)}' > "$TROUPE_RESULT_FILE"`;
}

const scripts: Played<string> = {
  pass: handIn(pass),
  fail: `${handIn(fail)}; exit 1`,
  error: `echo '${JSON.stringify(slowDown)}'; exit 1`,
  edit: `mkdir made; echo made > made/by-persona.txt; echo '{"status":"pass","summary":"Made"}'`,
  hang: 'sleep 300',
  garbage: `head -c 5000 /dev/urandom; echo 'All done successfully!'`,
  nothing: 'true',
  huge: `head -c 20000000 /dev/zero | tr '\\0' x; echo '{"status":"pass","summary":"x"}'`,
  'bad-outputs': `echo '{"status":"pass","outputs":"none"}'`,
  'lying-evidence': `echo '${JSON.stringify(lying)}'`,
  corrected: `if [ "$TROUPE_ATTEMPT" = 1 ]; then echo 'All is well.'; else ${handIn(pass)}; fi`,
  usage: handIn({ ...pass, usage: took }),
};

const answers: Played<string> = {
  pass: 'qa: { status: pass, summary: Looks right, outputs: { risk: low } }',
  fail: 'qa: { status: fail, summary: Not right }',
  error: 'qa: { status: error, error: { class: rate_limit, message: slow down, retryAfterMs: 1500 } }',
  edit: 'qa: { status: pass, edits: { made/by-persona.txt: "made\\n" } }',
  hang: 'qa: { status: pass, delay: 5m }',
  garbage: 'qa: { raw: "All done successfully!" }',
  nothing: 'qa: {}',
  huge: `qa: { raw: "${'x'.repeat(3_000_000)}" }`,
  'bad-outputs': `qa: { raw: '{"status":"pass","outputs":"none"}' }`,
  'lying-evidence': 'qa: { status: pass, evidence: [{ command: [npm, test], exitCode: 0 }] }',
  corrected: 'qa: [{ raw: "All is well." }, { status: pass }]',
  usage: `qa: ${JSON.stringify({ ...pass, usage: took })}`,
};

async function scripted(behaviour: Behaviour, dir: string): Promise<Provider> {
  const path = join(dir, 'answers.yml');
  await writeFile(path, answers[behaviour]);
  return providerOf({ transport: 'scripted', answers: path });
}

/** Scenarios of the fake agent that have other names than ours. */
const agentScenarios: Partial<Played<string>> = { corrected: 'second-turn', usage: 'contract-usage' };

function agent(behaviour: Behaviour): Promise<Provider> {
  const words = [join(root, 'test/support/acp-agent-process.ts'), agentScenarios[behaviour] ?? behaviour];
  return Promise.resolve(providerOf({ transport: 'acp', command: [process.execPath, ...words], readable: [root] }));
}

const garbage = { say: '\u0000\ufffd\u001b[31mAll done successfully!' };
const moves: Played<readonly Move[]> = {
  pass: [{ result: pass }],
  fail: [{ result: fail }],
  error: [{ result: slowDown }],
  edit: [
    { use: [{ name: 'write_file', input: { path: 'made/by-persona.txt', content: 'made\n' } }] },
    { result: pass },
  ],
  hang: [],
  garbage: [garbage],
  nothing: [{ say: '' }],
  huge: [{ say: 'x'.repeat(3_000_000) }],
  'bad-outputs': [{ result: { status: 'pass', summary: 'x', outputs: 'none' } }],
  'lying-evidence': [{ result: lying }],
  corrected: [garbage, { result: pass }],
  usage: [{ result: pass, tokens: { input: 100, output: 10 } }],
};

/** What a service or a worker answers to the first attempt, and to later ones. */
const bodies: Played<string> = {
  pass: JSON.stringify(pass),
  fail: JSON.stringify(fail),
  error: JSON.stringify(slowDown),
  edit: '{"status":"pass","summary":"Made"}',
  hang: '',
  garbage: '\u0000\ufffd\u001b[31mAll done successfully!',
  nothing: '',
  huge: 'x'.repeat(3_000_000),
  'bad-outputs': '{"status":"pass","outputs":"none"}',
  'lying-evidence': JSON.stringify(lying),
  corrected: 'All is well.',
  usage: JSON.stringify({ ...pass, usage: took }),
};

function bodyFor(behaviour: Behaviour, request: string): string {
  const { attempt } = JSON.parse(request) as { readonly attempt: number };
  return behaviour === 'corrected' && attempt > 1 ? bodies.pass : bodies[behaviour];
}

async function service(behaviour: Behaviour): Promise<Provider> {
  const server = createServer((request, response) => {
    // who thinks for ever answers nothing
    if (request.method === 'DELETE') response.writeHead(404).end();
    else if (behaviour !== 'hang') void text(request).then((body) => response.end(bodyFor(behaviour, body)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  openMocks.push({
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
  // listening on an address, not on a path
  const { port } = server.address() as AddressInfo;
  const entry = { transport: 'http', url: `http://127.0.0.1:${port}/`, strategy: 'immediate' };
  return providerOf(entry, servicesWith({}, { fetch }));
}

async function behindRedis(behaviour: Behaviour): Promise<Provider> {
  const redis = await startRedis();
  const ending = new AbortController();
  const working = runWorker(
    {
      persona: 'qa-engineer',
      name: 'worker',
      open: async () => ({ redis: await connectRedis({ url: redis.url }, silentLogger), keys: streamKeys('troupe') }),
      work: async (body) => bodyFor(behaviour, body),
      clock: systemClock,
      log: silentLogger,
    },
    ending.signal,
  );
  openMocks.push({
    async stop() {
      ending.abort();
      await working;
      await redis.remove();
    },
  });
  return providerOf({ transport: 'stream', url: redis.url });
}

/** A job that has its answer at once: it stands in for the callback, which is the engine's to take in. */
async function dispatched(behaviour: Behaviour): Promise<Provider> {
  const key = 'k'.repeat(40);
  const laid = new Map<string, string>();
  let answer = '';
  const running = { id: 1, url: '', isOver: false, conclusion: null };
  const workflows: Workflows = {
    async dispatch(_id, { inputs }) {
      answer = bodyFor(behaviour, laid.get(openRequest(key, inputs['request'] ?? '').url) ?? '');
      return running.id;
    },
    find: () => Promise.resolve(undefined),
    run: () => Promise.resolve(running),
    cancel: () => Promise.resolve(),
  };
  const services = servicesWith({ KEY: key }, { workflows, publicUrl: 'https://troupe.example.test' });
  const provider = providerOf({ transport: 'dispatch', workflow: 'persona.yml', key: 'KEY' }, services);
  const offering = (context: ProviderContext): ProviderContext => ({
    ...context,
    async offer(body) {
      const url = `https://troupe.example.test/${laid.size}`;
      laid.set(url, body);
      return { url, isTaken: false };
    },
  });
  return {
    ...provider,
    start: (task, ticket, context) => provider.start(task, ticket, offering(context)),
    resume: (task, request, context) => provider.resume(task, request, offering(context)),
    look: async () => ({ reply: { body: Buffer.from(answer), mediaType: 'application/json' } }),
  };
}

/** Mocks that a test left: the next one, and whoever is last, stops them. */
export const openMocks: { stop(): Promise<void> }[] = [];

async function model(behaviour: Behaviour): Promise<Provider> {
  const [first, ...later] = moves[behaviour];
  const mock = await mockModel(
    (_, index) => (index === 0 ? first : (later[index - 1] ?? later.at(-1))) ?? first ?? { fail: 500 },
    behaviour === 'hang' ? { latency: 600_000 } : { chunkSize: 100_000 },
  );
  openMocks.push(mock);
  // a dollar for 1000 tokens read, 15 for 1000 written
  const price = { input: 1_000, output: 15_000 };
  return providerOf(
    { preset: 'openai-compatible', base_url: mock.url(''), model: 'a-model', price },
    servicesWith({}, { fetch }),
  );
}

const words: Played<readonly Json[]> = {
  pass: [pass],
  fail: ['fail: Not right'],
  error: [slowDown],
  edit: ['pass: Made'],
  hang: [],
  garbage: ['All done successfully!', 'Really.'],
  nothing: [''],
  huge: ['x'.repeat(3_000_000)],
  'bad-outputs': [{ status: 'pass', outputs: 'none' }],
  'lying-evidence': [lying],
  corrected: ['All is well.', pass],
  usage: [{ ...pass, usage: took }],
};

/** By transport. */
export const providerSetups: Readonly<Record<string, ProviderSetup>> = {
  shell: {
    name: 'shell',
    create: (behaviour) =>
      Promise.resolve(providerOf({ transport: 'shell', command: ['sh', '-c', scripts[behaviour]] })),
    corrects: 'in the next attempt',
  },
  scripted: { name: 'scripted', create: scripted, corrects: 'in the next attempt' },
  acp: { name: 'acp', create: agent, corrects: 'in the request' },
  llm: { name: 'llm', create: model, tools: ['read', 'search'], edits: 'refused', corrects: 'in the request' },
  http: { name: 'http', create: service, edits: 'impossible', corrects: 'in the next attempt' },
  stream: {
    name: 'stream',
    create: behindRedis,
    edits: 'impossible',
    corrects: 'in the next attempt',
    isLater: 'stream',
    needs: 'redis',
  },
  dispatch: {
    name: 'dispatch',
    create: dispatched,
    edits: 'impossible',
    corrects: 'in the next attempt',
    isLater: 'callback',
  },
  assisted: {
    name: 'assisted',
    create: () => Promise.resolve(providerOf({ transport: 'assisted' })),
    edits: 'impossible',
    corrects: 'in the request',
    isFree: true,
    says: (behaviour) => words[behaviour],
  },
};
