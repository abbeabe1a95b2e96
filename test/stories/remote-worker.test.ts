// Workers on another machine: requests lie in a real Redis, the code comes as a bundle at a signed address, the work comes back as a patch.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { StepPath } from '../../src/support/index.ts';
import { troupeBin } from '../support/cli.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { eventually } from '../support/patience.ts';
import { partNetwork } from '../support/private-network.ts';
import type { PrivateNetwork } from '../support/private-network.ts';
import { pythonWithRedis } from '../support/python.ts';
import { freePort, startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { hasPrivateNetworks, hasPythonRedis, hasRedis } from '../support/requirements.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const look = `name: Look
branch: false
steps:
  - { id: review, type: persona-request, persona: counter }
`;
const counter = '---\nname: counter\ndescription: Counts files\ntools: [read]\n---\nYou count.\n';

describe.skipIf(!hasRedis || !hasPrivateNetworks)('a worker in a network of its own', () => {
  let redis: RedisServer;
  let network: PrivateNetwork;
  let worker: Served | undefined;
  let home: string;
  let story: Story;
  let botPort: number;
  let redisPort: number;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'troupe-worker-home-'));
    redis = await startRedis();
    network = await partNetwork();
    botPort = await network.letThrough(() => Number(new URL(story.bot().url ?? '').port));
    redisPort = await network.letThrough(() => Number(new URL(redis.url).port));
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
    await redis.command('FLUSHALL');
  });
  afterAll(async () => {
    await network.remove();
    await redis.remove();
    rmSync(home, { recursive: true, force: true });
  });

  async function begin(): Promise<Story> {
    story = await stage({
      world: { private: true },
      providers: { elsewhere: { transport: 'stream', url: redis.url } },
      serverFile: { defaultProvider: 'elsewhere' },
      publicUrl: `http://${network.host}:${botPort}`,
    });
    return story;
  }

  function startWorker(...personas: readonly string[]): Served {
    const answers = join(home, 'answers.yml');
    writeFileSync(answers, JSON.stringify(goodAnswers));
    worker = serve(['worker', '--answers', answers, '--persona', ...personas], {
      cwd: home,
      command: [...network.inside, process.execPath, troupeBin],
      env: { HOME: home, TMPDIR: home, TROUPE_REDIS_URL: `redis://${network.host}:${redisPort}` },
    });
    return worker;
  }

  /** The body of the request that lies there for a persona. */
  async function requestTo(persona: string): Promise<Asked> {
    return eventually(async () => {
      const [entry] = (await redis.command('XRANGE', `troupe:${persona}`, '-', '+')) as [[string, string[]]];
      const fields = entry?.[1] ?? [];
      return JSON.parse(fields[fields.indexOf('body') + 1] ?? '') as Asked; // our own request
    });
  }

  test('finishes a project-loop of a private repository, with nothing of GitHub in reach', async () => {
    const told = await begin();
    startWorker(
      'implementation-planner',
      'plan-evaluator',
      'lead-engineer',
      'qa-engineer',
      'code-reviewer',
      'security-reviewer',
    );
    await told.label();
    const run = await told.ended();
    expect(run.status).toBe('succeeded');
    const pull = await told.pull();
    expect(pull).toMatchObject({ draft: false });
    expect(await told.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('* item.quantity');
    // what the worker reaches, and what it does not
    const { port } = new URL(told.github.apiUrl);
    expect(canConnect('127.0.0.1', port)).toBe(true);
    expect(canConnect('127.0.0.1', port, network.inside)).toBe(false);
    expect(canConnect(network.host, port, network.inside)).toBe(false);
    expect(canConnect(network.host, String(botPort), network.inside)).toBe(true);
    // told to end it ends, and leaves nothing
    expect(await worker?.stop()).toBe(0);
    expect(execFileSync('ls', [home], { encoding: 'utf8' })).not.toContain('troupe-worker-');
  });

  test('an address is good for its own request, as long as somebody waits for the answer', async () => {
    const told = await begin();
    await told.label();
    const { source, request_id: id, base_sha: base } = await requestTo('implementation-planner');
    // from this side of the network, where the bot listens
    const at = (address: string): string => address.replace(`http://${network.host}:${botPort}`, told.bot().url ?? '');
    const status = async (address: string): Promise<number> => (await fetch(at(address))).status;
    expect(source.sha).toBe(base);
    const bundle = join(home, 'it.bundle');
    writeFileSync(bundle, new Uint8Array(await (await fetch(at(source.url))).arrayBuffer()));
    execFileSync('git', ['clone', '--quiet', bundle, join(home, 'clone')], { stdio: 'ignore' });
    expect(execFileSync('git', ['-C', join(home, 'clone'), 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()).toBe(
      base,
    );

    const forged = (change: (url: URL) => void): string => {
      const url = new URL(source.url);
      change(url);
      return url.href;
    };
    const query = (name: string, value: string) => forged((url) => url.searchParams.set(name, value));
    expect(await status(query('until', String(Date.now() + 1e12)))).toBe(401);
    expect(await status(query('commit', 'a'.repeat(40)))).toBe(401);
    expect(await status(query('signature', ''))).toBe(401);
    expect(await status(source.url.replace(encodeURIComponent(id), encodeURIComponent(`${id}1`)))).toBe(401);

    // over a restart of the bot it is the same file at the same address
    await told.stopBot();
    await told.startBot();
    expect(await status(source.url)).toBe(200);
    expect((await requestTo('implementation-planner')).source).toEqual(source);

    // nobody waits any more
    await told.github.as('writer').comment(told.fullName, told.issue, '/troupe cancel');
    await told.ended();
    expect(await status(source.url)).toBe(410);
  });
});

describe.skipIf(!hasRedis || !hasPythonRedis)('the example in Python', () => {
  const example = fileURLToPath(new URL('../../examples/workers/worker.py', import.meta.url));
  let redis: RedisServer;
  let worker: ChildProcess | undefined;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    worker?.kill();
    if (worker !== undefined) await once(worker, 'close');
  });
  afterAll(() => redis.remove());

  test('plays a persona that looks at the code', async () => {
    const port = await freePort();
    const story = await stage({
      world: { private: true },
      files: { '.github/troupe/workflows/look.yml': look, '.github/troupe/personas/counter.md': counter },
      providers: { elsewhere: { transport: 'stream', url: redis.url } },
      serverFile: { defaultProvider: 'elsewhere' },
      publicUrl: `http://127.0.0.1:${port}`,
      port,
    });
    let words = '';
    worker = spawn(pythonWithRedis() ?? 'python3', [example, 'counter'], {
      env: { PATH: process.env['PATH'], REDIS_URL: redis.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [worker.stdout, worker.stderr])
      stream?.on('data', (chunk: Buffer) => (words += chunk.toString()));
    await story.label('troupe:look');
    const run = await story.ended();
    expect(words).toBe('');
    expect([...run.steps.values()].map(({ error }) => error)).toEqual([undefined]);
    expect(run.status).toBe('succeeded');
    const { result } = run.steps.get('review' as StepPath) ?? {}; // an id outside loops
    expect(result).toMatchObject({ verdict: 'pass', provider: 'elsewhere' });
    expect(Number(result?.outputs['files'])).toBeGreaterThan(2);
    expect(readFileSync(example, 'utf8').split('\n').length).toBeLessThan(60);
  });
});

/** The parts of a request that these stories look at. */
interface Asked {
  readonly request_id: string;
  readonly base_sha: string;
  readonly source: { readonly url: string; readonly sha256: string; readonly sha: string };
}

function canConnect(host: string, port: string, inside: readonly string[] = []): boolean {
  const script = `require('net').connect(${port},'${host}').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1)).setTimeout(5000,()=>process.exit(1))`;
  const [first, ...more] = [...inside, process.execPath, '-e', script];
  return spawnSync(first, more, { stdio: 'ignore' }).status === 0;
}
