// How `troupe serve` begins: where it listens and who reaches it; and why it cannot, in one line of its log, or as a sentence at a terminal.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import { startTroupe, troupe } from '../support/cli.ts';
import type { CliProcess } from '../support/cli.ts';
import { troupeAtTerminal } from '../support/pty.ts';
import { hasPty } from '../support/requirements.ts';
import { checkout } from '../support/first-steps.ts';
import { serve } from '../support/serve.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const app: Readonly<Record<string, string>> = {
  APP_ID: '1',
  PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  WEBHOOK_SECRET: 'secret-of-the-hook',
  GITHUB_API_URL: 'http://127.0.0.1:9',
  PORT: '0',
};
const elsewhere = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

let cwd: string;
let bot: CliProcess | undefined;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'troupe-serve-start-'));
});
afterEach(async () => {
  bot?.child.kill('SIGTERM');
  await bot?.ended;
  bot = undefined;
  rmSync(cwd, { recursive: true, force: true });
});

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly url?: string;
}

/** Starts it, stops it when it is up, and returns its log and what `ask` saw. */
async function begun<Seen>(
  env: Readonly<Record<string, string>>,
  { more = [], ask }: { more?: readonly string[]; ask?: (url: string) => Promise<Seen> } = {},
): Promise<{ readonly log: readonly Line[]; readonly seen: Seen | undefined }> {
  let heard = '';
  bot = startTroupe(['serve', ...more], { cwd, env: { ...app, ...env } });
  bot.child.stderr?.on('data', (text: string) => (heard += text));
  await bot.said('"poll":');
  const seen = await ask?.(/"url":"(http:[^"]+)"/.exec(heard)?.[1] ?? '');
  // a supervisor that is impatient, and a terminal that goes meanwhile, change nothing
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGTERM'] as const) bot.child.kill(signal);
  const { code, stdout, stderr } = await bot.ended;
  expect([code, stdout]).toEqual([0, '']);
  // every line of it is a document
  return {
    log: stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
    seen,
  };
}

test('where only this machine reaches it, it says so and how GitHub does', async () => {
  const { log } = await begun({ HOST: '127.0.0.1' });
  const said = log.filter(({ msg }) => msg.startsWith('Only this machine'));
  expect(said.map(({ level, msg }) => [level, msg.replace(/:\d+,/, ':PORT,')])).toEqual([
    [
      40,
      'Only this machine can reach http://127.0.0.1:PORT, and GitHub delivers from outside. Start with --poll to fetch deliveries, put a tunnel or a reverse proxy before this address, or set HOST=0.0.0.0 to listen for others.',
    ],
  ]);
  const behind = await begun({ HOST: 'localhost', TROUPE_PUBLIC_URL: 'https://troupe.example.com' });
  expect(behind.log.filter(({ msg }) => msg.startsWith('Only this machine'))).toMatchObject([
    {
      level: 30,
      msg: expect.stringContaining('what answers at https://troupe.example.com has to pass requests on to it'),
    },
  ]);
  const polls = await begun({ HOST: '127.0.0.1' }, { more: ['--poll'] });
  expect(polls.log.filter(({ msg }) => msg.startsWith('Only this machine'))).toEqual([]);
});

test('as the page says, with npm before it: whoever ends npm alone ends the bot, in order', async () => {
  // as a supervisor has it: npm's own folders elsewhere, the checkout as it is
  const served = serve([], {
    command: ['npm', 'start', '--silent', '--', '--poll'],
    cwd: checkout,
    env: { ...app, HOME: cwd, TROUPE_DATA_DIR: join(cwd, 'data') },
  });
  try {
    await served.url();
    served.child.kill('SIGTERM');
    const [code] = (await once(served.child, 'close')) as [number | null];
    expect(code).toBe(0);
    expect(served.output()).toContain('"msg":"stopped"');
  } finally {
    await served.stop().catch(() => undefined);
  }
});

test('in a container it listens for others, who see no more than they saw', async () => {
  const { log, seen } = await begun(
    { container: 'podman' },
    {
      async ask(url) {
        const statusOf = async (from: string): Promise<number> => (await fetch(`${from}/metrics`)).status;
        const away = elsewhere === undefined ? undefined : url.replace('localhost', elsewhere);
        return {
          here: await statusOf(url),
          health: away === undefined ? 200 : (await fetch(`${away}/healthz`)).status,
          away: away === undefined ? 403 : await statusOf(away),
          forged:
            away === undefined
              ? 403
              : (await fetch(`${away}/metrics`, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status,
        };
      },
    },
  );
  expect(seen).toEqual({ here: 200, health: 200, away: 403, forged: 403 });
  expect(log.filter(({ msg }) => msg.startsWith('Only this machine'))).toEqual([]);
});

type Refused = readonly [what: string, code: string, says: string, make: (folder: string) => Record<string, string>];

test.each<Refused>([
  [
    'nothing is set',
    'config/environment',
    'Cannot start the bot: APP_ID is not set. Neither PRIVATE_KEY nor PRIVATE_KEY_PATH is set. WEBHOOK_SECRET is empty.',
    () => ({ APP_ID: '', PRIVATE_KEY: '', WEBHOOK_SECRET: '' }),
  ],
  [
    'the key is none',
    'config/environment',
    'Cannot start the bot: PRIVATE_KEY does not hold a private key.',
    () => ({ PRIVATE_KEY: 'hunter2' }),
  ],
  [
    'the key is of another kind',
    'config/environment',
    'Cannot start the bot: PRIVATE_KEY holds a key of the kind ec; GitHub gives its Apps RSA keys.',
    () => ({
      PRIVATE_KEY: generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    }),
  ],
  [
    'the port is none',
    'config/environment',
    'Cannot start the bot: PORT is not a number from 0 to 65535.',
    () => ({ PORT: 'http' }),
  ],
  [
    'the address is of another machine',
    'server/listen',
    'Cannot listen on 203.0.113.7:0: ',
    () => ({ HOST: '203.0.113.7' }),
  ],
  [
    'the server file has a mistake',
    'config/server-file',
    'unknown key `nope`',
    (folder) => ({ TROUPE_CONFIG: written(join(folder, 'a.yml'), 'nope: 1\n') }),
  ],
  [
    'the server file is a folder',
    'config/server-file',
    'Cannot read the server file FOLDER: it is a folder',
    (folder) => ({ TROUPE_CONFIG: folder }),
  ],
  [
    'the server file is not there',
    'cli/no-file',
    'There is no server file at ',
    () => ({ TROUPE_CONFIG: '/nonexistent.yml' }),
  ],
  [
    'the data directory is a file',
    'cli/bad-data-dir',
    'it is a file',
    (folder) => ({ TROUPE_DATA_DIR: written(join(folder, 'data'), '') }),
  ],
  [
    'the database is of a newer Troupe',
    'store/newer',
    'a newer Troupe wrote it',
    (folder) => ({ TROUPE_DATA_DIR: newer(folder) }),
  ],
  [
    'the database is none',
    'store/corrupt',
    'file is not a database',
    (folder) => {
      written(join(folder, 'troupe.db'), 'no database at all\n'.repeat(500));
      return { TROUPE_DATA_DIR: folder };
    },
  ],
  [
    'the database was emptied',
    'store/emptied',
    'began.json says that runs were kept in it',
    (folder) => {
      written(join(folder, 'troupe.db'), '');
      written(join(folder, 'began.json'), '{}');
      return { TROUPE_DATA_DIR: folder };
    },
  ],
  [
    'the temporary folder is not there',
    'cli/system',
    'Cannot write to the temporary folder /nonexistent: it is not there',
    () => ({ TMPDIR: '/nonexistent' }),
  ],
])('%s: the last line of the log says %s', async (_what, code, says, make) => {
  const folder = join(cwd, 'made');
  mkdirSync(folder);
  expect(await lastLine({ HOST: '127.0.0.1', ...make(folder) })).toMatchObject({
    // what is set is for the operator to mend, and gives 2
    exit: code === 'store/corrupt' ? 1 : 2,
    line: { level: 60, code, msg: expect.stringContaining(says.replace('FOLDER', folder)) },
  });
});

test('a port that is taken is told in a line, and nothing stays open', async () => {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // it listens on a port of TCP
  const { port } = server.address() as AddressInfo;
  try {
    const env = { HOST: '127.0.0.1', PORT: String(port), TROUPE_DATA_DIR: join(cwd, 'data') };
    const taken = {
      exit: 2,
      line: { level: 60, code: 'server/listen', hint: 'Choose another address with HOST and PORT.' },
    };
    expect(await lastLine(env)).toMatchObject(taken);
    // the data directory was given back
    expect(await lastLine(env)).toMatchObject(taken);
  } finally {
    server.close();
  }
});

test('an option that there is not is a line of the log, too', async () => {
  const ended = await troupe(['serve', '--polll'], { cwd, env: app });
  expect([ended.code, ended.stdout, JSON.parse(ended.stderr)]).toMatchObject([
    2,
    '',
    { level: 60, code: 'cli/usage', msg: "unknown option '--polll' (Did you mean --poll?)" },
  ]);
});

test.runIf(hasPty)('at a terminal it is a sentence', async () => {
  const ended = troupeAtTerminal(['serve'], cwd);
  expect(await ended.ended).toBe(2);
  expect(ended.shown()).toContain(
    'Cannot start the bot:\n- APP_ID is not set.\n    → It is the “App ID” on the App’s settings page.\n',
  );
  expect(ended.shown()).not.toContain('"level"');
});

/** How it ended, and the last line of its log. */
async function lastLine(env: Readonly<Record<string, string>>): Promise<{ exit: number | null; line: unknown }> {
  const ended = await troupe(['serve'], { cwd, env: { ...app, ...env } });
  expect(ended.stdout).toBe('');
  const lines = ended.stderr
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  return { exit: ended.code, line: lines.at(-1) };
}

function written(file: string, text: string): string {
  writeFileSync(file, text);
  return file;
}

/** A data directory that a version of the future has written. */
function newer(folder: string): string {
  const db = new DatabaseSync(join(folder, 'troupe.db'));
  db.exec('CREATE TABLE migration (version INTEGER, at INTEGER); INSERT INTO migration VALUES (9999, 0)');
  db.close();
  return folder;
}

test('told to end before it is up, it ends as if it had been: in order, and nothing of it is left', async () => {
  const data = join(cwd, '.troupe');
  mkdirSync(data, { mode: 0o700 });
  const seen = watchUntil(data, 'owner.lock');
  // GitHub takes every connection and says nothing
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo; // it listens on a port
  bot = startTroupe(['serve', '--poll'], { cwd, env: { ...app, GITHUB_API_URL: `http://127.0.0.1:${port}` } });
  // the store is its own now, and it has told nobody that it is up
  await seen;
  for (const signal of ['SIGTERM', 'SIGTERM'] as const) bot.child.kill(signal);
  const { code, signal, stdout, stderr } = await bot.ended;
  silent.close();
  expect([code, signal, stdout]).toEqual([0, null, '']);
  expect(stderr).toContain('"msg":"stopped"');
  expect(readdirSync(data)).not.toContain('control.sock');
  const free = await openStore({ ...storeAt(data), owner: { what: 'the next one' } });
  await free.close();
});

/** Resolves when a file of that name is made in the folder. */
function watchUntil(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_event, found) => {
      if (found !== name) return;
      watcher.close();
      resolve();
    });
  });
}

function storeAt(directory: string) {
  return { kind: 'embedded', directory, clock: systemClock, log: silentLogger } as const;
}
