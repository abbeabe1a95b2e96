// A story in which the machine of a bot, a process of its own, is harmed at one point and well again a moment later; and how it ends.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDemoWorld } from '../../../src/local-github/index.ts';
import { openStore } from '../../../src/store/index.ts';
import type { Reader } from '../../../src/store/index.ts';
import { dataDirOf } from '../crash-bot.ts';
import type { BotConfig } from '../crash-bot.ts';
import { endingOf } from '../crash-ending.ts';
import type { Ending } from '../crash-ending.ts';
import { firstAnswers, plotOf } from '../crash-plots.ts';
import { pointsOf, startBotProcess } from '../crash-process.ts';
import { atTheEnd } from '../crash-world.ts';
import { letAuthorsPush } from '../insiders.ts';
import { eventually, patienceMs } from '../patience.ts';
import { hasCompiler, hasSmallDisks } from '../requirements.ts';
import { mountSmallDisk } from '../small-disk.ts';
import type { LiveHarm, Machine } from './live-harms.ts';
import { createRefusingDisk } from './refusing-disk.ts';

/** How it went. */
export interface LiveStory {
  readonly ending: Ending;
  /** The points in their order. */
  readonly points: readonly string[];
  /** It stood at its point, and was harmed. */
  readonly harmed: boolean;
  /** What /readyz said last while the machine was harmed: its status, and what it found. */
  readonly told: Answer | undefined;
  /** And its status when all was over. */
  readonly toldLast: number;
  /** Deliveries that nobody would take again. */
  readonly stuck: readonly string[];
  /** Why steps failed: none of them has done anything wrong. */
  readonly failed: readonly string[];
  /** How the process ended when it was asked to. */
  readonly exitCode: number | null;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** How long the machine stays as it is where nothing notices: at a point by its name something is written soon, however slow the machine is. */
const unnoticedMs = 1_500;

/** Tells it, harmed at a point by its name (the first of that name) or its number. Without a harm: as it should be. */
export async function tellLive(program: string, harm?: LiveHarm, at?: string | number): Promise<LiveStory> {
  const plot = plotOf('brief');
  const dir = mkdtempSync(join(tmpdir(), 'troupe-live-'));
  chmodSync(dir, 0o711);
  for (const name of ['data', 'tmp']) mkdirSync(join(dir, name), { mode: 0o700 });
  const dataDir = dataDirOf(dir);
  const disk = hasSmallDisks ? mountSmallDisk(dataDir, 48) : undefined;
  const refusing = hasCompiler ? createRefusingDisk(join(dir, 'refusing'), dataDir) : undefined;
  const world = await createDemoWorld({ dir: join(dir, 'github'), files: plot.files });
  letAuthorsPush(world);
  const { github, app } = world;
  const config: BotConfig = {
    dir,
    appId: app.appId,
    privateKey: app.privateKey,
    secret: randomBytes(24).toString('hex'),
    apiUrl: github.apiUrl,
    answers: join(dir, 'answers.yml'),
    trace: join(dir, 'trace'),
    dieAt: atTheEnd,
    runs: 1,
    ...(at === undefined ? {} : { haltAt: at }),
  };
  writeFileSync(config.answers, JSON.stringify(firstAnswers));
  const child = startBotProcess(program, config, refusing?.env);
  const ended = once(child.process, 'exit');
  const machine: Machine = { pid: child.process.pid ?? 0, disk, refusing };
  // where no file is left to open, no connection is taken: this one stands before
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let url = '';
  let told: Answer | undefined;
  let mending: Promise<void> | undefined;
  const over = new AbortController();

  async function follow(): Promise<void> {
    for (let line = await child.next(); line !== undefined && line !== 'settled'; line = await child.next()) {
      if (line.startsWith('ready ')) {
        url = line.slice('ready '.length);
        await readyz(url, agent);
        github.setWebhook(app.slug, { url: `${url}/api/github/webhooks`, secret: config.secret });
        await github.as('writer').label(world.fullName, world.issue, plot.label);
      }
      if (line === 'halted' && harm !== undefined) {
        // it says so a moment before it stands
        await eventually(() => standsStill(machine.pid));
        harm.begin(machine);
        child.process.kill('SIGCONT');
        mending = untilTold(typeof at === 'number' ? unnoticedMs : patienceMs).finally(() => harm.end(machine));
        // a process that dies is told by its end
        mending.catch(() => undefined);
      }
    }
  }
  async function untilTold(mostMs: number): Promise<void> {
    const until = performance.now() + mostMs;
    do {
      told = await readyz(url, agent);
      await pause(50);
    } while (told.status !== 503 && performance.now() < until && !over.signal.aborted);
  }

  try {
    await inTime(follow());
    if (child.process.exitCode !== null) throw new Error(`the bot ended by itself with ${child.process.exitCode}`);
    over.abort();
    await mending;
    const toldLast = await untilReady(url, agent);
    await github.settled();
    const store = await openStore({ kind: 'embedded', directory: dataDir, access: 'read' });
    try {
      const stuck = await stuckIn(store);
      const ending = await endingOf(world, { store }, dataDir);
      child.process.kill('SIGTERM');
      // so Node tells of it
      const [exitCode] = (await ended) as [number | null];
      return {
        ending,
        points: pointsOf(config.trace),
        harmed: mending !== undefined,
        told,
        toldLast,
        stuck: stuck.map(({ event, action, state, lastError }) => `${event}.${action} ${state}: ${lastError}`),
        failed: await failuresIn(store),
        exitCode,
      };
    } finally {
      await store.close();
    }
  } finally {
    harm?.end(machine);
    child.process.kill('SIGKILL');
    await ended;
    agent.destroy();
    await github.close();
    disk?.unmount();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What is not handled once there has been time for it. */
async function stuckIn({ inbox }: Reader): Promise<Awaited<ReturnType<Reader['inbox']['list']>>> {
  const until = performance.now() + 60_000;
  for (;;) {
    const open = [...(await inbox.list('new', 10)), ...(await inbox.list('working', 10))];
    if (open.length === 0 || performance.now() > until) return [...open, ...(await inbox.list('dead', 10))];
    await pause(100);
  }
}

async function failuresIn({ journal }: Reader): Promise<readonly string[]> {
  const { items } = await journal.list({ limit: 10 });
  const events = await Promise.all(items.map(({ id }) => journal.read(id)));
  return events.flat().flatMap((event) => (event.type === 'step.failed' ? [JSON.stringify(event)] : []));
}

/** Throws while it does not. */
function standsStill(pid: number): void {
  const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (state !== 'T') throw new Error(`process ${pid} is in state ${state}`);
}

/** What it answers, on a connection that stays. */
function readyz(url: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(`${url}/readyz`, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', reject);
  });
}

/** What it answers when all is over: it may still try again what failed last. */
async function untilReady(url: string, agent: Agent): Promise<number> {
  const until = performance.now() + 90_000;
  let answer = await readyz(url, agent);
  while (answer.status !== 200 && performance.now() < until) {
    await pause(100);
    answer = await readyz(url, agent);
  }
  return answer.status;
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the story came to no end in ${patienceMs / 1_000} s`)), patienceMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
