// The table "How a new thing is added" of ARCHITECTURE.md, executed: an example for each row is written into a copy of the repository. That each is written where its row says: test/suites/new-things.test.ts.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { things } from '../fixtures/new-things/things.ts';
import { add } from '../support/new-things.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** What holds for every file. */
const houses = ['test/suites/import-table.test.ts', 'test/suites/house-rules.test.ts'];

let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'troupe-new-things-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString('utf8').split('\0').filter(Boolean)) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const thing of things) add(copy, thing);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('types, linter, layout and unused code are green with all of them', async () => {
  await runHere('typescript/bin/tsc', ['--noEmit']);
  const touched = things.flatMap(({ files, lines }) => [...Object.keys(files), ...lines.map(({ file }) => file)]);
  const sources = [...new Set(touched)].filter((file) => file.endsWith('.ts'));
  await runHere('oxlint/bin/oxlint', ['--deny-warnings', ...sources]);
  await runHere('oxfmt/bin/oxfmt', ['--check', ...sources]);
  await runHere('knip/bin/knip.js', []);
});

test('the pages are generated with all of them, and every suite has run each by its name', async () => {
  await run(process.execPath, ['scripts/generate.ts'], { cwd: copy });
  await run(process.execPath, ['scripts/generate.ts', '--check'], { cwd: copy });
  expect(readFileSync(join(copy, 'docs/language.md'), 'utf8')).toMatch(/### `queue`[^]*### `wave`[^]*`tell-branch`/);
  expect(readFileSync(join(copy, 'docs/cli.md'), 'utf8')).toContain('troupe where');
  expect(readFileSync(join(copy, 'docs/on-github.md'), 'utf8')).toContain('/troupe hum');
  expect(readFileSync(join(copy, 'docs/operating.md'), 'utf8')).toContain('parrot');
  const { passed, failed } = await playSuites([
    ...new Set([...houses, ...things.flatMap(({ suites }) => Object.keys(suites))]),
  ]);
  expect(failed).toEqual([]);
  const unheard = things.flatMap(({ suites }) =>
    Object.entries(suites).flatMap(([file, names]) =>
      names.filter((name) => !(passed.get(file) ?? []).some((one) => one.includes(name))),
    ),
  );
  expect(unheard).toEqual([]);
});

/** What passed, by file, and what did not. */
async function playSuites(files: readonly string[]): Promise<{
  readonly passed: ReadonlyMap<string, readonly string[]>;
  readonly failed: readonly string[];
}> {
  const output = join(copy, 'report.json');
  // a suite that fails is told by the report
  await runHere('vitest/vitest.mjs', ['run', ...files, '--reporter=json', `--outputFile=${output}`]).catch(() => {});
  // vitest's own report
  const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as {
    readonly testResults: readonly {
      readonly name: string;
      readonly message: string;
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
    }[];
  };
  const passed = new Map<string, readonly string[]>();
  const failed: string[] = [];
  for (const { name, message, assertionResults } of testResults) {
    const good = assertionResults.filter(({ status }) => status === 'passed');
    passed.set(
      files.find((file) => name.endsWith(`/${file}`)) ?? name,
      good.map(({ fullName }) => fullName),
    );
    if (assertionResults.length === 0) failed.push(`${name}: ${message}`);
    failed.push(...assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName));
  }
  return { passed, failed };
}

async function runHere(tool: string, args: readonly string[]): Promise<void> {
  const path = join(copy, 'node_modules', tool);
  try {
    await run(process.execPath, [path, ...args], { cwd: copy, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    // what a tool found stands in what it printed
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${tool}: ${stdout}\n${stderr}`, { cause: error });
  }
}
