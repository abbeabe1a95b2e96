// The bot of a crash story: what it is started with, the same in the process that dies and in the one that goes on.
import { join } from 'node:path';
import type { BotOptions } from '../../src/bot/index.ts';
import { defaultServerFile, hostProviders } from '../../src/host/index.ts';
import type { ServerFile } from '../../src/host/index.ts';
import { machineEnvironment } from '../../src/personas/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import { ownRepositories } from './insiders.ts';

/** What a bot is started with. */
export interface BotConfig {
  readonly dir: string;
  readonly appId: number;
  readonly privateKey: string;
  readonly secret: string;
  readonly apiUrl: string;
  readonly answers: string;
  /** The file that gets one line per point. */
  readonly trace: string;
  /** The point at which it dies; a number that is never reached: at the end. */
  readonly dieAt: number;
  /** The point at which it stands still, said so, until it is told to go on (SIGCONT): by its number, or the first of that name. */
  readonly haltAt?: number | string;
  /** The program that every persona is, and the key that it is handed and says aloud. Absent: they are scripted. */
  readonly persona?: { readonly file: string; readonly key: string };
  /** Runs that are over when the story is. */
  readonly runs: number;
}

/** Its options, but for what is wrapped and watched. */
export function botOptions(config: BotConfig): BotOptions {
  const serverFile = { ...defaultServerFile(), ...ownRepositories, ...programIn(config) };
  const redactor = createRedactor();
  const { persona } = config;
  if (persona !== undefined) redactor.add(persona.key);
  const played =
    persona === undefined ? { answers: config.answers, secrets: {} } : { secrets: { [keyName]: persona.key } };
  return {
    environment: {
      appId: config.appId,
      privateKey: config.privateKey,
      webhookSecrets: [config.secret],
      apiUrl: config.apiUrl,
      host: '127.0.0.1',
      port: 0,
      dataDir: dataDirOf(config.dir),
      logLevel: 'silent',
    },
    serverFile,
    providers: hostProviders({ serverFile, baseDir: config.dir, ...played }),
    hidden: [config.dir],
    writeIntervalMs: 0,
    machine: machineEnvironment(process.env),
    redactor,
    clock: systemClock,
    log: silentLogger,
  };
}

/** The variable of what the program is handed. */
const keyName = 'PERSONA_KEY';

function programIn({ persona, answers }: BotConfig): Partial<Pick<ServerFile, 'defaultProvider' | 'providers'>> {
  // names for steps that name several: the script plays all of them
  const script = { transport: 'scripted', answers };
  if (persona === undefined) return { providers: { one: script, two: script } };
  const program = { transport: 'shell', command: [process.execPath, persona.file], env: [keyName] };
  return { defaultProvider: 'program', providers: { program } };
}

/** Where the bot keeps what it must not forget. */
export function dataDirOf(dir: string): string {
  return join(dir, 'data');
}
