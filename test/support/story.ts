// A story from label to pull request: the local GitHub, the real bot, scripted or shell personas. Everything over real HTTP and real git.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBot } from '../../src/bot/index.ts';
import type { Bot, BotOptions } from '../../src/bot/index.ts';
import { foldRun, isRunOver } from '../../src/engine/index.ts';
import type { RunState, RunSummary } from '../../src/engine/index.ts';
import { defaultServerFile, hostProviders } from '../../src/host/index.ts';
import type { ServerFile } from '../../src/host/index.ts';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type {
  CheckRunView,
  CommentView,
  DemoWorld,
  DemoWorldOptions,
  PullRequestView,
} from '../../src/local-github/index.ts';
import { machineEnvironment } from '../../src/personas/index.ts';
import { createRedactor, silentLogger, systemClock, defined } from '../../src/support/index.ts';
import type { Json, Logger, RunId, StepPath } from '../../src/support/index.ts';
import { letAuthorsPush, ownRepositories } from './insiders.ts';
import { goodAnswers } from './good-answers.ts';
import type { Answers } from './good-answers.ts';

export { goodAnswers } from './good-answers.ts';
export type { Answers } from './good-answers.ts';

/** What a story may differ in. */
export interface StoryOptions {
  /** Merged over the answers with which project-loop succeeds. */
  readonly answers?: Answers;
  /** Files of the repository besides the cart; `.github/troupe.yml` runs the tests where it is not given. */
  readonly files?: Readonly<Record<string, string>>;
  readonly world?: Omit<DemoWorldOptions, 'dir' | 'files'>;
  readonly serverFile?: Partial<ServerFile>;
  /** Secrets of the operator by name, and the PATH on which agents are found. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** Providers instead of the script; `serverFile.defaultProvider` names one. */
  readonly providers?: Readonly<Record<string, Json>>;
  readonly bot?: Partial<BotOptions>;
  readonly log?: Logger;
  /** Whoever wrote the issue may only read. Without it tasks come from people who may push. */
  readonly fromOutside?: boolean;
  /** Where others reach the bot, which listens on this machine. */
  readonly publicUrl?: string;
  /** The port of this machine that it listens on. Default: any free one. */
  readonly port?: number;
  /** Do not start the bot yet. */
  readonly later?: boolean;
}

/** A running story. */
export interface Story extends DemoWorld {
  readonly dir: string;
  readonly dataDir: string;
  readonly secret: string;
  bot(): Bot;
  /** Starts the bot, again after `stopBot`. */
  startBot(more?: Partial<BotOptions>): Promise<Bot>;
  stopBot(): Promise<void>;
  label(name?: string, by?: string): Promise<void>;
  runs(): Promise<readonly RunSummary[]>;
  /** Waits until the only run of the story has ended and GitHub shows it. */
  ended(): Promise<RunState>;
  state(run: RunId): Promise<RunState>;
  /** Waits until a run is as `is` says: the first of the story, or the one `at` this place by age. */
  until(what: string, is: (run: RunState) => boolean, at?: number): Promise<RunState>;
  /** Waits until a run that goes on from another one has ended and GitHub shows it. */
  linked(): Promise<RunState>;
  /** The steps of a run in the order they were started, each as often as it was. */
  started(run: RunId): Promise<readonly (StepPath | undefined)[]>;
  pull(): Promise<PullRequestView | undefined>;
  /** Checks of a head, by name. */
  checks(head: string): ReadonlyMap<string, CheckRunView>;
  /** Comments of the bot on the issue. */
  comments(): readonly CommentView[];
  close(): Promise<void>;
}

/** What `.github/troupe.yml` says where it matters that npm runs the tests. */
export const verifiedByNpm = { '.github/troupe.yml': 'verify:\n  - [npm, test]\n' } as const;

/** The tests of the cart themselves: npm and the runner around them take half a second more, and nothing is learnt from it. */
const verifySettings = 'verify:\n  - [node, test/cart.test.js]\n';

/** Sets the stage. Close it at the end. */
export async function startStory(options: StoryOptions = {}): Promise<Story> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-story-'));
  chmodSync(dir, 0o711);
  const dataDir = join(dir, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const answers = join(dir, 'answers.yml');
  writeFileSync(answers, JSON.stringify({ ...goodAnswers, ...options.answers }));
  const world = await createDemoWorld({
    ...options.world,
    dir: join(dir, 'github'),
    files: { '.github/troupe.yml': verifySettings, ...options.files },
  });
  if (options.fromOutside !== true) letAuthorsPush(world);
  const secret = randomBytes(24).toString('hex');
  const serverFile: ServerFile = {
    ...defaultServerFile(),
    ...ownRepositories,
    ...defined({ providers: options.providers }),
    ...options.serverFile,
  };
  const machine = machineEnvironment({ ...process.env, PATH: options.path ?? process.env['PATH'] });
  let bot: Bot | undefined;

  async function start(more: Partial<BotOptions> = {}): Promise<Bot> {
    bot = await startBot({
      environment: {
        appId: world.app.appId,
        privateKey: world.app.privateKey,
        webhookSecrets: [secret],
        apiUrl: world.github.apiUrl,
        host: '127.0.0.1',
        port: options.port ?? 0,
        dataDir,
        logLevel: 'silent',
        ...defined({ publicUrl: options.publicUrl }),
      },
      serverFile,
      providers: hostProviders({
        serverFile,
        baseDir: dir,
        secrets: options.secrets ?? {},
        machine,
        ...defined({ publicUrl: options.publicUrl }),
        ...(options.providers === undefined ? { answers } : {}),
      }),
      machine,
      redactor: createRedactor(Object.values(options.secrets ?? {})),
      hidden: [dir],
      clock: systemClock,
      log: options.log ?? silentLogger,
      writeIntervalMs: 0,
      ...options.bot,
      ...more,
    });
    world.github.setWebhook(world.app.slug, { url: `${bot.url}/api/github/webhooks`, secret });
    return bot;
  }
  function running(): Bot {
    if (bot === undefined) throw new Error('The bot is not started');
    return bot;
  }
  async function runs(): Promise<readonly RunSummary[]> {
    return (await running().store.journal.list({ limit: 100 })).items;
  }
  async function state(run: RunId): Promise<RunState> {
    return foldRun(await running().store.journal.read(run));
  }
  /** GitHub shows how the run ended. */
  async function shown(run: RunId): Promise<RunState> {
    await running().views.flush(run);
    await world.github.settled();
    return state(run);
  }
  if (options.later !== true) await start();
  return {
    ...world,
    dir,
    dataDir,
    secret,
    bot: running,
    startBot: start,
    async stopBot() {
      const stopping = bot;
      bot = undefined;
      await stopping?.stop(2_000);
    },
    label: (name = 'troupe:project-loop', by = 'writer') =>
      world.github.as(by).label(world.fullName, world.issue, name),
    runs,
    async ended() {
      const run = await world.github.until('a run that has ended', async () => {
        const [only] = await runs();
        return only !== undefined && isRunOver(only.status) ? only : undefined;
      });
      return shown(run.id);
    },
    state,
    until: (what, is, at = 0) =>
      world.github.until(what, async () => {
        const run = (await runs()).toSorted((a, b) => a.createdAt - b.createdAt)[at];
        const now = run === undefined ? undefined : await state(run.id);
        return now !== undefined && is(now) ? now : undefined;
      }),
    async linked() {
      const run = await world.github.until('a linked run that has ended', async () => {
        for (const { id, status } of await runs()) {
          const now = isRunOver(status) ? await state(id) : undefined;
          if (now?.spec.followUp !== undefined) return now;
        }
        return undefined;
      });
      return shown(run.id);
    },
    async started(run) {
      const events = await running().store.journal.read(run);
      return events.flatMap((event) => (event.type === 'step.started' ? [event.step] : []));
    },
    pull: async () => (await world.repository.pullRequests()).at(-1),
    checks: (head) => new Map(world.repository.checkRuns(head).map((check) => [check.name, check])),
    comments: () => world.repository.comments(world.issue).filter(({ author }) => author === world.app.botLogin),
    async close() {
      await bot?.stop(500);
      await world.github.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
