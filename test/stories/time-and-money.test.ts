// Time and money as a person at the command line sees them: real processes, real agents in shells, no GitHub.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';
import { formatDuration } from '../../src/support/index.ts';
import { allowedMs } from '../support/patience.ts';

/** Seconds in which an agent has begun and said what it has to say. */
const soon = Math.ceil(allowedMs(1_000) / 1_000);

let workingCopy: WorkingCopy;
afterEach(() => workingCopy.remove());
beforeEach(() => {
  workingCopy = makeWorkingCopy();
});

/** A review by a program: `agent` is a script for `sh`. */
function look(workflow: string, agent: string): Promise<CliEnd> {
  writeFileSync(join(workingCopy.path, 'agent.sh'), agent);
  writeFileSync(
    join(workingCopy.path, 'troupe.config.yml'),
    `sandbox: "off"\nproviders:\n  agent: { transport: shell, command: [sh, ./agent.sh] }\n`,
  );
  writeFileSync(join(workingCopy.path, 'look.yml'), workflow);
  const argv = ['run', './look.yml', '--task', 'Look', '--config', 'troupe.config.yml'];
  return troupe(argv, { cwd: workingCopy.path });
}

const pass = `echo '{"status":"pass","summary":"Looks right.","outputs":{"risk":"low"}}'`;

test('an agent of three seconds has all the time it needs under a `base_timeout` of 30, and under one of "1" it has not', async () => {
  const workflow = (timeout: string) => `branch: false
variables: { base_timeout: ${timeout} }
steps:
  - { id: look, type: persona-request, persona: code-reviewer, timeout: "{{variables.base_timeout}}" }
`;
  const passed = await look(workflow('30'), `sleep 3; ${pass}`);
  expect(passed.stderr).toContain('Look: succeeded (pass)');
  expect(passed.code).toBe(0);
  const late = await look(workflow('"1"'), `sleep 30; ${pass}`);
  expect(late.code).toBe(1);
  expect(late.stderr).toContain('The attempt took longer than 1.0 s');
});

/** What `claude -p --output-format json` prints: its own report around the persona's words. */
function envelope(costUsd: number, session = 'a'): string {
  const words = '```json result\n{"status":"pass","summary":"Looks right.","outputs":{"risk":"low"}}\n```';
  const usage = { input_tokens: 1_000, output_tokens: 200, cache_read_input_tokens: 4_000 };
  const report = { type: 'result', subtype: 'success', is_error: false, session_id: session, result: words };
  return JSON.stringify({ ...report, total_cost_usd: costUsd, usage });
}

function says(text: string): string {
  return `cat <<'END'\n${text}\nEND`;
}

const twoLooks = `branch: false
budget: { cost_usd: 0.50 }
steps:
  - { id: one, type: persona-request, persona: code-reviewer }
  - { id: two, type: persona-request, persona: code-reviewer, dependencies: [one] }
`;

test('a budget of 0.50 and agents whose own reports say 0.77: the second is not asked', async () => {
  const ended = await look(twoLooks, says(envelope(0.77)));
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('Budget reached: cost_usd 0.77 of 0.5');
  expect(ended.stdout).toContain('agent runs    1, cost $0.77');
});

test('an agent that its timeout ends has a cost that nobody knows, and all that it said by then', async () => {
  const workflow = `branch: false
steps:
  - { id: look, type: persona-request, persona: code-reviewer, timeout: ${soon}s }
`;
  const silent = await look(workflow, 'sleep 30');
  expect(silent.stdout).toContain('agent runs    1, cost unknown');
  const { stdout } = await look(workflow, `${says(envelope(0.77))}\nsleep 30`);
  expect(stdout).toContain('agent runs    1, cost at least $0.77 (some prices are unknown)');
  const told = async (...argv: readonly string[]) => (await troupe(argv, { cwd: workingCopy.path })).stdout;
  const [newest, older] = (await told('runs')).trim().split('\n');
  expect(newest).toContain('at least $0.77');
  expect(older).toContain('cost unknown');
  const id = /r[a-z2-7]{15}/.exec(older ?? '')?.[0] ?? '';
  expect(await told('show', id)).toMatch(
    new RegExp(`⌛ Look: timed_out .* cost unknown — The attempt took longer than ${formatDuration(soon * 1_000)}`),
  );
  expect(await told('report', id)).toContain('1 agent run, tokens unknown, cost unknown');
  const { usage } = JSON.parse(await told('show', id, '--json')) as { usage: object };
  expect(usage).toMatchObject({ costUsd: '0', complete: false });
});

test('`troupe workflows` tells what the last run was given, its error, and of how many runs the cost is known', async () => {
  mkdirSync(join(workingCopy.path, '.github/troupe/workflows'), { recursive: true });
  writeFileSync(
    join(workingCopy.path, '.github/troupe/workflows/toned.yml'),
    `branch: false
inputs: { tone: { type: string, default: dry } }
steps:
  - { id: look, type: persona-request, persona: code-reviewer, timeout: ${soon}s }
`,
  );
  writeFileSync(join(workingCopy.path, 'agent.sh'), 'sleep 30');
  writeFileSync(
    join(workingCopy.path, 'troupe.config.yml'),
    `sandbox: "off"\nproviders:\n  agent: { transport: shell, command: [sh, ./agent.sh] }\n`,
  );
  workingCopy.git('add', '--all');
  workingCopy.git('commit', '--quiet', '--message', 'Add a workflow');
  const argv = ['run', 'toned', '--task', 'Look', '--config', 'troupe.config.yml', '--input', 'tone=warm'];
  await troupe(argv, { cwd: workingCopy.path });
  const told = await troupe(['workflows'], { cwd: workingCopy.path });
  expect(told.stdout).toMatch(
    /^toned .*\n {4}troupe:toned\n {4}1 run, 0 succeeded · .* on average · cost unknown\n {4}last run with tone=warm\n {4}last error: Step "Look" took longer than its timeout \(r[a-z2-7]{15}\)$/m,
  );
});
