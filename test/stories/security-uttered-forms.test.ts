// A run whose personas and commands say every secret in every form, wherever something can be said: nothing that leaves the process holds any of it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { troupeBin } from '../support/cli.ts';
import { filesOf, shownIn } from '../support/leaks.ts';
import type { NamedText } from '../support/leaks.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { searchForForms, threeSecrets, uttered } from '../support/uttered-forms.ts';

let dir: string;
let world: DemoWorld;
let served: Served | undefined;
afterEach(async () => {
  await served?.stop();
  await world.github.close();
  rmSync(dir, { recursive: true, force: true });
});

const hooks = 'the-secret-of-these-hooks-1a2b3c';
const named = (name: string, text: string): NamedText => ({ name, bytes: Buffer.from(text) });

/** What says all of it: packed, so that the file that holds it is not what is found. */
function words(forms: readonly string[]): string {
  const packed = gzipSync(JSON.stringify(forms)).toString('base64');
  return `JSON.parse(require('node:zlib').gunzipSync(Buffer.from('${packed}', 'base64')).toString())`;
}

/** Every persona says every form in every place that an answer has, and beside it. */
const persona = `
  const { createRequire } = await import('node:module');
  const require = createRequire(import.meta.url);
  const forms = require(path.join(path.dirname(process.argv[1]), 'words.cjs'));
  const short = forms.filter((form) => form.length < 400);
  const some = (n) => short.slice(n, n + 12).join(' | ');
  console.log(forms.join('\\n'));
  console.error(short.join('\\n'));
  answer.summary = answer.summary + ' ' + some(0) + ' ' + 'x'.repeat(60) + short.join(' ');
  answer.outputs = { ...answer.outputs, said: forms, ['as ' + short[3]]: 'a name' };
  answer.findings = short.map((form, n) => ({ path: 'src/cart.js', line: n + 1, severity: 'warning', message: form }));
  answer.artifacts = [{ name: 'words.txt', mediaType: 'text/plain', content: forms.join('\\n') }];
  answer.verdictReason = some(20);
`;

async function stage(secrets: readonly [string, string, string], mischief: Readonly<Record<string, string>>) {
  dir = mkdtempSync(join(tmpdir(), 'troupe-forms-'));
  const forms = secrets.flatMap(uttered);
  const say = `for (const form of ${words(forms)}) { console.log(form); console.error(form); }`;
  world = await createDemoWorld({
    dir: join(dir, 'github'),
    files: {
      'say.cjs': say,
      '.github/troupe.yml':
        'setup:\n  run: [[node, say.cjs]]\nverify:\n  - [node, say.cjs]\n  - [node, test/cart.test.js]\n',
    },
  });
  const [dataDir, etc, temporary] = [join(dir, 'data'), join(dir, 'etc'), join(dir, 'tmp')];
  for (const folder of [dataDir, etc, temporary]) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(etc, 'words.cjs'), `module.exports = ${words(forms)};`);
  const [key, password, privateKey] = secrets;
  const config = {
    default_provider: 'program',
    providers: shellProviders({ env: ['KEY_ONE', 'KEY_TWO', 'KEY_THREE'] }),
    sandbox: 'off',
    repositories: { allow: ['playhouse/*'], trusted: ['playhouse/*'] },
  };
  writeFileSync(join(etc, 'troupe.config.yml'), JSON.stringify(config));
  writePersona(etc, mischief);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    APP_ID: String(world.app.appId),
    PRIVATE_KEY: world.app.privateKey,
    WEBHOOK_SECRET: hooks,
    GITHUB_API_URL: world.github.apiUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    HOME: join(dir, 'etc'),
    TMPDIR: temporary,
    TROUPE_DATA_DIR: dataDir,
    LOG_LEVEL: 'trace',
    KEY_ONE: key,
    KEY_TWO: password,
    KEY_THREE: privateKey,
  };
  served = serve(['serve'], { cwd: etc, env });
  const url = await served.url();
  world.github.setWebhook(world.app.slug, { url: `${url}/api/github/webhooks`, secret: hooks });
  return { dataDir, etc, env, url };
}

/** Puts the label on and waits until the run has ended and is shown. */
async function play(): Promise<void> {
  await world.github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
  await world.github.until('a roll-up that has ended', () =>
    world.repository.checkRuns().find(({ name, status }) => name === 'troupe / project-loop' && status === 'completed'),
  );
  // the comment is written on its own time
  await world.github.until('a comment that tells what was said', () =>
    world.repository.comments(world.issue).find(({ body }) => body.includes('[redacted]')),
  );
  await world.github.settled();
}

/** All that left the process. */
async function everything({ dataDir, etc, env, url }: Awaited<ReturnType<typeof stage>>): Promise<NamedText[]> {
  const answers = ['/readyz', '/healthz', '/metrics'].map(async (path) =>
    named(`answer of ${path}`, await (await fetch(`${url}${path}`)).text()),
  );
  const troupe = (...args: readonly string[]): NamedText =>
    named(
      `troupe ${args.join(' ')}`,
      execFileSync(process.execPath, [troupeBin, ...args], { cwd: etc, env, encoding: 'utf8', stdio: 'pipe' }),
    );
  const runs = troupe('runs', '--json');
  const id = /"id":\s*"([^"]+)"/.exec(runs.bytes.toString())?.[1] ?? '';
  const cli = [runs, ...['status', 'logs', 'artifacts'].map((verb) => troupe(verb, id))];
  return [
    ...(await Promise.all(answers)),
    ...cli,
    named('log', served?.output() ?? ''),
    named('requests', JSON.stringify(world.github.requests)),
    ...(await shownIn(world)),
    ...filesOf(dataDir),
    ...filesOf(join(dir, 'tmp')),
  ];
}

test('every form of three secrets, said by every persona and command, is in nothing that leaves the process', async () => {
  const secrets = threeSecrets();
  const staged = await stage(secrets, { '*': persona });
  await play();
  const search = searchForForms(secrets);
  const texts = await everything(staged);
  // it was said, and what was said beside it is there
  const shown = texts.filter(({ bytes }) => bytes.includes('[redacted]')).map(({ name }) => name.replace(/^.*\//, ''));
  expect(shown).toEqual(expect.arrayContaining(['checks', 'comments', 'troupe.db by row']));
  expect(search(texts)).toEqual([]);
  // one sink that redacts nothing is found, whichever it is and however little it lets out
  const form = uttered(secrets[1])[4] ?? '';
  for (const { name, bytes } of texts.slice(0, 12)) {
    const planted = Buffer.concat([bytes, Buffer.from(`… ${form.slice(0, 30)}`)]);
    expect(search([{ name, bytes: planted }]).length, name).toBeGreaterThan(0);
  }
});
