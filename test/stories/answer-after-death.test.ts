// A process that dies after a persona has handed in its answer and before it is taken: the next one takes it, once, and asks nobody again. Real processes.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkingCopy, ownNode, startTroupe, troupe } from '../support/cli.ts';
import type { CliProcess, WorkingCopy } from '../support/cli.ts';
import { askedAgain, openBook } from '../support/handing-in.ts';
import type { Book, Manner, Way } from '../support/handing-in.ts';

const root = resolve(import.meta.dirname, '../..');
const small = `name: Small
trigger: { labels: ["troupe:small"] }
steps:
  - { id: fix, type: persona-request, persona: lead-engineer }
`;
const items = `name: Items
trigger: { labels: ["troupe:items"] }
steps:
  - id: each
    type: foreach
    items: [0, 1]
    concurrency: 2
    steps:
      - { id: write, type: persona-request, persona: lead-engineer, expect: [changes] }
`;
const answers = {
  fix: { status: 'pass', summary: 'Noted it.', edits: { 'notes.md': 'noted\n' } },
  'each.0.write': { status: 'pass', summary: 'Wrote 0.', edits: { '0.md': '0\n' } },
  'each.1.write': { status: 'pass', summary: 'Wrote 1.', edits: { '1.md': '1\n' } },
};
/** Longer than any test. */
const forever = 600_000;

let here: WorkingCopy;
let book: Book;
let way: Way;
/** How long a persona stays after it has handed in, and by which way it does. */
let manner: Manner;
let dying: CliProcess | undefined;
beforeEach(async () => {
  here = makeWorkingCopy({
    '.github/troupe.yml': 'verify: []\n',
    '.github/troupe/workflows/small.yml': small,
    '.github/troupe/workflows/items.yml': items,
  });
  manner = () => ({ way, lingerMs: forever });
  book = await openBook((request, asked) => manner(request, asked));
});
afterEach(async () => {
  dying?.child.kill('SIGKILL');
  await dying?.ended;
  await book.close();
  here.remove();
});

function configure(provider: object): string {
  const config = join(dirname(here.path), 'config.yml');
  writeFileSync(config, JSON.stringify({ default_provider: 'program', providers: { program: provider } }));
  return config;
}

/** A server file whose only provider is the program. */
function program(handsIn: Way): string {
  way = handsIn;
  writeFileSync(join(dirname(here.path), 'persona.mjs'), book.program(answers));
  return configure({ transport: 'shell', command: [ownNode, './persona.mjs'] });
}

/** One whose only provider is the fake agent. */
function agent(scenario: string): string {
  return configure({
    transport: 'acp',
    command: [ownNode, join(root, 'test/support/acp-agent-process.ts'), scenario],
    readable: [root],
  });
}

function start(config: string, workflow = 'small'): CliProcess {
  dying = startTroupe(['run', workflow, '--task', 'Note it', '--config', config], { cwd: here.path });
  return dying;
}

async function killed({ child, ended }: CliProcess): Promise<void> {
  child.kill('SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
}

interface Shown {
  readonly status: string;
  readonly usage: { readonly personaRuns: number };
  readonly steps: readonly { readonly path: string; readonly result?: { readonly summary: string } }[];
}

async function resumed(config: string) {
  // whoever is asked now ends at once
  manner = () => ({ way, lingerMs: 0 });
  const { stdout } = await troupe(['runs', '--json'], { cwd: here.path });
  // `runs --json` and `run --json` have these shapes: cli-run.test.ts looks at them
  const run = (JSON.parse(stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
  const ended = await troupe(['run', '--resume', run, '--config', config, '--json'], { cwd: here.path });
  const { status, usage, steps } = JSON.parse(ended.stdout) as Shown;
  return {
    status,
    personaRuns: usage.personaRuns,
    summary: steps.find(({ path }) => path === 'fix')?.result?.summary,
    files: files(),
  };
}

/** What stands on the branch of the run, where there is one. */
function files(): readonly string[] {
  const branch = here.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/troupe').trim();
  return branch === '' ? [] : here.git('ls-tree', '--name-only', branch).split('\n');
}

function handedIn(step: string): boolean {
  return book.noted.some(({ what, request }) => what === 'handed in' && request.includes(step));
}

/** What is left on desks. */
function left(): readonly string[] {
  const folder = join(here.path, '.troupe/answers');
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return files.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

const taken = {
  status: 'succeeded',
  personaRuns: 1,
  summary: 'Noted it.',
  files: expect.arrayContaining(['notes.md']),
};

test('an answer that a program left in its result file is taken', async () => {
  const config = program('file');
  const handedIn = book.next();
  const running = start(config);
  await handedIn;
  await killed(running);
  expect(await resumed(config)).toMatchObject(taken);
  expect(book.noted.map(({ what }) => what)).toEqual(['asked', 'handed in']);
  expect(left()).toEqual([]);
});

test('a process that is told to end while a persona lingers does not ask it again', async () => {
  const config = program('file');
  const handedIn = book.next();
  const running = start(config);
  await handedIn;
  running.child.kill('SIGTERM');
  await running.ended;
  expect(await resumed(config)).toMatchObject(taken);
  expect(book.noted.map(({ what }) => what)).toEqual(['asked', 'handed in']);
  expect(left()).toEqual([]);
});

test('an answer for one item is taken, though another item has moved the branch since it was asked for', async () => {
  const config = program('file');
  manner = (request) => ({ way, lingerMs: request.includes('each.0.') ? 0 : forever });
  const running = start(config, 'items');
  await expect.poll(() => [files().includes('0.md'), handedIn('each.1.')]).toEqual([true, true]);
  await killed(running);
  expect(await resumed(config)).toMatchObject({ status: 'succeeded', personaRuns: 2 });
  expect(files()).toEqual(expect.arrayContaining(['0.md', '1.md']));
  expect(askedAgain(book.noted)).toEqual([]);
  expect(book.noted).toHaveLength(4);
  expect(left()).toEqual([]);
});

test('half of an answer is none: the persona is asked again', async () => {
  const config = program('half');
  const written = book.next();
  const running = start(config);
  await written;
  await killed(running);
  way = 'file';
  expect(await resumed(config)).toMatchObject({ ...taken, personaRuns: 2 });
  expect(book.noted.map(({ what }) => what)).toEqual(['asked', 'handed in', 'asked', 'handed in']);
  expect(left()).toEqual([]);
});

test('an answer that an agent handed in by its tool is taken', async () => {
  const config = agent('hands-in');
  const running = start(config);
  await expect.poll(() => left().some((file) => file.endsWith('/handed-in.json'))).toBe(true);
  await killed(running);
  // whoever asks it again would get no answer any more
  expect(await resumed(agent('nothing'))).toMatchObject(taken);
  expect(left()).toEqual([]);
});
