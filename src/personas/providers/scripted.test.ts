import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contextFor, taskIn } from '../../../test/suites/provider-contract.ts';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { createProviders, transports } from '../index.ts';
import type { PersonaResult, PersonaTask } from '../index.ts';
import { patienceMs } from '../../../test/support/patience.ts';

async function scripted(text: string, folder: string) {
  const path = join(folder, 'answers.yml');
  await writeFile(path, text);
  const provider = createProviders(
    [{ name: 'rehearsal', transport: 'scripted', env: [], options: { answers: path } }],
    servicesWith(),
    transports,
  ).get('rehearsal');
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

let dir: string;
let tree: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-scripted-'));
  tree = join(dir, 'tree');
  mkdirSync(tree);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function run(text: string, change: Partial<PersonaTask> = {}): Promise<PersonaResult> {
  const provider = await scripted(text, dir);
  const ticket = {
    requestId: 'r',
    provider: 'rehearsal',
    strategy: 'immediate' as const,
    deadline: Date.now() + patienceMs,
  };
  const answer = await provider.start({ ...taskIn(tree), ...change }, ticket, await contextFor());
  if ('waiting' in answer) throw new Error('scripted answers at once');
  return answer.answer;
}

test('the step’s answer comes before the persona’s, and that before the one for all', async () => {
  const text =
    'qa: { status: pass, summary: step }\nqa-engineer: { status: pass, summary: persona }\n"*": { status: pass, summary: all }';
  expect((await run(text)).summary).toBe('step');
  expect((await run(text, { stepId: 'other' })).summary).toBe('persona');
  expect((await run(text, { stepId: 'other', persona: { ...taskIn(tree).persona, id: 'x' } })).summary).toBe('all');
});

test('a list answers successive attempts; the last answer repeats', async () => {
  const text = 'qa: [{ status: fail, summary: one }, { status: pass, summary: two }]';
  const said = [];
  for (const attempt of [1, 2, 3]) said.push((await run(text, { attempt })).summary);
  expect(said).toEqual(['one', 'two', 'two']);
});

test('a rehearsal costs nothing, unless its file says what it costs', async () => {
  expect((await run('qa: { status: pass }')).usage).toMatchObject({ costUsd: '0', complete: true });
  expect((await run('qa: { status: pass, usage: { inputTokens: 7, costUsd: 0.25 } }')).usage).toMatchObject({
    inputTokens: 7,
    costUsd: '0.25',
  });
});

test('null deletes a file', async () => {
  writeFileSync(join(tree, 'old.txt'), 'old');
  await run('qa: { status: pass, edits: { old.txt: null } }');
  expect(existsSync(join(tree, 'old.txt'))).toBe(false);
});

test.each(['../x', '/tmp/troupe-escape', 'a/../../x', './x', 'a//b', 'link/x', 'file-link'])(
  'an edit of %s is refused before anything is written',
  async (path) => {
    writeFileSync(join(dir, 'outside.txt'), 'untouched');
    symlinkSync(dir, join(tree, 'link'));
    symlinkSync(join(dir, 'outside.txt'), join(tree, 'file-link'));
    await expect(run(`qa: { status: pass, edits: { ${JSON.stringify(path)}: bad } }`)).rejects.toMatchObject({
      code: 'persona/answers',
      class: 'config',
    });
    expect(existsSync(join(dir, 'x'))).toBe(false);
    expect(readFileSync(join(dir, 'outside.txt'), 'utf8')).toBe('untouched');
  },
);

test.each([
  ['qa: { status: pass, sumary: x }', 'has a mistake at qa: unknown key "sumary"; did you mean "summary"?'],
  ['qa: [{ status: pass }, { delay: soon, status: pass }]\nother: 7', 'has a mistake at other: must be object'],
  ['other: { status: pass }', 'has no answer for step "qa" or persona "qa-engineer"'],
  ['qa: []', 'has a mistake at qa: an empty list of answers'],
  ['qa: [', 'Cannot read the answers file'],
  ['- a', 'has a mistake at the top: must be a map'],
])('a mistake in the file is told: %s', async (text, message) => {
  await expect(run(text)).rejects.toThrow(message);
});

test('an answers file that is not there is found before anything runs', async () => {
  const provider = createProviders(
    [{ name: 'r', transport: 'scripted', env: [], options: { answers: join(dir, 'none.yml') } }],
    servicesWith(),
    transports,
  ).get('r');
  expect(await provider?.check(taskIn(tree).persona)).toMatchObject([{ severity: 'error' }]);
});
