// The bot's environment: names → checked values, with every problem at once. The only place of the bot that reads `process.env`.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { TroupeError, defined, isObject, withoutEnd } from '../support/index.ts';
import { isContainer, surroundings } from './container.ts';
import type { Surroundings } from './container.ts';
import { environmentMessages as say } from './messages.ts';

/** What the bot is started with (architecture §7). */
export interface BotEnvironment {
  readonly appId: number;
  /** PEM text. */
  readonly privateKey: string;
  /** The current webhook secret first, then the one before it. Empty only when webhooks are not received. */
  readonly webhookSecrets: readonly string[];
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** The operator's file, absolute; undefined: look at the default places. */
  readonly configPath?: string;
  readonly logLevel: LogLevel;
  /** Where people reach this server, without a slash at the end; undefined: no links. */
  readonly publicUrl?: string;
  readonly apiToken?: string;
  /** Files that were read and hold secrets, absolute: never visible to a persona. */
  readonly secretFiles?: readonly string[];
}

/** How much is logged. */
export type LogLevel = (typeof levels)[number];

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variables of this process, for an entry point that was not handed any. */
export function processVariables(): Variables {
  return { ...process.env };
}

/** The environment, or everything that is wrong with it. */
export type EnvironmentResult =
  | {
      readonly ok: true;
      readonly environment: BotEnvironment;
      /** Everything that is set, `./.env` included: where the providers' keys are looked up. */
      readonly variables: Variables;
    }
  | { readonly ok: false; readonly problems: readonly TroupeError[] };

/**
 * Reads and checks the bot's environment. `./.env` fills in what the real environment does not set. `variables` replaces
 * `process.env` where secrets were taken out of it before. `webhooks: false`: the secret may be missing, because deliveries are fetched.
 * In a container it listens on all addresses where nobody says otherwise: nobody else could reach it.
 */
export function readBotEnvironment(
  options: {
    readonly variables?: Variables;
    readonly cwd?: string;
    readonly webhooks?: boolean;
    readonly around?: (variables: Variables) => Surroundings;
  } = {},
): EnvironmentResult {
  const cwd = options.cwd ?? process.cwd();
  const problems: TroupeError[] = [];
  const all = { ...dotEnv(join(cwd, '.env'), problems), ...withoutUndefined(options.variables ?? processVariables()) };
  const reader: Reader = { value: (name) => (all[name]?.trim() === '' ? undefined : all[name]?.trim()), all, problems };
  const appId = readAppId(reader);
  const privateKey = readPrivateKey(reader, cwd);
  const webhookSecrets = readSecrets(reader, options.webhooks ?? true);
  const apiUrl = readUrl(reader, 'GITHUB_API_URL', 'https://github.example.com/api/v3') ?? 'https://api.github.com';
  const publicUrl = readUrl(reader, 'TROUPE_PUBLIC_URL', 'https://troupe.example.com');
  const port = readPort(reader);
  const logLevel = readLevel(reader);
  if (reader.value('TROUPE_DATABASE_URL') !== undefined)
    problem(reader, 'config/database-url', { message: say.database(), hint: say.databaseHint() });
  if (appId === undefined || privateKey === undefined || problems.length > 0) return { ok: false, problems };
  const configPath = reader.value('TROUPE_CONFIG');
  const apiToken = reader.value('TROUPE_API_TOKEN');
  const keyPath = reader.value('PRIVATE_KEY_PATH');
  return {
    ok: true,
    variables: all,
    environment: {
      appId,
      privateKey,
      webhookSecrets,
      apiUrl,
      host: reader.value('HOST') ?? (isContainer((options.around ?? surroundings)(all)) ? '0.0.0.0' : 'localhost'),
      port,
      dataDir: resolve(cwd, reader.value('TROUPE_DATA_DIR') ?? '.troupe'),
      logLevel,
      secretFiles: [join(cwd, '.env'), ...(keyPath === undefined ? [] : [resolve(cwd, keyPath)])],
      ...(configPath === undefined ? {} : { configPath: resolve(cwd, configPath) }),
      ...defined({ publicUrl, apiToken }),
    },
  };
}

interface Reader {
  /** Trimmed; empty counts as not set. */
  value(name: string): string | undefined;
  readonly all: Variables;
  readonly problems: TroupeError[];
}

function dotEnv(path: string, problems: TroupeError[]): Variables {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return {};
    problems.push(
      new TroupeError('config/dot-env', say.unreadableDotEnv(path), {
        class: 'config',
        hint: say.unreadableDotEnvHint(),
      }),
    );
    return {};
  }
}

function withoutUndefined(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

function readAppId(reader: Reader): number | undefined {
  const text = reader.value('APP_ID');
  if (text === undefined)
    return problem(reader, 'config/app-id', { message: say.missing('APP_ID'), hint: say.appIdHint() });
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  return problem(reader, 'config/app-id', { message: say.badAppId(), hint: say.appIdHint() });
}

function readPrivateKey(reader: Reader, cwd: string): string | undefined {
  const text = reader.value('PRIVATE_KEY');
  const path = reader.value('PRIVATE_KEY_PATH');
  if (text !== undefined && path !== undefined)
    return problem(reader, 'config/private-key', { message: say.bothKeys(), hint: say.bothKeysHint() });
  if (text !== undefined) return checkedKey(reader, 'PRIVATE_KEY', text);
  if (path === undefined) return problem(reader, 'config/private-key', { message: say.noKey(), hint: say.noKeyHint() });
  let file: string;
  try {
    file = readFileSync(resolve(cwd, path), 'utf8');
  } catch {
    return problem(reader, 'config/private-key', { message: say.unreadableKey(path), hint: say.unreadableKeyHint() });
  }
  return checkedKey(reader, 'PRIVATE_KEY_PATH', file);
}

function checkedKey(reader: Reader, name: string, text: string): string | undefined {
  const plain = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  const pem = plain.replaceAll('\\n', '\n');
  try {
    const { asymmetricKeyType: kind } = createPrivateKey(pem);
    if (kind === 'rsa') return pem;
    const message = say.otherKey(name, kind ?? 'another kind');
    return problem(reader, 'config/private-key', { message, hint: say.noKeyHint() });
  } catch {
    // the error of node is not passed on: it may show part of the key
    return problem(reader, 'config/private-key', { message: say.badKey(name), hint: say.badKeyHint() });
  }
}

function readSecrets(reader: Reader, needed: boolean): readonly string[] {
  const current = reader.value('WEBHOOK_SECRET');
  const previous = reader.value('WEBHOOK_SECRET_PREVIOUS');
  if (current === undefined && needed) {
    const isSet = reader.all['WEBHOOK_SECRET'] !== undefined;
    const text = isSet ? say.emptySecret('WEBHOOK_SECRET') : say.missing('WEBHOOK_SECRET');
    problem(reader, 'config/webhook-secret', { message: text, hint: say.secretHint() });
  }
  for (const [name, value] of [
    ['WEBHOOK_SECRET', current],
    ['WEBHOOK_SECRET_PREVIOUS', previous],
  ] as const)
    if (value?.toLowerCase() === 'development')
      problem(reader, 'config/webhook-secret', { message: say.developmentSecret(name), hint: say.secretHint() });
  return [current, previous].filter((value) => value !== undefined);
}

function readUrl(reader: Reader, name: string, example: string): string | undefined {
  const text = reader.value(name);
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '')
    return withoutEnd(text, '/');
  return problem(reader, 'config/url', { message: say.badUrl(name), hint: say.urlHint(example) });
}

function readPort(reader: Reader): number {
  const text = reader.value('PORT') ?? '3000';
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  problem(reader, 'config/port', { message: say.badPort() });
  return 0;
}

function readLevel(reader: Reader): LogLevel {
  const text = reader.value('LOG_LEVEL')?.toLowerCase() ?? 'info';
  const level = levels.find((one) => one === text);
  if (level === undefined) problem(reader, 'config/log-level', { message: say.badLevel() });
  return level ?? 'info';
}

/** What is wrong with a value, and what to do about it. */
interface Mistake {
  readonly message: string;
  readonly hint?: string;
}

function problem(reader: Reader, code: string, { message, hint }: Mistake): undefined {
  reader.problems.push(new TroupeError(code, message, { class: 'config', ...defined({ hint }) }));
  return undefined;
}
