import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readBotEnvironment } from './environment.ts';
import type { BotEnvironment, Variables } from './environment.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const good: Variables = { APP_ID: '12345', PRIVATE_KEY: pem, WEBHOOK_SECRET: 'a-long-secret' };
const dir = mkdtempSync(join(tmpdir(), 'troupe-env-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let folders = 0;

function folder(): string {
  const path = join(dir, String((folders += 1)));
  mkdirSync(path);
  return path;
}

function problems(variables: Variables, options: { cwd?: string; webhooks?: boolean } = {}): string[] {
  const read = readBotEnvironment({ variables: { ...good, ...variables }, cwd: folder(), ...options });
  return read.ok ? [] : read.problems.map((problem) => `${problem.code}: ${problem.message}`);
}

const onMachine = { isThere: (_file: string): boolean => false, groups: () => '' };
const inContainer = { ...onMachine, isThere: (file: string): boolean => file === '/.dockerenv' };

function environment(variables: Variables, cwd = folder(), around = onMachine): BotEnvironment {
  const read = readBotEnvironment({ variables, cwd, around: (all) => ({ ...around, variables: all }) });
  if (!read.ok) throw new Error(read.problems.map((problem) => problem.message).join('\n'));
  return read.environment;
}

test('three variables are enough', () => {
  const cwd = folder();
  expect(environment(good, cwd)).toEqual({
    appId: 12_345,
    privateKey: pem.trim(),
    webhookSecrets: ['a-long-secret'],
    apiUrl: 'https://api.github.com',
    host: 'localhost',
    port: 3_000,
    dataDir: join(cwd, '.troupe'),
    logLevel: 'info',
    secretFiles: [join(cwd, '.env')],
  });
});

test('in a container it listens on all addresses, unless HOST says another', () => {
  expect(environment(good, folder(), inContainer).host).toBe('0.0.0.0');
  expect(environment({ ...good, HOST: ' ' }, folder(), inContainer).host).toBe('0.0.0.0');
  for (const HOST of ['localhost', '127.0.0.1', '10.1.2.3'])
    expect(environment({ ...good, HOST }, folder(), inContainer).host).toBe(HOST);
  const cwd = folder();
  writeFileSync(join(cwd, '.env'), 'HOST=127.0.0.1\n');
  expect(environment(good, cwd, inContainer).host).toBe('127.0.0.1');
  expect(environment({ ...good, KUBERNETES_SERVICE_HOST: '10.0.0.1' }).host).toBe('0.0.0.0');
});

test('the files that secrets were read from are known, wherever their names stand', () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'key.pem'), pem);
  writeFileSync(join(cwd, '.env'), 'APP_ID=1\nPRIVATE_KEY_PATH=./key.pem\nWEBHOOK_SECRET=from-the-file\n');
  expect(environment({}, cwd).secretFiles).toEqual([join(cwd, '.env'), join(cwd, 'key.pem')]);
});

test('all of them', () => {
  const cwd = folder();
  const all = environment(
    {
      ...good,
      WEBHOOK_SECRET_PREVIOUS: 'the-one-before',
      GITHUB_API_URL: 'https://github.example.com/api/v3/',
      HOST: '0.0.0.0',
      PORT: '8080',
      TROUPE_DATA_DIR: '/var/lib/troupe',
      TROUPE_CONFIG: 'config/troupe.yml',
      TROUPE_PUBLIC_URL: 'https://troupe.example.com/',
      TROUPE_API_TOKEN: 'token',
      LOG_LEVEL: 'DEBUG',
    },
    cwd,
  );
  expect(all).toMatchObject({
    webhookSecrets: ['a-long-secret', 'the-one-before'],
    apiUrl: 'https://github.example.com/api/v3',
    host: '0.0.0.0',
    port: 8_080,
    dataDir: '/var/lib/troupe',
    configPath: join(cwd, 'config/troupe.yml'),
    publicUrl: 'https://troupe.example.com',
    apiToken: 'token',
    logLevel: 'debug',
  });
});

describe('the private key', () => {
  test.each([
    ['as text', { PRIVATE_KEY: pem }],
    ['with \\n for line ends', { PRIVATE_KEY: pem.replaceAll('\n', '\\n') }],
    ['in base64', { PRIVATE_KEY: Buffer.from(pem).toString('base64') }],
  ])('%s', (_what, variables) => {
    expect(environment({ ...good, ...variables }).privateKey.trim()).toBe(pem.trim());
  });

  test('from a file, found from the working directory', () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'key.pem'), pem);
    expect(environment({ ...good, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: 'key.pem' }, cwd).privateKey).toBe(pem);
  });
});

test.each<[what: string, variables: Variables, expected: string]>([
  ['no App id', { APP_ID: undefined }, 'config/app-id: APP_ID is not set.'],
  ['an App id that is a name', { APP_ID: 'troupe' }, 'config/app-id: APP_ID is not a positive number.'],
  ['no key', { PRIVATE_KEY: undefined }, 'config/private-key: Neither PRIVATE_KEY nor PRIVATE_KEY_PATH is set.'],
  ['two keys', { PRIVATE_KEY_PATH: 'x.pem' }, 'config/private-key: PRIVATE_KEY and PRIVATE_KEY_PATH are both set.'],
  ['a key that is none', { PRIVATE_KEY: 'hunter2' }, 'config/private-key: PRIVATE_KEY does not hold a private key.'],
  [
    'a key file that is not there',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/nowhere/key.pem' },
    'config/private-key: PRIVATE_KEY_PATH names /nowhere/key.pem, which cannot be read.',
  ],
  ['no secret', { WEBHOOK_SECRET: undefined }, 'config/webhook-secret: WEBHOOK_SECRET is not set.'],
  ['an empty secret', { WEBHOOK_SECRET: '  ' }, 'config/webhook-secret: WEBHOOK_SECRET is empty.'],
  [
    'the secret everybody knows',
    { WEBHOOK_SECRET: 'development' },
    'config/webhook-secret: WEBHOOK_SECRET is Probot’s default, which everybody knows: anybody could send webhooks in GitHub’s name.',
  ],
  [
    'the same as the one before',
    { WEBHOOK_SECRET_PREVIOUS: 'Development' },
    'config/webhook-secret: WEBHOOK_SECRET_PREVIOUS is Probot’s default, which everybody knows: anybody could send webhooks in GitHub’s name.',
  ],
  ['a port that is none', { PORT: '70000' }, 'config/port: PORT is not a number from 0 to 65535.'],
  ['an address that is none', { GITHUB_API_URL: 'ftp://x' }, 'config/url: GITHUB_API_URL is not an http or https URL.'],
  [
    'a level that is none',
    { LOG_LEVEL: 'loud' },
    'config/log-level: LOG_LEVEL is none of trace, debug, info, warn, error, fatal, silent.',
  ],
  [
    'another database',
    { TROUPE_DATABASE_URL: 'postgres://x' },
    'config/database-url: TROUPE_DATABASE_URL is set, but this version keeps its data in one SQLite file only.',
  ],
])('%s is refused', (_what, variables, expected) => {
  expect(problems(variables)).toEqual([expected]);
});

test('everything that is wrong is said at once, and no value is repeated', () => {
  const all = problems({ APP_ID: 'x', PRIVATE_KEY: 's3cret-key-text', WEBHOOK_SECRET: 'development', PORT: 'http' });
  expect(all).toHaveLength(4);
  expect(all.join()).not.toContain('s3cret');
});

test('a bot that fetches its deliveries needs no webhook secret', () => {
  expect(problems({ WEBHOOK_SECRET: undefined }, { webhooks: false })).toEqual([]);
  expect(problems({ WEBHOOK_SECRET: 'development' }, { webhooks: false })).toHaveLength(1);
});

test('.env fills in what the real environment does not set', () => {
  const cwd = folder();
  writeFileSync(join(cwd, '.env'), `APP_ID=1\nPORT=4000\nWEBHOOK_SECRET="from the file"\nPRIVATE_KEY="${pem}"\n`);
  expect(environment({ APP_ID: '2' }, cwd)).toMatchObject({ appId: 2, port: 4_000, webhookSecrets: ['from the file'] });
});
