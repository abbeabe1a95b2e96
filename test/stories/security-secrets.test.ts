import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { complaints } from '../support/github.ts';
import { filesOf, leaks, shownIn, tokenStart } from '../support/leaks.ts';
import { familyOf } from '../support/processes.ts';
import { hasBubblewrap, hasOtherUsers } from '../support/requirements.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';

let dir: string;
let world: DemoWorld;
let served: Served | undefined;
afterEach(async () => {
  await served?.stop();
  await world.github.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Everything that is secret here, by where it was put. */
function plant(): Record<string, string> {
  const secret = (where: string) => `CANARY/${where}+${randomBytes(12).toString('hex')}`;
  return {
    webhook: secret('webhook'),
    variable: secret('variable'),
    dataDirectory: secret('data'),
    home: secret('home'),
    serverFile: secret('config'),
    dotEnv: secret('dotenv'),
    providerKey: secret('provider'),
  };
}

/** What the persona says among the arguments of a program of its own. */
const heard = 'said-among-arguments';

/** Looks wherever a program can look, for anything of the list. The list stands backwards in it, so that it does not find itself. */
function search(secrets: Record<string, string>): string {
  const backwards = Object.fromEntries(
    Object.entries(secrets).map(([name, text]) => [name, Array.from(text).toReversed().join('')]),
  );
  return `
    sh('sleep 2; : ${heard}');
    const wanted = Object.entries(${JSON.stringify(backwards)}).map(([name, text]) => [name, [...text].reverse().join('')]);
    const found = [];
    const until = Date.now() + 2500;
    function look(where, text) {
      for (const [name, value] of wanted) if (text.includes(value)) found.push(name + ' in ' + where);
    }
    function walk(folder, depth) {
      if (depth > 8 || Date.now() > until) return;
      let entries = [];
      try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { return; }
      for (const entry of entries) {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) { if (entry.name !== 'node_modules') walk(file, depth + 1); continue; }
        if (!entry.isFile()) continue;
        try { if (fs.statSync(file).size < 2e6) look(file, fs.readFileSync(file, 'latin1')); } catch {}
      }
    }
    look('environment', JSON.stringify(process.env));
    for (const pid of fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)))
      for (const file of ['environ', 'cmdline', 'cwd/.env', 'root/etc/shadow']) {
        try { look('/proc/' + (pid === String(process.pid) ? 'self' : pid) + '/' + file, fs.readFileSync('/proc/' + pid + '/' + file, 'latin1')); } catch {}
      }
    for (const known of process.argv[1].split(path.sep).map((_, i, all) => all.slice(0, i + 1).join(path.sep)).slice(3).reverse()) walk(known, 5);
    let parent = process.cwd();
    while (parent !== '/') { parent = path.dirname(parent); if (parent !== '/') walk(parent, 0); }
    for (const folder of ['/etc', '/home', '/root', '/var', '/tmp']) walk(folder, 2);
    fs.writeFileSync('found.json', JSON.stringify([...new Set(found)].sort()));
    // and says whatever it knows, in every way it can say something
    const key = process.env.ANTHROPIC_API_KEY;
    const forms = [key, ...['base64', 'base64url', 'hex'].map((form) => Buffer.from(key).toString(form)), encodeURIComponent(key)];
    console.log(JSON.stringify(process.env), forms.join(' '));
    console.error(forms.join(' '));
    answer.summary += ' Keys: ' + forms.join(' ');
    answer.outputs = { ...answer.outputs, key: forms };
    answer.findings = [{ path: 'src/cart.js', line: 1, message: forms.join(' ') }];
    answer.artifacts = [{ name: 'keys.txt', mediaType: 'text/plain', content: forms.join('\\n') }];
  `;
}

interface Stage {
  readonly secrets: Record<string, string>;
  readonly dataDir: string;
}

/** A local GitHub, the operator's files with a secret in each, and `troupe serve` in a process of its own. */
async function stage(sandbox: 'required' | 'off'): Promise<Stage> {
  dir = mkdtempSync(join(tmpdir(), 'troupe-secrets-'));
  world = await createDemoWorld({
    dir: join(dir, 'github'),
    files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' },
  });
  const secrets = plant();
  const { webhook, variable, dataDirectory, home, serverFile, dotEnv, providerKey } = secrets;
  const [dataDir, homeDir, etc] = [join(dir, 'data'), join(dir, 'home'), join(dir, 'etc')];
  // of its own: other tests leave things in the machine's
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o777);
  for (const folder of [dataDir, homeDir, etc]) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(dataDir, 'note'), `${dataDirectory}`, { mode: 0o600 });
  writeFileSync(join(homeDir, '.netrc'), `${home}`, { mode: 0o600 });
  writeFileSync(join(etc, 'key.pem'), world.app.privateKey, { mode: 0o600 });
  writeFileSync(
    join(etc, '.env'),
    `PRIVATE_KEY_PATH=./key.pem\nANTHROPIC_API_KEY=${providerKey}\nSOME_NOTE=${dotEnv}\n`,
    { mode: 0o600 },
  );
  const providers = shellProviders({ env: ['ANTHROPIC_API_KEY'] });
  const config = { default_provider: 'program', providers, sandbox, repositories: { allow: ['playhouse/*'] } };
  writeFileSync(join(etc, 'troupe.config.yml'), `# ${serverFile}\n${JSON.stringify(config)}\n`, { mode: 0o600 });
  const keyLine = world.app.privateKey.split('\n')[3] ?? '';
  const all = { ...secrets, privateKey: keyLine };
  writePersona(etc, { 'lead-engineer': search(all), 'qa-engineer': 'console.log(JSON.stringify(process.env));' });
  // an operator whose personas run as another user lets that user reach the script, and nothing else
  for (const folder of [dir, etc]) chmodSync(folder, 0o711);
  served = serve(['serve'], {
    cwd: etc,
    env: {
      APP_ID: String(world.app.appId),
      WEBHOOK_SECRET: `${webhook}`,
      SOME_KEY_NOBODY_KNOWS: `${variable}`,
      GITHUB_API_URL: world.github.apiUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      HOME: homeDir,
      TMPDIR: temporary,
      TROUPE_DATA_DIR: dataDir,
      LOG_LEVEL: 'trace',
    },
  });
  world.github.setWebhook(world.app.slug, { url: `${await served.url()}/api/github/webhooks`, secret: `${webhook}` });
  return { secrets: all, dataDir };
}

/** Puts the label on and waits until everything is shown. Meanwhile reads what anybody reads of the programs that the bot runs. */
async function play(secrets: Record<string, string>): Promise<readonly string[]> {
  const argumentsSeen = new Set<string>();
  const family = familyOf(served?.pid ?? 0);
  const watching = setInterval(() => {
    for (const { line } of family()) argumentsSeen.add(line.replaceAll('\0', ' '));
  }, 30);
  try {
    await world.github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
    await world.github.until('a roll-up that has ended', () =>
      world.repository
        .checkRuns()
        .find(
          ({ name, status, conclusion }) =>
            name === 'troupe / project-loop' && status === 'completed' && conclusion !== 'cancelled',
        ),
    );
    await world.github.settled();
  } finally {
    clearInterval(watching);
  }
  const lines = [...argumentsSeen];
  // the watch sees what is there: the bot's git, and what a persona starts
  expect(lines.filter((line) => /\bgit\b.* cat-file\b|\bgit\b.* push\b/.test(line)).length).toBeGreaterThan(0);
  expect(lines.some((line) => line.includes(heard))).toBe(true);
  expect(leaks([{ name: 'arguments', bytes: Buffer.from(lines.join('\n')) }], { ...secrets, ...tokenStart })).toEqual(
    [],
  );
  return lines;
}

async function foundByPersona(): Promise<unknown> {
  const pull = (await world.repository.pullRequests()).at(-1);
  expect(pull?.draft).toBe(false);
  return JSON.parse((await world.repository.file(pull?.headRef ?? '', 'found.json')) ?? 'null');
}

test.runIf(hasBubblewrap)(
  'a persona finds none of the secrets, and nothing that was written holds one in any form',
  async () => {
    const { secrets, dataDir } = await stage('required');
    const own = readFileSync(`/proc/${served?.pid}/environ`);
    expect(
      leaks(
        [
          { name: 'environment', bytes: own },
          { name: 'arguments', bytes: readFileSync(`/proc/${served?.pid}/cmdline`) },
        ],
        secrets,
      ),
    ).toEqual([]);
    await play(secrets);
    expect(await foundByPersona()).toEqual([
      'providerKey in /proc/1/environ',
      'providerKey in /proc/self/environ',
      'providerKey in environment',
    ]);
    const written = filesOf(dataDir).filter(({ name }) => name !== join(dataDir, 'note'));
    const said = [{ name: 'log', bytes: Buffer.from(served?.output() ?? '') }, ...(await shownIn(world))];
    // the search finds what is there: in the journal, in git's objects, on GitHub
    const visible = leaks([...written, ...said], {
      summary: 'Multiplied by the quantity',
      code: 'item.price * item.quantity',
    });
    expect(visible.filter((line) => line.includes('by row')).length).toBeGreaterThan(0);
    expect(visible.filter((line) => line.includes('by object')).length).toBeGreaterThan(1);
    expect(visible.filter((line) => line.startsWith('checks')).length).toBeGreaterThan(0);
    expect(leaks([...written, ...said], { ...secrets, ...tokenStart })).toEqual([]);
    expect(await served?.stop(), served?.output().slice(-2_000)).toBe(0);
    expect(
      leaks(
        [
          ...filesOf(dataDir).filter(({ name }) => name !== join(dataDir, 'note')),
          { name: 'log', bytes: Buffer.from(served?.output() ?? '') },
        ],
        { ...secrets, ...tokenStart },
      ),
    ).toEqual([]);
    expect(readdirSync(join(dir, 'tmp')).filter((name) => name.startsWith('troupe-handover-'))).toEqual([]);
    expect(complaints(world.github)).toEqual([]);
  },
);

test.runIf(hasOtherUsers)('without bubblewrap a persona is another user and finds none of them either', async () => {
  const { secrets } = await stage('off');
  await play(secrets);
  // the first process of its own namespace is its own
  expect(await foundByPersona()).toEqual([
    'providerKey in /proc/1/environ',
    'providerKey in /proc/self/environ',
    'providerKey in environment',
  ]);
});
