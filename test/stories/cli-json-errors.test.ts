// With `--json` there is JSON on standard output and nothing else, whatever is missing, wrong or forbidden: every command in every bad place.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outputSchemas } from '../../src/cli/schemas/index.ts';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { WorkingCopy } from '../support/cli.ts';
import { manyCommands } from '../support/many-commands.ts';
import type { Place } from '../support/many-commands.ts';
import { plainGit } from '../support/git-world.ts';
import { hasOtherUsers } from '../support/requirements.ts';

const unknown = 'raaaaaaaaaaaaaaa';
/** Command → what else is said. */
const commands: Readonly<Record<string, string>> = {
  doctor: '',
  run: 'hotfix --task Look',
  'step run': 'delay --with duration=1ms --task Wait',
  validate: '',
  graph: 'hotfix',
  describe: 'hotfix',
  analyze: 'hotfix --history',
  workflows: '',
  runs: '',
  queue: '',
  show: unknown,
  status: unknown,
  logs: unknown,
  pause: unknown,
  resume: unknown,
  cancel: unknown,
  stop: unknown,
  retry: unknown,
  rerun: `${unknown} qa`,
  skip: `${unknown} qa`,
  approve: unknown,
  reject: unknown,
  answer: `${unknown} This`,
  budget: `${unknown} 5`,
  followup: `${unknown} More`,
  explain: 'acme/shop#3',
  'inbox list': '',
  'inbox show': 'nobody',
  'inbox retry': 'nobody',
  cost: '',
  report: unknown,
  artifacts: unknown,
  transcript: `${unknown} qa`,
  inspect: `${unknown} --step qa`,
  personas: '',
  'personas show': 'qa-engineer --task Look',
  init: '--template hotfix',
  completion: 'bash',
  backup: 'missing/kept.tar',
  restore: 'missing/kept.tar',
};
const lineOf = ([command, rest]: readonly [string, string]): readonly string[] =>
  `${command} ${rest}`.trim().split(' ');
const all = Object.entries(commands);
const schemas = resolve(import.meta.dirname, '../../schema/cli');
const documents = Object.keys(outputSchemas).map((name) =>
  // the compiler of schemas says when it is none
  new Ajv().compile(JSON.parse(readFileSync(join(schemas, `${name}.schema.json`), 'utf8')) as object),
);
const errorSchema = documents[Object.keys(outputSchemas).indexOf('error')];

let dir: string;
let workingCopy: WorkingCopy;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-json-errors-'));
  chmodSync(dir, 0o755);
  workingCopy = makeWorkingCopy();
  const answers = workingCopy.answers('a.yml');
  const done = await troupe(['run', 'hotfix', '--task', 'Count', '--answers', answers], { cwd: workingCopy.path });
  expect(done.code).toBe(0);
});
afterAll(() => {
  workingCopy.remove();
  rmSync(dir, { recursive: true, force: true });
});

let folders = 0;
function folder(mode = 0o755): string {
  const path = join(dir, String((folders += 1)));
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

/** What is wrong with what the commands wrote, and the codes of those that told an error. */
async function judged(place: Place, more: readonly string[] = []): Promise<Readonly<Record<string, string>>> {
  const lines = all.map((one) => [...lineOf(one), '--json', ...more]);
  const ended = await manyCommands(lines, place);
  const told: Record<string, string> = {};
  for (const [index, [command]] of all.entries()) {
    const { code, stdout, stderr } = ended[index] ?? { code: -1, stdout: '', stderr: '' };
    expect(stderr, command).not.toMatch(/^ {4}at |mistake of its own/m);
    const parsed: unknown = JSON.parse(stdout === '' ? '"nothing on standard output"' : stdout);
    expect(documents.some((fits) => fits(parsed)) ? 'JSON of a schema' : stdout, command).toBe('JSON of a schema');
    if (errorSchema?.(parsed) !== true) continue;
    // its schema was held against it
    const { error } = parsed as { error: { code: string; message: string; hint?: string; exit_code: number } };
    expect(code, command).toBe(error.exit_code);
    expect(stderr, command).toBe(`${error.message}${error.hint === undefined ? '' : `\n→ ${error.hint}`}\n`);
    told[command] = error.code;
  }
  return told;
}

/** The commands by the code that they told. */
function byCode(told: Readonly<Record<string, string>>): Record<string, string> {
  const codes = Object.groupBy(Object.entries(told), ([, code]) => code);
  return Object.fromEntries(
    Object.entries(codes).map(([code, entries = []]) => [code, entries.map(([command]) => command).join(', ')]),
  );
}

test('every command that has --json is tried', async () => {
  const [listed] = await manyCommands([['completion', 'bash', '--json']], { cwd: dir });
  // its schema is held against it below
  const { commands: known } = JSON.parse(listed?.stdout ?? '') as { commands: { name: string; options: string[] }[] };
  const machine = known.filter(({ options }) => options.includes('--json')).map(({ name }) => name);
  // the demo has a world of its own
  expect(machine.filter((name) => commands[name] === undefined && name !== 'demo')).toEqual([]);
});

test('in an empty folder that is no repository', async () => {
  expect(byCode(await judged({ cwd: folder() }))).toMatchInlineSnapshot(`
    {
      "cli/no-backup-folder": "backup",
      "cli/no-data": "analyze, runs, queue, show, status, logs, resume, cost, report, artifacts, transcript, inspect",
      "cli/no-file": "validate",
      "cli/not-a-file": "restore",
      "git/not-found": "run, step run, personas show",
      "store/missing": "pause, cancel, stop, retry, rerun, skip, approve, reject, answer, budget, followup, explain, inbox list, inbox show, inbox retry",
    }
  `);
});

test('in a repository without a commit', async () => {
  const cwd = folder();
  plainGit(cwd, 'init', '--quiet');
  const told = await judged({ cwd });
  expect(told).toMatchObject({ run: 'git/not-found', runs: 'cli/no-data' });
});

test('where runs are, and none of that name', async () => {
  expect(byCode(await judged({ cwd: workingCopy.path }))).toMatchInlineSnapshot(`
    {
      "cli/no-agent": "run",
      "cli/no-backup-folder": "backup",
      "cli/no-delivery": "inbox show, inbox retry",
      "cli/no-file": "validate",
      "cli/no-run": "show, status, logs, resume, report, artifacts, transcript, inspect",
      "cli/not-a-file": "restore",
      "control/no-run": "pause, cancel, stop, retry, rerun, skip, approve, reject, answer, budget, followup",
    }
  `);
});

test('with an option that there is not', async () => {
  expect(byCode(await judged({ cwd: folder() }, ['--no-such-option']))).toEqual({
    'cli/usage': Object.keys(commands).join(', '),
  });
});

test('with no HOME, one that is a file, one that is not there, and as many XDG folders', async () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  const plain = await judged({ cwd: folder() });
  for (const home of ['', file, '/nonexistent/home']) {
    const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home };
    expect(await judged({ cwd: folder(), env })).toEqual(plain);
  }
});

test('with a data directory that is a file, and one that is a file of another program', async () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  const isFile = await judged({ cwd: workingCopy.path, env: { TROUPE_DATA_DIR: file } });
  expect(isFile).toMatchObject({
    runs: 'cli/bad-data-dir',
    show: 'cli/bad-data-dir',
    'inbox list': 'cli/bad-data-dir',
  });
  const other = folder();
  writeFileSync(join(other, 'troupe.db'), 'This is no database at all, but somebody named it so.\n'.repeat(200));
  const notOurs = await judged({ cwd: workingCopy.path, env: { TROUPE_DATA_DIR: other } });
  expect(notOurs).toMatchObject({ runs: 'store/corrupt', show: 'store/corrupt' });
});

test.runIf(hasOtherUsers)(
  'as a user without a name who may read neither the folder of the runs nor write here',
  async () => {
    const cwd = folder();
    plainGit(cwd, 'init', '--quiet');
    const secret = folder(0o700);
    const told = await judged({ cwd, uid: 54_321, env: { TROUPE_DATA_DIR: join(secret, 'data'), HOME: secret } });
    expect(byCode(told)).toMatchInlineSnapshot(`
      {
        "cli/bad-data-dir": "analyze, workflows, runs, queue, show, status, logs, pause, resume, cancel, stop, retry, rerun, skip, approve, reject, answer, budget, followup, explain, inbox list, inbox show, inbox retry, cost, report, artifacts, transcript, inspect, backup, restore",
        "cli/cannot-write": "init",
        "cli/no-file": "validate",
        "git/not-found": "run, step run, personas show",
      }
    `);
  },
);
