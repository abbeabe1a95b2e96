// `troupe serve`: the bot, until a signal ends it.
import type { Command } from 'commander';
import { readBotEnvironment, startBot } from '../../bot/index.ts';
import type { Bot } from '../../bot/index.ts';
import { nobodyPlays, whatToDo } from '../../host/index.ts';
import { docsPage, messageOf, systemClock, TroupeError, defined } from '../../support/index.ts';
import type { Logger } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import type { Configuration } from '../common/configuration.ts';
import { exitCodes } from '../common/io.ts';
import { requireFolder } from '../common/data-folder.ts';
import type { Io } from '../common/io.ts';
import { createLog } from '../common/log.ts';
import { serveMessages } from '../common/messages-serve.ts';

/** What running steps get when the bot is told to stop. */
/** Containers kill after ten seconds: two are for what comes after the steps. */
const graceMs = 8_000;

interface Options {
  readonly poll?: boolean;
  readonly config?: string;
  readonly answers?: string;
}

/** Registers `troupe serve`. */
export function registerServe(program: Command, io: Io): void {
  program
    .command('serve')
    .description('run the bot: receive webhooks, run workflows, show them on GitHub')
    .option('--poll', 'fetch deliveries every 15 seconds instead of receiving them: needs no public address')
    .option('--config <file>', 'the server file (default: TROUPE_CONFIG, ./troupe.config.yml)')
    .option('--answers <file>', 'rehearse: every persona answers from this file')
    .addHelpText('after', '\nExample:\n  APP_ID=12345 PRIVATE_KEY_PATH=./key.pem WEBHOOK_SECRET=… troupe serve')
    .action((options: Options) => serve(options, io));
}

async function serve(options: Options, io: Io): Promise<void> {
  const read = readBotEnvironment({ variables: io.environment, cwd: io.cwd, webhooks: options.poll !== true });
  if (!read.ok) {
    throw new TroupeError('config/environment', serveMessages.cannotStart(read.problems), {
      class: 'config',
      hint: serveMessages.environmentHint(docsPage('operating.md')),
      cause: new AggregateError(read.problems),
    });
  }
  const { environment } = read;
  requireFolder(environment.dataDir, 'write');
  const config = options.config ?? environment.configPath;
  const configuration = readConfiguration(
    { ...io, environment: read.variables },
    {
      here: true,
      ...defined({ publicUrl: environment.publicUrl, config, answers: options.answers }),
    },
  );
  const log = createLog(environment.logLevel, configuration.redactor);
  const warning = providerWarning(configuration);
  if (warning !== undefined) log.warn({}, warning);
  if (configuration.serverFile.agents !== undefined && !configuration.serverFile.namesDefault && warning === undefined)
    log.info({ agent: configuration.serverFile.defaultProvider }, serveMessages.agentPlays);
  // whoever is told twice, or before the start is done, ends as if told once when it was up
  const told = new Promise<NodeJS.Signals>((resolve) => void io.onInterrupt(resolve));
  const bot = await startBot({
    environment,
    serverFile: configuration.serverFile,
    providers: configuration.providers,
    machine: configuration.machine,
    network: configuration.network,
    redactor: configuration.redactor,
    hidden: configuration.file === undefined ? [] : [configuration.file],
    clock: systemClock,
    log,
    poll: options.poll === true,
  });
  log.info({ url: bot.url ?? null, dataDir: environment.dataDir, poll: options.poll === true }, 'troupe is up');
  tellWhoReachesIt(bot, { log, publicUrl: environment.publicUrl, poll: options.poll === true });
  const why = await Promise.race([told, lossOf(bot)]);
  if (why instanceof Error) log.error({ error: why.message }, serveMessages.cannotGoOn);
  else log.info({ signal: why }, 'stopping: no new work, running steps get a grace period');
  // the clock's timers alone keep no process alive, and what is under way may wait for one
  const alive = setInterval(() => undefined, 1_000);
  // what is done without the data directory is done for nothing
  if (why instanceof Error) {
    await bot.stop(0).catch((error: unknown) => log.debug({ error: messageOf(error) }, serveMessages.notClosed));
    throw why;
  }
  await bot.stop(graceMs);
  clearInterval(alive);
  log.info({}, 'stopped');
  io.exit(exitCodes.ok);
}

/** Why the bot may not go on, once that is so. */
function lossOf({ lost }: Pick<Bot, 'lost'>): Promise<Error> {
  return new Promise((resolve) => {
    // the store gives no other reason
    const tell = (): void => resolve(lost.reason as Error);
    if (lost.aborted) tell();
    else lost.addEventListener('abort', tell, { once: true });
  });
}

/** GitHub is not on this machine: said where nobody else reaches it. */
function tellWhoReachesIt(
  { url, onlyHere }: Pick<Bot, 'url' | 'onlyHere'>,
  { log, publicUrl, poll }: { readonly log: Logger; readonly publicUrl: string | undefined; readonly poll: boolean },
): void {
  if (!onlyHere || url === undefined || poll) return;
  if (publicUrl === undefined) log.warn({ url }, serveMessages.onlyHere(url));
  else log.info({ url, publicUrl }, serveMessages.behindPublicUrl(url, publicUrl));
}

/** What will go wrong later, said where the operator looks first. */
function providerWarning({ file, providers, serverFile, agents }: Configuration): string | undefined {
  if (providers.standIn === undefined && nobodyPlays(serverFile))
    return [serveMessages.noProvider(file, docsPage('operating.md')), ...whatToDo(agents)].join('\n');
  if (providers.names.size === 0) return serveMessages.noProvider(file, docsPage('operating.md'));
  const name = serverFile.defaultProvider;
  return providers.knows(name) ? undefined : serveMessages.noDefaultProvider(name);
}
