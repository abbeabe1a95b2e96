// The demo: a label becomes a pull request that really fixes the test, all on this machine.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBot } from '../../bot/index.ts';
import type { Bot } from '../../bot/index.ts';
import { isRunOver } from '../../engine/index.ts';
import type { RunState } from '../../engine/index.ts';
import { createDemoWorld, demoIssue } from '../../local-github/index.ts';
import type { DemoWorld } from '../../local-github/index.ts';
import type { Observer } from '../../host/index.ts';
import { processClock, systemClock, TroupeError, defined } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import type { Configuration } from '../common/configuration.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { createLog } from '../common/log.ts';
import { createProgress, quietProgress } from '../common/progress.ts';
import { demoAnswers, demoSettings } from './answers.ts';
import { demoMessages as say } from './messages.ts';
import { testCommit } from './proof.ts';
import type { Proof } from './proof.ts';
import { report } from './report.ts';
import type { Demo } from './report.ts';

/** What may differ in the demo. */
export interface DemoOptions {
  readonly keep?: boolean;
  readonly workflow: string;
  readonly provider?: string;
  readonly config?: string;
  readonly port: number;
  readonly json?: boolean;
}

/** How long a run of the demo may take: a real agent needs its time. */
const patienceMs = 45 * 60_000;

/** Runs the demo and cleans up after it. */
export async function runDemo(options: DemoOptions, io: Io): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-demo-'));
  // where Troupe is root, personas may be other users: they pass, and list nothing
  chmodSync(dir, 0o711);
  const tell = (line: string): void => (options.json === true ? undefined : io.out(line));
  let world: DemoWorld | undefined;
  let bot: Bot | undefined;
  try {
    world = await createDemoWorld({
      dir: join(dir, 'github'),
      port: options.port,
      files: { '.github/troupe.yml': demoSettings },
    });
    // whoever reports may write here, so that the demo also runs where there is no sandbox
    world.github.setPermission(world.fullName, 'reporter', 'write');
    const configuration = demoConfiguration(dir, options, io);
    const demo: Demo = { world, configuration, options, io, dir, tell };
    const states = new Map<RunId, RunState>();
    const progress = options.json === true ? quietProgress : await createProgress({ ...io, note: tell });
    bot = await startDemoBot(demo, (state, events) => {
      states.set(state.id, state);
      progress.show(state, events);
    });
    const before = await introduce(demo);
    const started = processClock.now();
    const run = await labelled(demo, bot);
    const state = await ended(demo, states, run);
    await bot.views.flush(run);
    await world.github.settled();
    progress.end();
    const good = await report(demo, { state, before, seconds: ((processClock.now() - started) / 1_000).toFixed(1) });
    if (options.keep === true) await untilInterrupted(demo);
    else tell(say.gone);
    io.exit(good ? exitCodes.ok : exitCodes.failed);
  } finally {
    await bot?.stop(1_000);
    await world?.github.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function demoConfiguration(dir: string, options: DemoOptions, io: Io): Configuration {
  if (options.provider !== undefined || options.config !== undefined) {
    return readConfiguration(io, {
      here: true,
      ...defined({ config: options.config, provider: options.provider }),
    });
  }
  const answers = join(dir, 'answers.yml');
  writeFileSync(answers, JSON.stringify(demoAnswers));
  return readConfiguration(
    { ...io, environment: { ...io.environment, TROUPE_CONFIG: undefined, XDG_CONFIG_HOME: dir } },
    { answers, here: false },
  );
}

async function startDemoBot(demo: Demo, changed: Observer['changed']): Promise<Bot> {
  const { github, app } = demo.world;
  const secret = randomBytes(24).toString('hex');
  const bot = await startBot({
    environment: {
      appId: app.appId,
      privateKey: app.privateKey,
      webhookSecrets: [secret],
      apiUrl: github.apiUrl,
      host: '127.0.0.1',
      port: 0,
      dataDir: join(demo.dir, 'data'),
      logLevel: 'warn',
    },
    serverFile: { ...demo.configuration.serverFile, allow: ['playhouse/*'], trusted: [demo.world.fullName] },
    providers: demo.configuration.providers,
    machine: demo.configuration.machine,
    redactor: demo.configuration.redactor,
    hidden: [demo.dir, ...(demo.configuration.file === undefined ? [] : [demo.configuration.file])],
    clock: systemClock,
    log: createLog(demo.io.environment['LOG_LEVEL'] ?? 'error', demo.configuration.redactor),
    observers: [{ name: 'demo', changed }],
  });
  github.setWebhook(app.slug, { url: `${bot.url}/api/github/webhooks`, secret });
  return bot;
}

async function introduce(demo: Demo): Promise<Proof> {
  const { world, tell } = demo;
  tell(say.start);
  if (demo.configuration.providers.rehearsal) tell(say.scripted);
  tell('');
  tell(say.repository(world.fullName, world.repository.url));
  tell(say.issue(world.issue, demoIssue.title, `${world.repository.url}/issues/${world.issue}`));
  const before = await testCommit(world.repository.dir, 'HEAD', demo.configuration.machine);
  tell(say.before(before));
  return before;
}

async function labelled(demo: Demo, bot: Bot): Promise<RunId> {
  const label = `troupe:${demo.options.workflow}`;
  demo.tell(say.label(label));
  await demo.world.github.as('maintainer').label(demo.world.fullName, demo.world.issue, label);
  const { items } = await demo.world.github.until('a run', async () => {
    const page = await bot.store.journal.list({ limit: 1 });
    const comments = demo.world.repository.comments(demo.world.issue);
    if (page.items.length === 0 && comments.length > 0)
      throw new TroupeError('demo/no-run', say.noRun(comments[0]?.body ?? ''));
    return page.items.length > 0 ? page : undefined;
  });
  const [run] = items;
  if (run === undefined) throw new TroupeError('demo/no-run', say.noRun('nothing happened'));
  return run.id;
}

function ended(demo: Demo, states: ReadonlyMap<RunId, RunState>, run: RunId): Promise<RunState> {
  return demo.world.github.until(
    'the end of the run',
    () => {
      const state = states.get(run);
      return state !== undefined && isRunOver(state.status) ? state : undefined;
    },
    patienceMs,
  );
}

async function untilInterrupted(demo: Demo): Promise<void> {
  demo.tell(say.look(demo.world.repository.cloneUrl));
  demo.tell(say.keep);
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    const stop = demo.io.onInterrupt(() => {
      stop();
      resolve();
    });
  });
  clearInterval(alive);
}
