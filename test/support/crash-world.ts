// A story in which the bot dies: a fresh world, a bot that is killed, one that goes on, and what people see at the end.
import { defined } from '../../src/support/index.ts';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBot } from '../../src/bot/index.ts';
import type { Bot, BotOptions } from '../../src/bot/index.ts';
import { isRunOver } from '../../src/engine/index.ts';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { botOptions, dataDirOf } from './crash-bot.ts';
import type { BotConfig } from './crash-bot.ts';
import { endingOf } from './crash-ending.ts';
import type { Ending } from './crash-ending.ts';
import { firstAnswers, plotOf } from './crash-plots.ts';
import type { CrashPlot, PlotName } from './crash-plots.ts';
import type { Answers } from './good-answers.ts';
import { openBook } from './handing-in.ts';
import type { Noted } from './handing-in.ts';
import { crashPoints } from './crash-points.ts';
import { pointsOf, startBotProcess } from './crash-process.ts';
import type { BotProcess } from './crash-process.ts';
import { letAuthorsPush } from './insiders.ts';
import { patienceMs } from './patience.ts';

/** When a process dies: at a point, or so long after its work began. */
export type Death = number | { readonly afterMs: number };

/** How one story with deaths went. */
export interface CrashStory {
  /** What each process that was to die did last; null: it reached the end before. */
  readonly diedAt: readonly (string | null)[];
  /** Points of the first process. */
  readonly points: readonly string[];
  readonly ending: Ending;
  /** Milliseconds of the first process, from the beginning of its work to its end. */
  readonly tookMs: number;
  /** Files that hold a secret of the bot, where no process needs them any more. */
  readonly secretsLeft: readonly string[];
  /** What personas wrote down, where they are programs. */
  readonly noted: readonly Noted[];
}

/** A story to be played, and who its personas are: scripts of answers, or programs that write down what they hand in. */
export interface ToPlay {
  readonly program: string;
  readonly plot: PlotName;
  readonly deaths: readonly Death[];
  readonly personas?: 'programs';
}

/** A death that never comes: the process is ended when the story is over. */
export const atTheEnd = Number.MAX_SAFE_INTEGER;

/** Plays the story: one process of `program` after the other dies at its point, the last bot goes on to the end. */
export async function playWithDeaths({ program, plot: name, deaths, personas }: ToPlay): Promise<CrashStory> {
  const plot = plotOf(name);
  // who has handed in stays for a while: deaths fall into that time, too
  const book =
    personas === 'programs'
      ? await openBook((_, asked) => ({ way: 'file', lingerMs: (asked * 379) % 1_000 }))
      : undefined;
  const dir = mkdtempSync(join(tmpdir(), 'troupe-crash-'));
  chmodSync(dir, 0o711);
  mkdirSync(dataDirOf(dir), { mode: 0o700 });
  mkdirSync(join(dir, 'tmp'));
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
    trace: join(dir, 'trace-0'),
    dieAt: atTheEnd,
    runs: plot.sequel === undefined ? 1 : 2,
    ...(book === undefined
      ? {}
      : { persona: { file: join(dir, 'persona.mjs'), key: randomBytes(24).toString('hex') } }),
  };
  function answer(answers: Answers): void {
    writeFileSync(config.answers, JSON.stringify(answers));
    if (book !== undefined && config.persona !== undefined) writeFileSync(config.persona.file, book.program(answers));
  }
  answer(firstAnswers);
  const children: ChildProcess[] = [];
  const bots: Bot[] = [];
  const hear = (url: string | undefined): void =>
    github.setWebhook(app.slug, { url: `${url}/api/github/webhooks`, secret: config.secret });

  /** A bot in this process, and what is to be looked at after each of its writes. */
  async function startHere(wrap?: BotOptions['wrap']): Promise<Bot> {
    const bot = await startBot({ ...botOptions(config), ...defined({ wrap }) });
    bots.push(bot);
    hear(bot.url);
    return bot;
  }

  try {
    if (plot.sequel !== undefined) {
      const looks = createLooks();
      const bot = await startHere(looks.wrap);
      await github.as('writer').label(world.fullName, world.issue, plot.label);
      await calm({ world, bot, looks }, () => Promise.resolve(undefined));
      await bot.stop(500);
      answer({ ...firstAnswers, ...plot.sequel.answers });
    }
    const diedAt: (string | null)[] = [];
    let meanwhile: Promise<void> | undefined;
    let tookMs = 0;
    for (const [index, dieAt] of deaths.entries()) {
      const trace = join(dir, `trace-${index}`);
      const point = typeof dieAt === 'number' ? dieAt : atTheEnd;
      const child = startBotProcess(program, { ...config, dieAt: point, trace });
      children.push(child.process);
      let begunAt = performance.now();
      await whileAlive(child, async (url) => {
        hear(url);
        begunAt = performance.now();
        if (typeof dieAt !== 'number') setTimeout(() => child.process.kill('SIGKILL'), dieAt.afterMs);
        if (index > 0) return redeliverLost(world);
        await begin(plot, world);
        meanwhile = plot.meanwhile?.(world);
        meanwhile?.catch(() => {}); // waited for below
      });
      if (index === 0) tookMs = performance.now() - begunAt;
      const points = pointsOf(trace);
      diedAt.push(typeof dieAt !== 'number' || points.length === dieAt ? (points.at(-1) ?? null) : null);
    }
    const looks = createLooks();
    const last = await startHere(looks.wrap);
    await redeliverLost(world);
    await meanwhile;
    await calm({ world, bot: last, looks }, async () => plot.missing?.(world));
    const ending = await endingOf(world, last, dataDirOf(dir));
    const secrets = [config.privateKey, config.secret, ...(config.persona === undefined ? [] : [config.persona.key])];
    const secretsLeft = secretsIn([join(dir, 'tmp'), dataDirOf(dir)], secrets);
    return { diedAt, points: pointsOf(join(dir, 'trace-0')), ending, tookMs, secretsLeft, noted: book?.noted ?? [] };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    for (const bot of bots) await bot.stop(500);
    await book?.close();
    await github.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Files below the folders that hold one of the secrets. */
function secretsIn(folders: readonly string[], secrets: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => {
        const text = readFileSync(file);
        return secrets.some((secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)));
      }),
  );
}

async function begin(plot: CrashPlot, world: DemoWorld): Promise<void> {
  if (plot.sequel === undefined) await world.github.as('writer').label(world.fullName, world.issue, plot.label);
  else await plot.sequel.act(world);
}

/** Calls `up` when the process listens, then waits until it is dead: by its own hand, or by ours when the story is over. */
async function whileAlive(child: BotProcess, up: (url: string) => Promise<void>): Promise<void> {
  await within(patienceMs, 'a bot process to die or to end the run', follow());

  async function follow(): Promise<void> {
    for (let line = await child.next(); line !== undefined; line = await child.next()) {
      if (line.startsWith('ready ')) await up(line.slice('ready '.length));
      if (line === 'settled') child.process.kill('SIGKILL');
    }
  }
}

/** Presses "Redeliver" on every delivery that never arrived. */
async function redeliverLost({ github }: DemoWorld): Promise<void> {
  await github.settled();
  const arrived = new Set(github.deliveries.filter(({ statusCode }) => statusCode === 202).map(({ guid }) => guid));
  const lost = new Map(github.deliveries.filter(({ guid }) => !arrived.has(guid)).map((one) => [one.guid, one.id]));
  for (const id of lost.values()) await github.redeliver(id);
  await github.settled();
}

interface Looks {
  readonly wrap: BotOptions['wrap'];
  /** Looks now and after each write of the bot, never by the clock; one look at a time. Gives what ends it. */
  each(look: () => Promise<void>): () => void;
}

function createLooks(): Looks {
  let current: (() => void) | undefined;
  return {
    wrap: crashPoints(() => current?.()),
    each(look) {
      let isLooking = false;
      let again = false;
      async function lookOn(): Promise<void> {
        isLooking = true;
        do {
          again = false;
          await look();
        } while (again);
        isLooking = false;
      }
      current = () => {
        again = true;
        if (!isLooking) void lookOn();
      };
      current();
      return () => {
        current = undefined;
      };
    },
  };
}

/** Everything that was to happen has happened: the runs are over, the inbox empty, every check closed, no webhook under way. */
async function calm(
  { world, bot, looks }: { readonly world: DemoWorld; readonly bot: Bot; readonly looks: Looks },
  missing: () => Promise<string | undefined>,
): Promise<void> {
  const looking = async (): Promise<string | undefined> => (await stateOf(world, bot)) ?? missing();
  const done = Promise.withResolvers<void>();
  const end = looks.each(async () => {
    try {
      if ((await looking()) === undefined) done.resolve();
    } catch (error) {
      done.reject(error);
    }
  });
  try {
    await within(patienceMs, 'a calm end', done.promise);
  } catch (error) {
    throw new Error(`${String(error)}: ${await looking()}`, { cause: error });
  } finally {
    end();
  }
  // what would still come must come now
  for (const { id } of (await bot.store.journal.list({ limit: 10 })).items) await bot.views.flush(id);
  await world.github.settled();
}

/** What is still missing at the end; undefined: nothing. */
async function stateOf(world: DemoWorld, bot: Bot): Promise<string | undefined> {
  const runs = (await bot.store.journal.list({ limit: 10 })).items;
  if (runs.length === 0 || runs.some(({ status }) => !isRunOver(status)))
    return `runs: ${runs.map(({ status }) => status).join(', ')}`;
  const { deliveries } = await bot.store.counts();
  if ((deliveries['new'] ?? 0) + (deliveries['working'] ?? 0) > 0) return `deliveries: ${JSON.stringify(deliveries)}`;
  const open = world.repository.checkRuns().filter(({ status }) => status !== 'completed');
  if (open.length > 0) return `open checks: ${open.map(({ name }) => name).join(', ')}`;
  const waiting = await Promise.all(runs.map(({ id }) => bot.store.surfaces.of(id)));
  const unseen = waiting.flat().filter((row) => !row.closed);
  return unseen.length === 0 ? undefined : `not settled: ${unseen.map(({ key }) => key).join(', ')}`;
}

async function within<Result>(ms: number, what: string, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
