// `troupe worker`: plays personas for a bot on another machine, with requests that lie in Redis, until a signal ends it.
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { remoteWork } from '../../host/index.ts';
import { workStream } from '../../personas/index.ts';
import { defined, processClock, randomToken, temporaryFolder, TroupeError } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { createLog } from '../common/log.ts';
import { workerMessages } from '../common/messages-worker.ts';

interface Options {
  readonly persona: readonly string[];
  readonly provider?: string;
  readonly redis?: string;
  readonly prefix: string;
  readonly config?: string;
  readonly answers?: string;
}

/** Registers `troupe worker`. */
export function registerWorker(program: Command, io: Io): void {
  program
    .command('worker')
    .description('play personas for a bot on another machine, with requests that lie in Redis')
    .requiredOption('--persona <ids...>', 'the personas that are played: of each, one request after the other')
    .option('--provider <name>', 'who plays it here (default: default_provider, else the first agent that is ready)')
    .option('--redis <url>', 'where Redis is, without a password (default: TROUPE_REDIS_URL, which may hold one)')
    .option('--prefix <word>', 'what the names of all keys begin with, as in the server file of the bot', 'troupe')
    .option('--config <file>', 'the server file of this machine (default: TROUPE_CONFIG, ./troupe.config.yml)')
    .option('--answers <file>', 'rehearse: the persona answers from this file')
    .addHelpText(
      'after',
      '\nExample:\n  TROUPE_REDIS_URL=rediss://:password@redis.example.com:6379 troupe worker --persona lead-engineer --provider claude-code',
    )
    .action((options: Options) => work(options, io));
}

async function work(options: Options, io: Io): Promise<void> {
  const redis = placeOf(options.redis, io);
  const configuration = readConfiguration(io, {
    here: true,
    ...defined({ config: options.config, answers: options.answers, provider: options.provider }),
  });
  const { file, redactor, serverFile, providers } = configuration;
  if (redis.password !== undefined) redactor.add(redis.password);
  const log = createLog('info', redactor);
  const ending = new AbortController();
  const stopListening = io.onInterrupt(() => ending.abort());
  const dataDir = temporaryFolder('worker');
  // timers of the clock alone keep no process alive, and it waits for requests
  const alive = setInterval(() => undefined, 1_000);
  try {
    const provider = providers.standIn ?? serverFile.defaultProvider;
    const play = remoteWork({
      ...configuration,
      provider,
      dataDir,
      hidden: file === undefined ? [] : [file],
      clock: processClock,
      log,
      fetch,
    });
    const name = `${hostname()}-${process.pid}-${randomToken(4)}`;
    log.info({ personas: options.persona, provider, worker: name }, workerMessages.isUp);
    await workStream(
      {
        redis,
        prefix: options.prefix,
        personas: options.persona,
        name,
        work: (body, signal) => play(body, AbortSignal.any([signal, ending.signal])),
        clock: processClock,
        log,
      },
      ending.signal,
    );
    log.info({}, workerMessages.stopped);
  } finally {
    clearInterval(alive);
    stopListening();
    await rm(dataDir, { recursive: true, force: true });
  }
  io.exit(exitCodes.ok);
}

/** Everybody on this machine reads arguments: a password stands in the environment. */
function placeOf(option: string | undefined, io: Io): { readonly url: string; readonly password?: string } {
  const given = option ?? io.environment['TROUPE_REDIS_URL'] ?? '';
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '')
    throw new TroupeError('cli/bad-redis', workerMessages.badRedis(given === ''), {
      class: 'config',
      hint: workerMessages.badRedisHint,
    });
  const password = decodeURIComponent(url.password);
  if (option !== undefined && password !== '')
    throw new TroupeError('cli/bad-redis', workerMessages.passwordInArguments, {
      class: 'config',
      hint: workerMessages.badRedisHint,
    });
  url.password = '';
  return { url: url.href, ...(password === '' ? {} : { password }) };
}
