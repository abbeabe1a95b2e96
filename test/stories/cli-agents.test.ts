// A newcomer with an agent on the PATH and no file of ours: who plays, with what, and what is said when nobody can.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkingCopy, ownNode, troupe } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';
import { installClaude } from '../support/fake-claude.ts';
import { goodAnswers } from '../support/good-answers.ts';

const root = resolve(import.meta.dirname, '../..');
const fakeAgent = join(root, 'test/support/acp-agent-process.ts');
const secret = 'sk-ant-oat01-kept-to-itself';
let copy: WorkingCopy;
let place: string;

beforeEach(() => {
  copy = makeWorkingCopy();
  place = join(copy.path, '../machine');
  mkdirSync(join(place, 'bin'), { recursive: true });
  mkdirSync(join(place, 'home'));
  // a person's programs are open to the users that personas may run as
  chmodSync(dirname(place), 0o755);
});
afterEach(() => {
  copy.remove();
  rmSync(place, { recursive: true, force: true });
});

/** A program on the PATH of the person. */
function install(name: string, text: string): void {
  writeFileSync(join(place, 'bin', name), text);
  chmodSync(join(place, 'bin', name), 0o755);
}

/** A file in the HOME of the person. */
function keep(path: string, content: object): void {
  mkdirSync(dirname(join(place, 'home', path)), { recursive: true });
  writeFileSync(join(place, 'home', path), JSON.stringify(content));
}

/** `troupe …` on a machine with these programs, git and node, and nothing else. */
function person(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliEnd> {
  const path = [join(place, 'bin'), dirname(ownNode), '/usr/bin', '/bin'].join(':');
  return troupe(argv, { cwd: copy.path, env: { PATH: path, HOME: join(place, 'home'), ...env } });
}

/** Claude's own program, without the one that speaks for it. */
function claude(): void {
  installClaude(join(place, 'bin'), { ...goodAnswers, 'hotfix-specialist': goodAnswers['lead-engineer'] });
}

/** What the fake claude was started with, from the branch of the run. */
function seen({ stdout }: CliEnd): {
  readonly words: readonly string[];
  readonly variables: readonly string[];
  readonly token: number;
  readonly canRenew: boolean;
  readonly home: readonly string[];
} {
  const [, branch = ''] = / {2}branch {8}(\S+) at/.exec(stdout) ?? [];
  // as the fake writes it
  return JSON.parse(copy.git('show', `${branch}:seen.json`)) as ReturnType<typeof seen>;
}

test('with nothing on the PATH one screen says what to install', async () => {
  const { code, stdout, stderr } = await person(['run', 'hotfix', '--task', 'Correct the total']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('No agent is installed. Install one, log in or set its key, and try again:');
  expect(stderr).toContain('  claude-code  npm install -g @agentclientprotocol/claude-agent-acp@');
  expect(stderr.trim().split('\n').length).toBeLessThan(24);
});

test('with `claude` alone and no key it says which key or log-in is missing', async () => {
  claude();
  const { code, stderr } = await person(['run', 'hotfix', '--task', 'Correct the total']);
  expect(code).toBe(2);
  expect(stderr).toContain('No agent can work yet:');
  expect(stderr).toContain(join(place, 'bin/claude'));
  expect(stderr).toContain('no key (ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN, ANTHROPIC_AUTH_TOKEN) and no log-in');
});

test('`claude` alone with a log-in does the work, and is handed the token and nothing else of HOME', async () => {
  claude();
  const expiresAt = Date.now() + 3_600_000;
  const claudeAiOauth = { accessToken: secret, refreshToken: 'sk-ant-ort01-renews-it', expiresAt };
  keep('.claude/.credentials.json', { claudeAiOauth });
  keep('.claude/settings.json', { hooks: {} });
  const run = await person(['run', 'hotfix', '--task', 'Correct the total'], { GITHUB_TOKEN: 'ghp_not-for-agents' });
  expect(run.stderr).toContain('Agent: claude-code: the only agent that was found ready');
  expect(run.stderr).toContain('log-in in ~/.claude/.credentials.json, good for 59 minutes');
  expect(run.code).toBe(0);
  expect(run.stdout).not.toContain(secret);
  const { words, variables, token, canRenew, home } = seen(run);
  expect(words).toEqual(expect.arrayContaining(['-p', '--output-format', 'json', '--strict-mcp-config']));
  expect(words.join(' ')).toContain('--setting-sources  --tools ');
  expect({ token, canRenew }).toEqual({ token: secret.length, canRenew: false });
  expect(variables).not.toContain('GITHUB_TOKEN');
  expect(home).not.toContain('.claude');
});

test('a log-in that has ended is not tried', async () => {
  claude();
  keep('.claude/.credentials.json', { claudeAiOauth: { accessToken: secret, expiresAt: 1 } });
  const { code, stderr } = await person(['run', 'hotfix', '--task', 'Correct the total']);
  expect(code).toBe(2);
  expect(stderr).toContain('the log-in in ~/.claude/.credentials.json has ended');
  expect(stderr).toContain('start `claude` once');
});

test('`codex` without the program that speaks for it: the one command', async () => {
  install('codex', '#!/bin/sh\necho "codex-cli 0.171.0"\n');
  const { code, stderr } = await person(['run', 'hotfix', '--task', 'Correct the total'], { OPENAI_API_KEY: 'sk-x' });
  expect(code).toBe(2);
  expect(stderr).toContain('"codex" is there; "codex-acp", which speaks for it, is not');
  expect(stderr).toContain('→ npm install -g @agentclientprotocol/codex-acp@');
});

/** An agent that speaks the protocol, under the name of a vendor's program. */
function installSpeaker(name: string, ...words: readonly string[]): void {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  install(
    name,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo "${name} 9.8.7"; exit 0; fi\nexec ${process.execPath} ${fakeAgent} ${quoted}\n`,
  );
}

test('of several the first of the list plays unless somebody is named, and the order is always the same', async () => {
  installSpeaker('codex-acp', 'pass');
  installSpeaker('opencode', 'pass');
  const keys = { OPENAI_API_KEY: 'sk-x' };
  const dry = await person(['run', 'hotfix', '--task', 'Correct the total', '--dry-run'], keys);
  expect(dry.stderr).toContain('Agent: codex: the first of 2 that were found ready (codex, opencode)');
  expect(dry.stdout).toContain('codex');
  const named = await person(['run', 'hotfix', '--task', 'x', '--dry-run', '--provider', 'opencode'], keys);
  expect(named.stderr).not.toContain('Agent:');
  expect(named.stdout).toContain('opencode');
  const file = join(place, 'server.yml');
  writeFileSync(file, 'providers: { mine: { transport: assisted } }\n');
  const theirs = await person(['run', 'hotfix', '--task', 'x', '--dry-run', '--config', file], keys);
  expect(theirs.stderr).not.toContain('Agent:');
  expect(theirs.stdout).toContain('mine');
  writeFileSync(file, 'limits: { cost_usd_per_run: 1 }\n');
  const silent = await person(['run', 'hotfix', '--task', 'x', '--dry-run', '--config', file], keys);
  expect(silent.stderr).toContain('Agent: codex');
});

test('an agent that asks nobody is passed over where no wall holds it', async () => {
  installSpeaker('copilot', 'pass');
  const file = join(place, 'server.yml');
  writeFileSync(file, 'sandbox: off\n');
  const keys = { COPILOT_GITHUB_TOKEN: 'github_pat_x' };
  const alone = await person(['run', 'hotfix', '--task', 'x', '--config', file], keys);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('asks nobody before it acts');
  const doctor = await person(['doctor', '--config', file], keys);
  expect(doctor.stdout).toMatch(/! agent copilot: .*copilot, 9\.8\.7, key in COPILOT_GITHUB_TOKEN, .*tier 1 or 2 only/);
  keep('.copilot/config.json', { logged_in_users: [{ login: 'ada' }] });
  const kept = await person(['doctor', '--config', file]);
  expect(kept.stdout).toContain('is not handed over: it is a GitHub token, and an agent holds none');
});

test('doctor shows each agent with version, key, tier and what mends it; one that hangs does not hold it up', async () => {
  claude();
  installSpeaker('codex-acp', 'pass');
  install('gemini', '#!/bin/sh\nsleep 600\n');
  const started = Date.now();
  const told = await person(['doctor', '--json'], { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-y' });
  expect(Date.now() - started).toBeLessThan(60_000);
  // as its schema says; cli-json.test.ts holds it against it
  const { agents } = JSON.parse(told.stdout) as { readonly agents: readonly Readonly<Record<string, unknown>>[] };
  const byName = Object.fromEntries(agents.map((agent) => [agent['name'], agent]));
  expect(byName['claude-code']).toMatchObject({ ready: true, version: '2.1.332', pays: 'key in ANTHROPIC_API_KEY' });
  expect(byName['claude-code']).toMatchObject({ poorer: { mend: expect.stringContaining('npm install -g') } });
  expect(byName['codex']).toMatchObject({ ready: true, version: '9.8.7', pays: 'key in OPENAI_API_KEY' });
  expect(byName['gemini']).toMatchObject({ ready: false, no_version: expect.stringContaining('nothing within') });
  expect(byName['grok']).toMatchObject({ ready: false, lacks: [expect.anything(), expect.anything()] });
  // Troupe can hold a key for codex; for gemini there is none
  expect(byName['codex']).not.toHaveProperty('not_behind_gateway');
  expect(byName['gemini']).toHaveProperty('not_behind_gateway.message', expect.stringContaining('has no key'));
  expect(told.stdout).not.toContain('sk-ant-x');
  const personas = await person(['personas', 'qa-engineer'], { OPENAI_API_KEY: 'sk-y' });
  expect(personas.stdout).toContain('Nobody names a provider, so codex plays');
  expect(personas.stdout).toContain('✓ agent codex:');
  expect(personas.stdout).toMatch(/tier 2, sandbox: gateway: (yes|no, it needs bubblewrap)\n/);
});

test('`init` writes the agents that were found, and no key', async () => {
  installSpeaker('codex-acp', 'pass');
  keep('.codex/auth.json', { tokens: { access_token: 'a-token-that-is-secret', refresh_token: 'r' } });
  const init = await person(['init', '--template', 'hotfix']);
  expect(init.stdout).toContain('+ .github/troupe.config.yml');
  expect(init.stdout).toContain('(codex does the work)');
  const text = readFileSync(join(copy.path, '.github/troupe.config.yml'), 'utf8');
  expect(text).toContain('default_provider: codex\n');
  expect(text).not.toContain('a-token');
  const doctor = await person(['doctor', '--config', '.github/troupe.config.yml']);
  expect(doctor.stdout).toContain('✓ provider codex: can answer');
  expect(doctor.stdout).toContain('tier 2, sandbox: gateway: no. "codex" cannot work behind the gateway');
});

test('whoever names an agent that is not there is told what it lacks; a workflow that names it is no mistake', async () => {
  claude();
  const named = await person(['run', 'hotfix', '--task', 'x', '--provider', 'codex'], {
    ANTHROPIC_API_KEY: 'sk-ant-x',
  });
  expect(named.code).toBe(2);
  expect(named.stderr).toContain('"codex-acp" is not on the PATH');
  expect(named.stderr).toContain('→ npm install -g @agentclientprotocol/codex-acp@');
  const file = join(place, 'server.yml');
  writeFileSync(file, 'providers: {}\n');
  const nobody = await person(['run', 'hotfix', '--task', 'x', '--config', file], { ANTHROPIC_API_KEY: 'sk-ant-x' });
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('there is no provider')]);
});
