// Every `--json` is a contract: real processes print, the published schemas judge.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';

const schemas = resolve(import.meta.dirname, '../../schema/cli');
const delivery = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
const gated = `name: gated
description: Waits for a person
branch: false
steps:
  - { id: ask, type: question, questions: ["Which one?"] }
  - { id: release, type: approval, message: Release it?, dependencies: [ask] }
`;

const each = `name: each
description: Looks at two parts
branch: false
steps:
  - id: looks
    type: foreach
    items: [left, right]
    steps: [{ id: look, type: persona-request, persona: code-reviewer, params: { part: "{{item}}" } }]
`;

let workingCopy: WorkingCopy;
let finished: string;
let waiting: string;
beforeAll(async () => {
  workingCopy = makeWorkingCopy({
    '.github/troupe/workflows/gated.yml': gated,
    '.github/troupe/workflows/each.yml': each,
  });
  const answers = workingCopy.answers('a.yml');
  const done = await json('run', ['run', 'hotfix', '--task', 'Count quantities', '--answers', answers]);
  expect(done.code).toBe(0);
  finished = idOf(done);
  const parked = await json('run', ['run', 'gated', '--task', 'Choose', '--answers', answers]);
  expect(parked.code).toBe(3);
  waiting = idOf(parked);
  await receive(join(workingCopy.path, '.troupe'));
});
afterAll(() => workingCopy.remove());

/** Runs it with `--json` and holds all of stdout against the schema. */
async function json(schema: string, argv: readonly string[]): Promise<CliEnd> {
  const ended = await troupe([...argv, '--json'], { cwd: workingCopy.path });
  expect(ended.stderr).toBe('');
  const valid = new Ajv({ allErrors: true }).compile(
    // the compiler of schemas says when it is none
    JSON.parse(readFileSync(join(schemas, `${schema}.schema.json`), 'utf8')) as object,
  );
  const documents = schema === 'logs' ? ended.stdout.trimEnd().split('\n') : [ended.stdout];
  for (const text of documents) {
    valid(JSON.parse(text));
    expect(valid.errors ?? []).toEqual([]);
  }
  return ended;
}

function idOf({ stdout }: CliEnd): string {
  // its schema was held against it
  return (JSON.parse(stdout) as { id: string }).id;
}

/** A delivery as the bot would have stored it. */
async function receive(dataDir: string): Promise<void> {
  const store = await openStore({
    kind: 'embedded',
    directory: dataDir,
    clock: systemClock,
    log: silentLogger,
    owner: { what: 'a test' },
  });
  await store.inbox.put({
    id: delivery,
    event: 'issues',
    action: 'labeled',
    installationId: 1,
    repositoryId: 7,
    number: 3,
    logicalKey: 'issues:3',
    payload: { repository: { full_name: 'acme/shop' }, sender: { login: 'ada' } },
    receivedAt: Date.now(),
  });
  const taken = await store.inbox.take(Date.now());
  if (taken === undefined) throw new Error('nothing to take');
  await store.inbox.done(taken, 'ignored', 'ada has read permission, write is needed');
  await store.close();
}

type Printed = readonly [command: string, schema: string, rest: string, code: number];

/** Command → schema, what else is said, exit code. `<run>` finished, `<gate>` waits for a person. These change no run. */
const reading: readonly Printed[] = [
  ['validate', 'validate', '', 0],
  ['graph', 'graph', 'hotfix', 0],
  ['describe', 'describe', 'project-loop', 0],
  ['analyze', 'analyze', 'hotfix --history', 0],
  ['workflows', 'workflows', '', 0],
  ['runs', 'runs', '', 0],
  ['queue', 'queue', '', 0],
  ['show', 'run', '<run>', 0],
  ['status', 'run', '<gate>', 0],
  ['logs', 'logs', '<run>', 0],
  ['report', 'run', '<gate>', 0],
  ['cost', 'cost', '--by persona', 0],
  ['backup', 'backup', 'kept.tar', 0],
  ['artifacts', 'artifacts', '<run>', 0],
  ['inspect', 'inspect', '<run> --step qa', 0],
  ['explain', 'explain', 'acme/shop#3', 0],
  ['inbox list', 'inbox-list', '--state ignored', 0],
  ['inbox show', 'inbox-show', `${delivery} --payload`, 0],
  ['doctor', 'doctor', '', 0],
  ['personas', 'personas', '--check', 2],
  ['personas show', 'prompt', 'qa-engineer --task Look', 0],
  ['init', 'init', '--template hotfix', 0],
  ['completion', 'completion', 'bash', 0],
];
/** One after the other: each takes the data directory for itself. */
const changing: readonly Printed[] = [
  ['inbox retry', 'inbox-retry', delivery, 1],
  ['step run', 'run', 'delay --with duration=1ms --task Wait', 0],
  ['restore', 'restore', 'kept.tar --data-dir fresh', 0],
  ['answer', 'control', '<gate> This one', 0],
  ['pause', 'control', '<gate>', 0],
  ['resume', 'control', '<run>', 1],
  ['approve', 'control', '<gate>', 1],
  ['reject', 'control', '<gate>', 1],
  ['skip', 'control', '<gate> ask', 1],
  ['budget', 'control', '<gate> 5', 0],
  ['stop', 'control', '<gate>', 0],
  ['cancel', 'control', '<gate>', 0],
  ['retry', 'control', '<run>', 1],
  ['rerun', 'control', '<run> qa', 0],
  ['followup', 'control', '<run> Use integers', 0],
];

test.concurrent.each(reading)('troupe %s --json prints what its schema says', judge);
test.each(changing)('troupe %s --json prints what its schema says', judge);

async function judge(...[command, schema, rest, code]: Printed): Promise<void> {
  const words = `${command} ${rest}`.replace('<run>', finished).replace('<gate>', waiting).trim().split(' ');
  const ended = await json(schema, words);
  expect(ended.code).toBe(code);
}

test('no command that prints data is left out', async () => {
  const { stdout } = await json('completion', ['completion', 'bash']);
  // its schema was held against it
  const { commands } = JSON.parse(stdout) as { commands: { name: string; options: string[] }[] };
  const told = new Set([...reading, ...changing].map(([command]) => command));
  // lines, held against their schema by stories of their own
  const elsewhere = new Set(['demo', 'run', 'transcript']);
  const machine = commands.filter(({ options }) => options.includes('--json')).map(({ name }) => name);
  expect(machine.filter((name) => !told.has(name) && !elsewhere.has(name))).toEqual([]);
  expect(commands.map(({ name }) => name).filter((name) => !machine.includes(name))).toEqual([
    'serve',
    'worker',
    'step',
    'inbox',
  ]);
});

test('a list of items is told step by step, with how its items stand', async () => {
  const ended = await json('run', ['run', 'each', '--task', 'Look', '--answers', workingCopy.answers('a.yml')]);
  expect(ended.code).toBe(0);
  const { steps, expanded } = JSON.parse(ended.stdout) as {
    steps: readonly { readonly path: string; readonly status: string }[];
    expanded: unknown;
  };
  expect(expanded).toEqual({ looks: ['left', 'right'] });
  expect(steps.map(({ path, status }) => `${path} ${status}`)).toEqual([
    'looks succeeded',
    'looks.0.look succeeded',
    'looks.1.look succeeded',
  ]);
  expect(steps[0]).toMatchObject({ items: { total: 2, done: 2, failed: 0, open: [] } });
});
