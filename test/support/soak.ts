// Many runs at once and thousands of webhooks for minutes: a bot in a process of its own, whose heap is measured, and people who keep it busy.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { machineEnvironment } from '../../src/personas/index.ts';
import { sleep, systemClock } from '../../src/support/index.ts';
import { dataDirOf } from './crash-bot.ts';
import type { BotConfig } from './crash-bot.ts';
import { complaints } from './github.ts';
import { goodAnswers } from './good-answers.ts';
import { letAuthorsPush } from './insiders.ts';

/** How much. */
export interface SoakOptions {
  /** Runs that wait or work at any time. */
  readonly runs: number;
  /** What people do while the clock runs. */
  readonly deliveries: number;
  readonly minutes: number;
  /** The minute of the first measure; the second is at the end. */
  readonly firstMeasure: number;
  /** Runs that are approved, end, and make room for another one while the clock runs. */
  readonly turnover: number;
  readonly say: (line: string) => void;
}

/** What the bot tells of itself. */
export interface SoakFigures {
  /** After a collection. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly runs: Readonly<Record<string, number>>;
  readonly deliveries: Readonly<Record<string, number>>;
}

/** How it went. */
export interface SoakEnding {
  readonly first: SoakFigures;
  readonly second: SoakFigures;
  /** When all is over. */
  readonly last: SoakFigures;
  readonly started: number;
  readonly sent: number;
  /** Deliveries of GitHub, those that follow from the bot's own writes among them. */
  readonly delivered: number;
  /** Issues by what is wrong with them. */
  readonly wrong: readonly string[];
}

const watch = `name: Watch
trigger: { labels: ["troupe:watch"] }
branch: false
steps:
  - { id: look, type: persona-request, persona: code-reviewer }
  - { id: agree, type: approval, by: [maintainer], message: Is this right?, dependencies: [look] }
`;

/** Plays it. */
export async function soak(options: SoakOptions): Promise<SoakEnding> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-soak-'));
  chmodSync(dir, 0o711);
  mkdirSync(dataDirOf(dir), { mode: 0o700 });
  const world = await createDemoWorld({
    dir: join(dir, 'github'),
    files: { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/watch.yml': watch },
    limits: { perHour: Number.MAX_SAFE_INTEGER },
  });
  letAuthorsPush(world);
  const bot = startBot(dir, world);
  try {
    return await play(options, world, bot);
  } finally {
    await bot.stop();
    await world.github.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface SoakBot {
  ready(): Promise<void>;
  figures(): Promise<SoakFigures>;
  stop(): Promise<void>;
}

function startBot(dir: string, { github, app }: DemoWorld): SoakBot {
  const config: BotConfig = {
    dir,
    appId: app.appId,
    privateKey: app.privateKey,
    secret: randomBytes(24).toString('hex'),
    apiUrl: github.apiUrl,
    answers: join(dir, 'answers.yml'),
    trace: join(dir, 'trace'),
    dieAt: 0,
    runs: 0,
  };
  writeFileSync(config.answers, JSON.stringify(goodAnswers));
  const file = join(dir, 'config.json');
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const child = fork(resolve(import.meta.dirname, '../faults/soak-bot-process.ts'), [file], {
    execArgv: ['--expose-gc'],
    env: machineEnvironment(process.env),
  });
  const gone = once(child, 'exit').then(([code, signal]): never => {
    throw new Error(`the bot is gone: ${code ?? signal}`);
  });
  gone.catch(() => {}); // told to whoever asks it something
  async function next<Answer>(): Promise<Answer> {
    const [answer] = await Promise.race([once(child, 'message'), gone]);
    return answer as Answer; // what it sends is written beside it
  }
  return {
    async ready() {
      const url = await next<string>();
      github.setWebhook(app.slug, { url: `${url}/api/github/webhooks`, secret: config.secret });
    },
    async figures() {
      child.send('figures');
      return next<SoakFigures>();
    },
    async stop() {
      const exit = once(child, 'exit');
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function play(options: SoakOptions, world: DemoWorld, bot: SoakBot): Promise<SoakEnding> {
  const { github } = world;
  const { runs, deliveries, minutes, firstMeasure, turnover, say } = options;
  await bot.ready();
  const before = github.deliveries.length;
  const people = createPeople(world);
  await people.start(runs);
  await until(bot, `${runs} runs that wait`, (now) => now.runs['waiting'] === runs);
  say(`soak: ${runs} runs wait for a person; the clock starts`);

  const startedAt = Date.now();
  const everyMs = (minutes * 60_000) / deliveries;
  const turnEvery = Math.max(1, Math.floor(deliveries / Math.max(1, turnover)));
  let first: SoakFigures | undefined;
  for (let sent = 0; sent < deliveries; sent += 1) {
    const wait = startedAt + sent * everyMs - Date.now();
    if (wait > 0) await sleep(systemClock, wait);
    await people.act(sent, sent % turnEvery === 1);
    if (first === undefined && Date.now() - startedAt >= firstMeasure * 60_000) {
      first = await measured(bot);
      say(told(`minute ${firstMeasure}`, first));
    }
  }
  await github.settled();
  const second = await measured(bot);
  say(told(`minute ${Math.round((Date.now() - startedAt) / 6_000) / 10}`, second));
  await people.approveAll();
  const last = await until(bot, 'the end of all runs', (now) => now.runs['succeeded'] === people.started());
  say(told('at the end', last));
  return {
    first: first ?? second,
    second,
    last,
    started: people.started(),
    sent: deliveries,
    delivered: new Set(github.deliveries.slice(before).map(({ guid }) => guid)).size,
    wrong: [...complaints(github), ...people.unanswered()],
  };
}

/** What is kept is in every measure, what is under way only in some: the least of a few seconds. */
async function measured(bot: SoakBot): Promise<SoakFigures> {
  let least = await bot.figures();
  for (let again = 0; again < 4; again += 1) {
    await sleep(systemClock, 1_000);
    const now = await bot.figures();
    if (now.heapBytes < least.heapBytes) least = now;
  }
  return least;
}

function told(when: string, { heapBytes, rssBytes, runs, deliveries }: SoakFigures): string {
  const mb = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;
  return `soak, ${when}: heap ${mb(heapBytes)}, resident ${mb(rssBytes)}, runs ${JSON.stringify(runs)}, deliveries ${JSON.stringify(deliveries)}`;
}

async function until(bot: SoakBot, what: string, is: (now: SoakFigures) => boolean): Promise<SoakFigures> {
  let now = await bot.figures();
  for (let tries = 0; !isQuiet(now) || !is(now); tries += 1) {
    if (tries > 1_800) throw new Error(`waited too long for ${what}: ${JSON.stringify(now)}`);
    await sleep(systemClock, 1_000);
    now = await bot.figures();
  }
  return now;
}

function isQuiet({ deliveries }: SoakFigures): boolean {
  return (deliveries['new'] ?? 0) + (deliveries['working'] ?? 0) === 0;
}

/** What people do: they label, chat, ask for the status and approve. */
function createPeople({ github, fullName, repository, app }: DemoWorld) {
  const waiting: number[] = [];
  const asked = new Map<number, number>();
  let started = 0;

  async function start(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const issue = await github.as('reporter').openIssue(fullName, { title: `Watch ${started}` });
      await github.as('writer').label(fullName, issue, 'troupe:watch');
      waiting.push(issue);
      started += 1;
    }
  }
  async function approve(issue: number): Promise<void> {
    await github.as('maintainer').comment(fullName, issue, '/troupe approve agree');
  }
  return {
    start,
    started: () => started,
    /** One thing; `turn`: the oldest run is approved and another one begun. */
    async act(count: number, turn: boolean): Promise<void> {
      const issue = waiting[(count * 7) % waiting.length] ?? 0;
      const oldest = turn ? waiting.shift() : undefined;
      if (oldest !== undefined) {
        await approve(oldest);
        return start(1);
      }
      if (count % 20 === 0) {
        asked.set(issue, (asked.get(issue) ?? 0) + 1);
        await github.as('writer').comment(fullName, issue, '/troupe status');
      } else if (count % 10 === 5) {
        await github.as('writer').label(fullName, issue, `seen-${count % 3}`);
      } else await github.as('reader').comment(fullName, issue, `I think ${count}`);
    },
    async approveAll(): Promise<void> {
      for (const issue of waiting) await approve(issue);
      await github.settled();
    },
    /** Commands without an answer or with two. */
    unanswered: (): string[] =>
      [...asked].flatMap(([issue, times]) => {
        const answers = repository
          .comments(issue)
          .filter(
            ({ author, body }) => author === app.botLogin && /\/troupe status|### Runs|<!-- troupe:answer/.test(body),
          );
        // one for each question, one for the approval
        return answers.length === times + 1 ? [] : [`issue ${issue}: ${answers.length} answers to ${times} questions`];
      }),
  };
}
