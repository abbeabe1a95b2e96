// What looks like a secret goes though nobody knows it; ordinary source and logs stay as they are, however much of them there is.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from './package-root.ts';
import { createRedactor } from './redact.ts';
import { secretShapes } from './redaction/index.ts';

const root = packageRoot();
/** Letters and digits as keys have them; in pieces, so that no scanner takes this file for a leak. */
const mixed = (length: number): string => 'aB3dE5fG7hJ9kL1mN2pQ4rS6tV8wX0yZ'.repeat(8).slice(0, length);
const lowerHex = (length: number): string => '0a1b2c3d4e5f67890918273645abcdef'.repeat(4).slice(0, length);

const keys: Readonly<Record<string, readonly string[]>> = {
  AWS: [`AKIA${'ABCDEFGH2345IJKL'}`, `ASIA${'ABCDEFGH2345IJKL'}`],
  Google: [`AIza${mixed(35)}`, `ya29.${mixed(60)}`, `GOCSPX-${mixed(28)}`],
  Azure: [`abc8Q~${mixed(34)}`],
  GitHub: [`ghp_${mixed(36)}`, `ghs_${mixed(36)}`, `github_pat_${mixed(22)}_${mixed(59)}`],
  GitLab: [`glpat-${mixed(20)}`, `glrt-${mixed(20)}`],
  npm: [`npm_${mixed(36)}`],
  PyPI: [`pypi-AgEIcHlwaS5vcmc${mixed(80)}`],
  Docker: [`dckr_pat_${mixed(27)}`],
  Slack: [`xoxb-${'123456789012'}-${mixed(24)}`, `xapp-1-A0B1C2-${mixed(40)}`],
  Discord: [`M${mixed(25)}.aB3dE5.${mixed(38)}`],
  Telegram: [`123456789:AA${mixed(33)}`],
  Stripe: [`sk_live_${mixed(24)}`, `rk_test_${mixed(24)}`, `whsec_${mixed(32)}`],
  Twilio: [`SK${lowerHex(32)}`],
  SendGrid: [`SG.${mixed(22)}.${mixed(43)}`],
  OpenAI: [`sk-${mixed(48)}`, `sk-proj-${mixed(60)}`],
  Anthropic: [`sk-ant-api03-${mixed(80)}`],
  xAI: [`xai-${mixed(80)}`],
  HuggingFace: [`hf_${mixed(34)}`],
  Groq: [`gsk_${mixed(52)}`],
  Replicate: [`r8_${mixed(37)}`],
  DigitalOcean: [`dop_v1_${lowerHex(64)}`],
  Shopify: [`shpat_${lowerHex(32)}`],
  Vault: [`hvs.${mixed(90)}`],
  JWT: [`eyJ${mixed(30)}.eyJ${mixed(60)}.${mixed(43)}`],
};

describe.each(Object.entries(keys))('a key of %s', (_vendor, all) => {
  test.each(all)('%s', (key) => {
    const redactor = createRedactor();
    for (const [before, after] of [
      ['', ''],
      ['KEY=', '\n'],
      ['"key": "', '",'],
      ['(', ')'],
      [String.raw`"log:\n`, '"'],
    ] as const)
      expect(redactor.text(`${before}${key}${after}`)).toBe(`${before}[redacted]${after}`);
  });
});

test.each([
  [`Authorization: Bearer ${mixed(20)}`, 'Authorization: Bearer [redacted]'],
  ['authorization: Basic YWRhOnNlY3JldA==', 'authorization: Basic [redacted]'],
  [`{"Authorization":"token ${mixed(40)}"}`, '{"Authorization":"token [redacted]"}'],
  [`curl -H "x-api-key: ${mixed(32)}"`, 'curl -H "x-api-key: [redacted]"'],
  ['git clone https://ada:hunter22@git.example/a.git', 'git clone https://ada:[redacted]@git.example/a.git'],
  [`https://${mixed(20)}@git.example/a.git`, 'https://[redacted]@git.example/a.git'],
  ['postgres://app:s3cr3t!pw@db:5432/shop', 'postgres://app:[redacted]@db:5432/shop'],
  [`AccountName=a;AccountKey=${mixed(86)}==;`, 'AccountName=a;AccountKey=[redacted];'],
  [`https://hooks.slack.com/services/T00000000/B00000000/${mixed(24)}`, 'https://[redacted]'],
  [`https://discord.com/api/webhooks/123456789012345678/${mixed(68)}`, 'https://[redacted]'],
  [`aws_secret_access_key = ${mixed(40)}`, 'aws_secret_access_key = [redacted]'],
])('%s', (text, kept) => {
  expect(createRedactor().text(text)).toBe(kept);
});

test.each([
  '845720e0a1b2c3d4e5f60718293a4b5c6d7e8f90',
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  'sha512-Kx7vTb2Lm4Rn8Ys6Hd1Fg3Jc5k9ZxQw7vTb2Lm4Rn8Ys6Hd1Fg3Jc5k9ZxQw7vTb2Lm4Rn8Ys6Hd1Fg3Q==',
  'sha256:0a1b2c3d4e5f678909182736450a1b2c3d4e5f678909182736450a1b2c3d4e5f',
  'https://registry.npmjs.org/@scope/name/-/name-1.2.3.tgz',
  'git@github.com:playhouse/cart.git',
  '/opt/homebrew/opt/node@24/bin:/usr/local/bin:/usr/bin',
  'https://user:password@host/path and https://${USER}:${TOKEN}@host/path',
  'bearer of good news, basic authentication-mechanisms-of-the-web, token refreshed-automatically',
  'authorization: request.headers.authorization',
  "'-----BEGIN PRIVATE KEY-----' and '-----END PRIVATE KEY-----'",
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
])('%s is none', (text) => {
  expect(createRedactor().text(text)).toBe(text);
});

test('the source, the pages, the lock file and the history of this repository hold none', () => {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const files = git('ls-files', 'src', 'docs', 'schema', 'workflows', 'personas', 'package-lock.json', '*.md').split(
    '\n',
  );
  const texts = files
    .filter((file) => file !== '' && !file.endsWith('.test.ts'))
    .map((file) => ({ name: file, text: readFileSync(join(root, file), 'utf8') }));
  texts.push({ name: 'git log', text: git('log', '--stat', '--format=fuller', '-n', '300') });
  expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(1024 * 1024);
  const found = texts.flatMap(({ name, text }) =>
    secretShapes(text).map(({ begin, end }) => `${name}: ${text.slice(begin, end).slice(0, 80)}`),
  );
  expect(found).toEqual([]);
});

test('a PATH and other settings with odd signs may be committed', () => {
  const settings = [
    '/opt/homebrew/opt/node@24/bin:/usr/local/bin:/usr/bin:/bin',
    '/home/ada/.nvm/versions/node/v24.21.0/bin:/usr/bin',
    'https://api.example.com/v1',
    'gpt-4o',
  ];
  const redactor = createRedactor(settings);
  for (const setting of settings) expect(redactor.secretsIn(Buffer.from(`PATH=${setting}\n`)).size, setting).toBe(0);
  // base64 that happens to begin like a path is none
  expect(createRedactor(['/9kZxQw7vTb2Lm4+Rn8Ys6==']).secretsIn(Buffer.from('/9kZxQw7vTb2Lm4+Rn8Ys6==')).size).toBe(1);
});
