// Time and money as a person at the command line sees them: real processes, real agents in shells, no GitHub.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, troupe } from '../support/cli.ts';
import type { CliEnd, Desk } from '../support/cli.ts';

let desk: Desk;
afterEach(() => desk.remove());
beforeEach(() => {
  desk = makeDesk();
});

/** A review by a program: `agent` is a script for `sh`. */
function look(workflow: string, agent: string): Promise<CliEnd> {
  writeFileSync(join(desk.path, 'agent.sh'), agent);
  writeFileSync(
    join(desk.path, 'troupe.config.yml'),
    `sandbox: "off"\nproviders:\n  agent: { transport: shell, command: [sh, ./agent.sh] }\n`,
  );
  writeFileSync(join(desk.path, 'look.yml'), workflow);
  const argv = ['run', './look.yml', '--task', 'Look', '--config', 'troupe.config.yml'];
  return troupe(argv, { cwd: desk.path });
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
