// A command that cannot be started is known before anything is started.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { createProviders, parseProviderConfigs, transports } from '../index.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-command-'));
  mkdirSync(join(dir, 'bin'));
  script('bin/agent', '#!/bin/sh\nexit 0\n');
  script('bin/by-env', '#!/usr/bin/env -S FOO=1 agent --fast\nexit 0\n');
  script('bin/no-interpreter', '#!/opt/not/here/python\n');
  script('bin/no-program', '#!/usr/bin/env not-installed\n');
  script('bin/from-windows', '#!/bin/sh\r\nexit 0\r\n');
  script('bin/without-first-line', 'exit 0\n');
  script('bin/plain', '#!/bin/sh\n', 0o644);
  script('persona.mjs', '', 0o644);
  mkdirSync(join(dir, 'bin/folder'));
  symlinkSync('nowhere', join(dir, 'bin/dangling'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function script(name: string, text: string, mode = 0o755): void {
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), mode);
}

async function problemsOf(command: readonly string[], path = `${join(dir, 'bin')}:/usr/bin:/bin`) {
  const { configs } = parseProviderConfigs(
    { x: { transport: 'shell', command: [...command] } },
    { baseDir: dir, transports },
  );
  const provider = createProviders(configs, servicesWith({}, { path }), transports).get('x');
  return (await provider?.check({} as never)) ?? [];
}

test.each([
  [['agent', '--print']],
  [['./bin/agent']],
  [['bin/agent']],
  [['by-env']],
  [['without-first-line']],
  [['sh', '-c', '/not/here/at/all']],
  [['sh', './persona.mjs']],
  [['agent', '/tmp/made-later.json']],
])('%j can be started', async (command) => {
  expect(await problemsOf(command)).toEqual([]);
});

test.each([
  [['no-such-program-xyz'], '"no-such-program-xyz" is not on the PATH'],
  [['./bin/gone'], '"gone" is not there'],
  [['bin/gone'], '"gone" is not there'],
  [['/usr/bin/no-such-program'], '"no-such-program" is not there'],
  [['./bin/dangling'], '"dangling" is not there'],
  [['dangling'], '"dangling" is not on the PATH'],
  [['./bin'], '"bin" is no file'],
  [['folder'], '"folder" is not on the PATH'],
  [['./bin/plain'], '"plain" is not executable'],
  [['plain'], '"plain" is not executable'],
  [['no-interpreter'], '"no-interpreter" wants /opt/not/here/python, which is not there'],
  [['no-program'], '"no-program" wants not-installed, which is not there'],
  [['./bin/from-windows'], 'the first line of "from-windows" ends as on Windows'],
  [['sh', './gone.sh'], '"gone.sh" is not there'],
  [['sh', '-u', '../gone.sh'], '"gone.sh" is not there'],
])('%j is told: %s', async (command, why) => {
  const [problem, ...others] = await problemsOf(command);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    severity: 'error',
    message: `The command of provider "x" cannot be started: ${why}`,
    hint: expect.stringMatching(/./),
  });
});

test('a program in a folder is the one beside the server file, never one of the worktree', () => {
  const { configs } = parseProviderConfigs(
    { x: { transport: 'shell', command: ['tools/agent', 'tools/x'] } },
    { baseDir: dir, transports },
  );
  expect(configs[0]?.options).toEqual({ command: [join(dir, 'tools/agent'), 'tools/x'] });
});
