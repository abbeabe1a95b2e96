// Texts of others that are cut: a secret that lies across the cut, wherever it begins, leaves no part of itself that tells anything.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createProbot, createReceiver } from '../../src/bot/index.ts';
import { cannedGitHub } from '../../src/github/testing.ts';
import { createTokenApi } from '../../src/github/token-api.ts';
import { createRepositoryTools } from '../../src/personas/repository/repository-tools.ts';
import { createRedactor, silentLogger } from '../../src/support/index.ts';
import { createImpatientClock } from '../support/impatient-clock.ts';
import { saidToGitHub, sayings } from '../support/sinks-of-github.ts';

const key = 'Zq7Rk2Vw9Xj4Ty6Ub8Nc3Md5Pf1Gh0SaLe';
const github = 'https://api.github.com';
const redactor = createRedactor([key]);
const dir = mkdtempSync(join(tmpdir(), 'troupe-cuts-'));
mkdirSync(join(dir, 'tree'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Any six characters of the key. */
function left(text: string): readonly string[] {
  const pieces = Array.from({ length: key.length - 5 }, (_, at) => key.slice(at, at + 6));
  return pieces.filter((piece) => text.includes(piece));
}

/** Every place of the key around a cut after so many characters. */
function around(cut: number): readonly number[] {
  return Array.from({ length: key.length + 8 }, (_, n) => cut - key.length - 4 + n);
}

const filled = (length: number): string => 'word '.repeat(Math.ceil(length / 5)).slice(0, length);

interface Cutter {
  readonly name: string;
  /** Characters after which it cuts, about. */
  readonly cuts: readonly number[];
  /** What it tells of a text that holds the key. */
  tell(text: string): Promise<string>;
}

const tools = (): ReturnType<typeof createRepositoryTools> =>
  createRepositoryTools({ worktree: join(dir, 'tree'), tools: ['read', 'search'], redactor });

async function used(tool: string, input: object, text: string): Promise<string> {
  writeFileSync(join(dir, 'tree/file.txt'), `${text}\n`);
  return (await tools().use(tool, input)).text;
}

async function noted(reason: string): Promise<string> {
  const probot = () => createProbot({ appId: 1, privateKey: 'x', webhookSecrets: ['x'], logLevel: 'silent' } as never); // all that it reads
  const handle = async () =>
    ({
      outcome: 'started',
      reason,
      why: [{ topic: 'rule', subject: 'a', ok: true, detail: reason }],
      runs: [],
    }) as const;
  const receive = createReceiver(probot, { handle }, { redactor, log: silentLogger });
  const entry = { id: 'd1', event: 'ping', payload: { zen: 'x' }, receivedAt: 0 } as never; // all that it reads
  const { note = '' } = await receive(entry);
  return note;
}

async function failedChecks(text: string): Promise<string> {
  const run = {
    id: 1,
    name: 'build',
    conclusion: 'failure',
    html_url: 'u',
    output: { title: '', summary: text, text: '', annotations_count: 1 },
  };
  const { close } = cannedGitHub(
    ({ path }) => ({
      body: path.includes('annotations')
        ? [{ path: 'a', start_line: 1, message: text }]
        : { total_count: 1, check_runs: [run] },
    }),
    github,
  );
  const api = createTokenApi({
    owner: 'acme',
    name: 'shop',
    token: 'ghs_0123456789abcdefghijklmnop',
    baseUrl: github,
    clock: createImpatientClock(),
    log: silentLogger,
    redactor,
    writeIntervalMs: 0,
  });
  return JSON.stringify(await api.failedChecks?.(7).finally(close));
}

const cutters: readonly Cutter[] = [
  { name: 'the tool that reads files', cuts: [2_000], tell: (text) => used('read_file', { path: 'file.txt' }, text) },
  {
    name: 'the tool that searches',
    cuts: [100, 300, 400],
    tell: (text) => used('search_text', { text: 'needle' }, `${text.slice(0, 200)}needle${text.slice(206)}`),
  },
  { name: 'the note of a delivery', cuts: [300], tell: noted },
  { name: 'checks of other Apps', cuts: [500, 4_000], tell: failedChecks },
];

test.for(cutters)('$name', async ({ cuts, tell }) => {
  let shown = 0;
  for (const at of cuts.flatMap(around)) {
    const text = `${filled(at)}${key} ${filled(4_500)}`;
    const told = await tell(text);
    expect(left(told), `a key after ${at} characters`).toEqual([]);
    if (told.includes('[redacted]')) shown += 1;
  }
  // it told of the place where the key stood
  expect(shown).toBeGreaterThan(0);
});

describe.for(Object.entries(sayings))('what GitHub is sent: %s', ([name, say]) => {
  const told = async (text: string): Promise<string> => {
    const { sent } = await saidToGitHub(redactor, async (api) => void (await say(api, text)));
    return sent.toSorted((a, b) => b.length - a.length)[0] ?? '';
  };
  const enough = filled(70_000);

  test('leaves no part of a key that lies across its limit', async () => {
    const cuts = cutsIn(JSON.parse(await told(enough)));
    // GitHub itself cuts the words of a merge
    expect(cuts.length).toBeGreaterThan(name === 'merge' ? -1 : 0);
    // the begin of a key, its middle, nearly all of it
    for (const at of cuts.flatMap((cut) => [10, 20, 30].map((before) => Math.max(0, cut - before))))
      expect(left(await told(`${filled(at)}${key} ${enough}`)), `a key after ${at} characters`).toEqual([]);
  });
});

/** After how many characters the texts of a request were cut, each once. */
function cutsIn(value: unknown): readonly number[] {
  if (typeof value === 'string') return value.includes('…') ? [value.replace(/^<!--.*-->\n/, '').indexOf('…')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(cutsIn))];
}
