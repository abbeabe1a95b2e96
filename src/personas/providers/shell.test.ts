import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contextFor, taskIn } from '../../../test/suites/provider-contract.ts';
import { hasBubblewrap } from '../../../test/support/requirements.ts';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { createProviders, transports } from '../index.ts';
import type { Persona, PersonaResult, ProviderConfig } from '../index.ts';
import { patienceMs } from '../../../test/support/patience.ts';

function shell(
  script: string,
  { options = {}, ...change }: Partial<ProviderConfig> = {},
  secrets: Record<string, string> = {},
) {
  const config: ProviderConfig = {
    name: 'sh',
    transport: 'shell',
    env: [],
    ...change,
    options: { command: ['sh', '-c', script], ...options },
  };
  const provider = createProviders([config], servicesWith(secrets), transports).get('sh');
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-shell-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function run(
  script: string,
  change: Partial<ProviderConfig> = {},
  secrets: Record<string, string> = {},
): Promise<PersonaResult> {
  const ticket = { requestId: 'r', provider: 'sh', strategy: 'immediate' as const, deadline: Date.now() + patienceMs };
  const answer = await shell(script, change, secrets).start(taskIn(dir), ticket, await contextFor());
  if ('waiting' in answer) throw new Error('shell answers at once');
  return answer.answer;
}

test('the command gets the prompt, its inputs, who and where it is, and only the variables that were named', async () => {
  const result = await run(
    `cat > prompt.txt; node -e '
      const { readFileSync, writeFileSync } = require("node:fs");
      const { TROUPE_PERSONA, TROUPE_STEP, TROUPE_ATTEMPT, TROUPE_REQUEST_ID, API_KEY, OTHER_KEY = null } = process.env;
      writeFileSync(process.env.TROUPE_RESULT_FILE, JSON.stringify({ status: "pass", outputs: {
        prompt: readFileSync("prompt.txt", "utf8"), inputs: JSON.parse(readFileSync(process.env.TROUPE_INPUTS_FILE, "utf8")),
        TROUPE_PERSONA, TROUPE_STEP, TROUPE_ATTEMPT, TROUPE_REQUEST_ID, API_KEY, OTHER_KEY } }));'`,
    { env: ['API_KEY'] },
    { API_KEY: 'k1', OTHER_KEY: 'k2' },
  );
  expect(result.outputs).toEqual({
    prompt: '# Role\n\nTest it.\n',
    inputs: { stage: 'initial' },
    TROUPE_PERSONA: 'qa-engineer',
    TROUPE_STEP: 'qa',
    TROUPE_ATTEMPT: '1',
    TROUPE_REQUEST_ID: 'rabcdefghijklmno:qa:1',
    API_KEY: 'k1',
    OTHER_KEY: null,
  });
});

/** What a persona with these tools meets. */
async function met(tools: Persona['tools'], change: Partial<ProviderConfig> = {}): Promise<unknown> {
  const script = `node -e '
    const { existsSync, writeFileSync } = require("node:fs");
    let writes = true;
    try { writeFileSync("mark.txt", "x"); } catch { writes = false; }
    const network = require("node:os").networkInterfaces();
    writeFileSync(process.env.TROUPE_RESULT_FILE, JSON.stringify({ status: "pass", outputs: {
      tools: process.env.TROUPE_TOOLS, limits: process.env.TROUPE_TOOL_LIMITS ?? null, writes,
      sees: existsSync("here.txt"), network: Object.keys(network).some((name) => name !== "lo") } }));'`;
  writeFileSync(join(dir, 'here.txt'), '');
  const task = taskIn(dir);
  const ticket = { requestId: 'r', provider: 'sh', strategy: 'immediate' as const, deadline: Date.now() + patienceMs };
  const asked = { ...task, persona: { ...task.persona, tools } };
  const answer = await shell(script, change).start(asked, ticket, await contextFor());
  return 'answer' in answer ? answer.answer.outputs : answer;
}

test.runIf(hasBubblewrap)('tools have their effect: what may be seen, written and reached', async () => {
  const none = { options: { network: 'none' } };
  const outside = Object.keys(networkInterfaces()).some((name) => name !== 'lo');
  const all = { limits: null, sees: true, writes: true, network: outside };
  expect(await met(['read', 'search', 'edit', 'execute', 'web'])).toEqual({
    ...all,
    tools: 'read,search,edit,execute,web',
  });
  expect(await met(['read', 'search'])).toEqual({ ...all, tools: 'read,search', writes: false });
  expect(await met(['read'], none)).toEqual({ ...all, tools: 'read', writes: false, network: false });
  expect(await met(['read', 'edit'], none)).toEqual({ ...all, tools: 'read,edit', network: false });
  expect(await met(['execute'], none)).toEqual({ ...all, tools: 'execute' });
  expect(await met(['read', 'web'], none)).toEqual({ ...all, tools: 'read,web', writes: false });
  // without any file tool there is no worktree: the private folder of the request may be written
  expect(await met([])).toEqual({ ...all, tools: '', sees: false });
});

test('a pass with a bad exit code is no pass, and the reason is told', async () => {
  const result = await run(`echo '{"status":"pass","summary":"x"}'; echo 'out of disk' >&2; exit 3`);
  expect(result).toMatchObject({
    status: 'error',
    error: { class: 'contract', message: '"sh" handed in pass but exited with 3. It said: out of disk' },
  });
});

test('a command that says nothing and fails tells its last words', async () => {
  const result = await run(`echo 'no such model' >&2; exit 2`);
  expect(result.error).toEqual({
    class: 'contract',
    message:
      '"sh" exited with 2. The persona handed in no result. It must write JSON to $TROUPE_RESULT_FILE, or end its output with a ```json result block. It said: no such model',
  });
});

test('a command that is not installed is a mistake of the configuration', async () => {
  await expect(run('', { options: { command: ['no-such-agent'] } })).rejects.toMatchObject({
    code: 'persona/command',
    class: 'config',
  });
});

test('a result file that is a link or a pipe is not read', async () => {
  writeFileSync(join(dir, 'secret.json'), '{"status":"pass","summary":"from elsewhere"}');
  expect((await run(`ln -s "$PWD/secret.json" "$TROUPE_RESULT_FILE"`)).error?.class).toBe('contract');
  expect((await run(`mkfifo "$TROUPE_RESULT_FILE"`)).error?.class).toBe('contract');
});

test('the raw answer is kept, without secrets', async () => {
  const result = await run(`echo 'key is the-secret-key'; echo '{"status":"pass","summary":"x"}'`);
  expect(result.artifacts).toEqual([
    { name: 'answer', mediaType: 'text/plain', content: 'key is [redacted]\n{"status":"pass","summary":"x"}\n' },
  ]);
});

test('with `result: exit-code` the exit code is the evidence, seen by Troupe', async () => {
  const green = await run(`printf '# tests 2\\n# pass 2\\n# fail 0\\n'`, { options: { result: 'exit-code' } });
  expect(green).toMatchObject({
    status: 'pass',
    evidence: [{ by: 'troupe', exitCode: 0, tests: { run: 2, failed: 0 } }],
  });
  expect(await run('exit 4', { options: { result: 'exit-code' } })).toMatchObject({
    status: 'fail',
    summary: '"sh" exited with 4',
    evidence: [{ by: 'troupe', exitCode: 4 }],
  });
  expect(await run(`echo '{"status":"fail","summary":"But no"}'`, { options: { result: 'exit-code' } })).toMatchObject({
    status: 'fail',
    summary: 'But no',
  });
});

test('a variable that is named and not set is a warning before anything runs', async () => {
  expect(await shell('true', { env: ['API_KEY'] }).check(taskIn(dir).persona)).toEqual([
    {
      severity: 'warning',
      message: 'Provider "sh" wants the environment variable API_KEY, which is not set',
      hint: 'Set API_KEY where Troupe is started, or take it out of `env`',
    },
  ]);
});
