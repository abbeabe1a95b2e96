// Work that never ends, of every kind that a run does, in real processes: the minutes of its run end it with all that it started, whatever its own timeout is.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { allowedMs, eventually } from '../support/patience.ts';
import { commandLines } from '../support/processes.ts';

/** Seconds in which a run is at work on its step, also where it makes a branch and a commit first. */
const soon = Math.ceil(allowedMs(5_000) / 1_000);
const minutes = soon / 60;

let left: (() => void)[] = [];
afterEach(() => {
  for (const close of left) close();
  left = [];
});

/** What hangs, and whose limit it is. */
interface Hanging {
  readonly whose: 'workflow' | 'repository' | 'operator';
  readonly settings?: object;
  readonly step?: string;
  readonly providers?: object;
}

const reasons = {
  workflow: '`budget.minutes` of the workflow',
  repository: '`budget.minutes` of the repository',
  operator: '`limits.minutes_per_run` of the operator',
} as const;

/** Sleeps in a process of its own; told apart by how long. */
const sleeps = (mark: string): string[] => ['sh', '-c', `sleep ${mark} & wait`];
const look = 'type: persona-request, persona: code-reviewer, timeout: 1h';
const edit = 'type: persona-request, persona: lead-engineer, expect: changes, timeout: 1h';

const cases: Readonly<Record<string, (mark: string) => Hanging | Promise<Hanging>>> = {
  'a command of `setup`': (mark) => ({
    whose: 'operator',
    settings: { setup: { run: [sleeps(mark)], timeout: '1h' } },
    step: edit,
  }),
  'a command of `verify` with a child': (mark) => ({
    whose: 'repository',
    settings: { verify: [sleeps(mark)] },
    step: edit.replace('expect: changes', 'expect: [changes, tests]'),
  }),
  'an agent that does not stop when it is asked to': (mark) => ({
    whose: 'workflow',
    providers: { it: { transport: 'acp', command: [process.execPath, agentProgram, 'deaf', mark] } },
  }),
  'a program with a child': (mark) => ({
    whose: 'operator',
    providers: { it: { transport: 'shell', command: sleeps(mark), timeout: 3600 } },
  }),
  async 'a model that never answers'() {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    left.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo; // it listens
    const model = { preset: 'openai-compatible', base_url: `http://127.0.0.1:${port}/v1`, model: 'silent' };
    return { whose: 'workflow', providers: { it: model } };
  },
};

const agentProgram = join(import.meta.dirname, '../support/acp-agent-process.ts');

test.each(Object.entries(cases))('%s', async (_what, make) => {
  const copy = makeWorkingCopy();
  left.push(copy.remove);
  // like no other on this machine
  const mark = `6${process.pid}${left.length}${Object.keys(cases).indexOf(_what)}`;
  const { whose, settings = {}, step = look, providers } = await make(mark);
  const budget = { minutes };
  const repository = { verify: [['true']], ...settings, ...(whose === 'repository' ? { budget } : {}) };
  const server = {
    sandbox: 'off',
    ...(providers === undefined ? {} : { providers, default_provider: 'it' }),
    ...(whose === 'operator' ? { limits: { minutes_per_run: minutes } } : {}),
  };
  writeFileSync(join(copy.path, '.github/troupe.yml'), JSON.stringify(repository));
  const file = { ...(whose === 'workflow' ? { budget } : {}), ...(step === look ? { branch: false } : {}) };
  writeFileSync(
    join(copy.path, 'it.yml'),
    `${JSON.stringify(file).slice(0, -1)}${Object.keys(file).length > 0 ? ',' : ''} "steps": [{ id: it, name: It, ${step} }] }\n`,
  );
  copy.git('add', '--all');
  copy.git('commit', '--quiet', '--message', 'Set it');
  const config = join(copy.path, '..', 'config.yml');
  writeFileSync(config, JSON.stringify(server));
  const answers = providers === undefined ? ['--answers', copy.answers('a.json', goodAnswers)] : [];
  const argv = ['run', './it.yml', '--task', 'Do it', '--config', config, ...answers];
  let seen = 0;
  const watch = setInterval(() => (seen = Math.max(seen, marked(mark))), 50);
  left.push(() => clearInterval(watch));
  const began = performance.now();
  const end = await troupe(argv, { cwd: copy.path });
  expect(`${end.stdout}${end.stderr}`).toContain(`Out of time: ${reasons[whose]} allows`);
  expect([end.code, end.signal]).toEqual([1, null]);
  // not its own hour
  expect(performance.now() - began).toBeLessThan(allowedMs(soon * 1_000 + 60_000));
  if (!_what.includes('model')) expect(seen).toBeGreaterThan(0);
  await eventually(() => expect(marked(mark)).toBe(0));
});

/** Processes that hold the mark. */
function marked(mark: string): number {
  return commandLines().filter(({ line }) => line.includes(mark) && !line.includes('vitest')).length;
}
