// An agent in the sandbox that asks before it does anything, over its standard input and output, and does what it is told.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { patienceMs } from '../../../test/support/patience.ts';
import { hasBubblewrap } from '../../../test/support/requirements.ts';
import { silentLogger, defined } from '../../support/index.ts';
import { createSandboxes, machineEnvironment, splitLines } from '../sandbox/index.ts';
import type { PersonaTool } from '../model/types.ts';
import type { AnsweredQuestion, PermissionQuestion } from './permission.ts';
import { createPermissionPort } from './permission-port.ts';

let dir: string;
let tree: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-permission-'));
  chmodSync(dir, 0o711);
  tree = join(dir, 'data', 'tree');
  mkdirSync(join(tree, 'src'), { recursive: true });
  writeFileSync(join(tree, 'src/sum.js'), '');
  symlinkSync('/etc', join(tree, 'elsewhere'));
  symlinkSync('nowhere', join(tree, 'dangling'));
  symlinkSync('src', join(tree, 'inside'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What a persona with these tools is answered, and what was told of it. */
function portFor(tools: readonly PersonaTool[], worktree: string | undefined = tree) {
  const told: AnsweredQuestion[] = [];
  const port = createPermissionPort({
    tools,
    ...defined({ worktree }),
    onAnswer: (answered) => told.push(answered),
  });
  return { port, told };
}

function question(tool: string, ...paths: string[]): PermissionQuestion {
  return { id: `${tool}-1`, tool, paths, title: `${tool} ${paths.join(' ')}` };
}

test.each([
  ['src/sum.js', 'allow_once'],
  ['./src/../src/new/file.js', 'allow_once'],
  ['inside/new.js', 'allow_once'],
  ['', 'allow_once'],
  ['..hidden', 'allow_once'],
  ['../outside', 'reject_once'],
  ['/etc/passwd', 'reject_once'],
  ['elsewhere/passwd', 'reject_once'],
  ['elsewhere/new/file', 'reject_once'],
  ['dangling', 'reject_once'],
  ['dangling/x', 'reject_once'],
  ['src/sum.js\0', 'reject_once'],
])('to edit %j: %s', async (path, answer) => {
  expect(await portFor(['edit']).port.decide(question('edit', path))).toBe(answer);
});

test('one place outside is enough, the tree by its whole path is inside', async () => {
  const { port } = portFor(['edit']);
  expect(await port.decide(question('edit', join(tree, 'src/sum.js'), '/tmp/x'))).toBe('reject_once');
  expect(await port.decide(question('edit', join(tree, 'src/sum.js')))).toBe('allow_once');
});

test('a question that comes twice is answered and told once; the same wish under another name is a new question', async () => {
  const { port, told } = portFor(['edit']);
  const asked = question('edit', 'src/sum.js');
  expect(await Promise.all([port.decide(asked), port.decide({ ...asked })])).toEqual(['allow_once', 'allow_once']);
  expect(told).toHaveLength(1);
  await port.decide({ ...asked, id: 'edit-2' });
  expect(told.map((one) => one.question.id)).toEqual(['edit-1', 'edit-2']);
});

/** It asks for each wish, waits for the answer, and obeys: what it writes proves what it was allowed. */
const agent = `
  const { createInterface } = require('node:readline');
  const { writeFileSync } = require('node:fs');
  const wishes = JSON.parse(process.env.WISHES);
  const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  (async () => {
    for (const [at, wish] of wishes.entries()) {
      console.log(JSON.stringify({ id: 'q' + at, title: wish.tool + ' ' + wish.paths.join(' '), ...wish }));
      const { value } = await answers.next();
      const { id, answer } = JSON.parse(value);
      if (id !== 'q' + at) throw new Error('an answer to another question');
      if (answer === 'allow_once' && wish.tool === 'edit') writeFileSync(wish.paths[0], 'made');
    }
    process.exit(0);
  })();`;

describe.each(hasBubblewrap ? (['env', 'fs'] as const) : (['env'] as const))('an agent in tier %s', (tier) => {
  test('asks before it acts, and does what it was allowed and nothing else', async () => {
    const sandboxes = await createSandboxes({
      machine: machineEnvironment(process.env),
      hidden: [],
      dataDir: join(dir, 'data'),
      log: silentLogger,
    });
    const wishes = [
      { tool: 'edit', paths: ['made.txt'] },
      { tool: 'edit', paths: ['../escaped.txt'] },
      { tool: 'execute', paths: [] },
      { tool: 'read', paths: ['src/sum.js'] },
      { tool: 'web', paths: [] },
      { tool: 'other', paths: ['made.txt'] },
    ];
    const { port, told } = portFor(['edit']);
    const talk = await sandboxes.of(tier).open({
      command: [process.execPath, '-e', agent],
      cwd: tree,
      env: { WISHES: JSON.stringify(wishes) },
      timeoutMs: patienceMs,
      signal: new AbortController().signal,
      network: false,
      outputBytes: 100_000,
    });
    talk.stderr.resume();
    for await (const line of splitLines(talk.stdout, 10_000)) {
      // written by the agent above
      const asked = JSON.parse(line) as PermissionQuestion;
      talk.stdin.write(`${JSON.stringify({ id: asked.id, answer: await port.decide(asked) })}\n`);
    }
    expect(await talk.exit).toMatchObject({ exitCode: 0 });
    expect(told.map(({ question: { id, title }, answer, reason }) => `${id} ${title.trim()}: ${answer}, ${reason}`))
      .toMatchInlineSnapshot(`
        [
          "q0 edit made.txt: allow_once, its persona may use edit",
          "q1 edit ../escaped.txt: reject_once, "../escaped.txt" is outside of the worktree",
          "q2 execute: reject_once, its persona has no execute",
          "q3 read src/sum.js: allow_once, its persona may use read",
          "q4 web: reject_once, its persona has no web",
          "q5 other made.txt: reject_once, "other" is no tool that Troupe knows",
        ]
      `);
    expect(readFileSync(join(tree, 'made.txt'), 'utf8')).toBe('made');
    expect(existsSync(join(dir, 'data', 'escaped.txt'))).toBe(false);
  });
});
