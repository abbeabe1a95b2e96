// What needs no run: help, workflows as pictures and pages, the doctor, an old Node.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkoutBin, ownNode, startTroupe, troupe } from '../support/cli.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'troupe-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** What `troupe serve` asks for, of an App that GitHub does not know. */
function appEnvironment(): Readonly<Record<string, string>> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    APP_ID: '1',
    PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    WEBHOOK_SECRET: 'secret-of-the-hook',
    GITHUB_API_URL: 'http://127.0.0.1:9',
  };
}

test('the help lists every command, and a command has help of its own with an example', async () => {
  const { code, stdout } = await troupe(['--help'], { cwd });
  expect(code).toBe(0);
  const list = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Example:'));
  const names = [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(names.join(' ')).toMatch(
    /^demo serve worker doctor run step validate graph describe analyze workflows runs queue show status logs .*help$/,
  );
  const help = await troupe(['run', '--help'], { cwd });
  expect(help.code).toBe(0);
  expect(help.stdout).toMatch(/\nExamples:\n {2}troupe run hotfix --task /);
});

test('`graph` prints Mermaid, and `describe` a page', async () => {
  const graph = await troupe(['graph', 'project-loop'], { cwd });
  expect({ code: graph.code, stderr: graph.stderr }).toEqual({ code: 0, stderr: '' });
  expect(graph.stdout).toMatchInlineSnapshot(`
    "flowchart TD
      s_prepare(["Prepare branch and pull request"])
      s_plan["Plan<br/>implementation-planner"]
      s_evaluate_plan["Evaluate the plan<br/>plan-evaluator<br/><i>context.state.get('plan_status') === 'pass'</i>"]
      s_implement["Implement<br/>lead-engineer<br/><i>context.state.get('evaluate_plan_status') === 'pass'</i>"]
      s_qa["QA<br/>qa-engineer"]
      subgraph s_reviews["Reviews (all)"]
        s_code_review["Code review<br/>code-reviewer"]
        s_security_review["Security review<br/>security-reviewer"]
      end
      s_finish[["Open the pull request<br/>open-pull-request<br/><i>context.state.get('reviews_status') === 'pass'</i>"]]
      s_prepare --> s_plan
      s_plan --> s_evaluate_plan
      s_evaluate_plan --> s_implement
      s_implement --> s_qa
      s_qa --> s_reviews
      s_reviews --> s_finish
      subgraph list_finally["finally"]
        s_settle(["Settle the pull request"])
      end
    "
  `);
  const page = await troupe(['describe', 'project-loop'], { cwd });
  expect(page.code).toBe(0);
  expect(page.stdout.split('\n').filter((line) => /^(#|- |\| [A-Z])/.test(line))).toMatchInlineSnapshot(`
    [
      "# project-loop",
      "## What starts it",
      "- the command \`/troupe run project-loop\` or the label \`troupe:project-loop\`",
      "## Steps",
      "| Prepare branch and pull request | branch, first commit, draft pull request |  |  |  |",
      "| Plan | asks implementation-planner | \`prepare\` |  | 20 m 0 s |",
      "| Evaluate the plan | asks plan-evaluator | \`plan\` | \`context.state.get('plan_status') === 'pass'\` | 15 m 0 s |",
      "| Implement | asks lead-engineer | \`evaluate-plan\` | \`context.state.get('evaluate_plan_status') === 'pass'\` | 1 h 0 m |",
      "| QA | asks qa-engineer | \`implement\` |  | 30 m 0 s |",
      "| Reviews | all at the same time | \`qa\` | \`context.state.get('qa_status') === 'pass'\` |  |",
      "| Code review | asks code-reviewer | in Reviews |  | 20 m 0 s |",
      "| Security review | asks security-reviewer | in Reviews |  | 20 m 0 s |",
      "| Open the pull request | open-pull-request | \`reviews\` | \`context.state.get('reviews_status') === 'pass'\` |  |",
      "| Settle the pull request | ready, draft or closed: by how the run ended | finally |  |  |",
      "## What it does to the repository",
      "- It writes to the branch \`troupe/<number>-<slug>\` and opens a pull request.",
      "- A second run of the same group (\`task-{{task.number ?? task.slug}}\`) waits.",
      "- It stops at 240 minutes, and its work is kept.",
      "## Results",
      "- \`summary\`: \`{{steps.implement.summary ?? ''}}\`",
      "- \`qa\`: \`{{steps.qa.verdict ?? 'unknown'}}\`",
    ]
  `);
  const json: unknown = JSON.parse((await troupe(['describe', 'hotfix', '--json'], { cwd })).stdout);
  expect(json).toMatchObject({ id: 'hotfix', budget: { minutes: 90 } });
});

test('`workflows` lists what can be run here, what starts it, and which file has mistakes', async () => {
  const folder = join(cwd, '.github/troupe/workflows');
  mkdirSync(folder, { recursive: true });
  const fix = 'steps: [{ id: fix, type: persona-request, persona: hotfix-specialist }]\n';
  const trigger = 'trigger: { labels: [bug], events: [issues.opened] }\n';
  writeFileSync(join(folder, 'fix.yml'), `name: Fix\ndescription: Fix it\n${trigger}${fix}`);
  writeFileSync(join(folder, 'broken.yml'), 'name: Broken\nsteps: 3\n');
  const settings = join(cwd, '.github/troupe.yml');
  writeFileSync(settings, 'workflows: { disable: [feature, project-loop] }\n');
  const { code, stdout, stderr } = await troupe(['workflows'], { cwd });
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(stdout).toMatchInlineSnapshot(`
    "broken           has mistakes  (.github/troupe/workflows/broken.yml)
        ✗ \`troupe validate .github/troupe/workflows/broken.yml\` says where
    fix              Fix it  (.github/troupe/workflows/fix.yml)
        troupe:fix · label bug · issues.opened
    hotfix           Fix one urgent fault with the smallest change, test it, review it, open the pull request  (built in)
        troupe:hotfix
    "
  `);
  rmSync(join(folder, 'broken.yml'));
  writeFileSync(settings, 'workflows: { disable: [feature, project-loop, hotfix] }\n');
  expect(await troupe(['workflows'], { cwd })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^fix .*\n.*\n$/),
  });
  mkdirSync(join(cwd, '.github/troupe/personas'));
  writeFileSync(join(cwd, '.github/troupe/personas/far.md'), '---\nx-troupe: { retires: 1 }\n---\nLook.\n');
  const broken = await troupe(['workflows'], { cwd });
  expect(broken).toMatchObject({ code: 2, stdout: expect.stringContaining('.github/troupe/personas/far.md:2:') });
});

test('a workflow that is not there: exit code 2 and the nearest name', async () => {
  const { code, stdout, stderr } = await troupe(['graph', 'project-lop'], { cwd });
  expect({ code, stdout, stderr }).toMatchInlineSnapshot(`
    {
      "code": 2,
      "stderr": "There is no workflow "project-lop"; did you mean "project-loop"?
    → Workflows here: feature, hotfix, project-loop.
    ",
      "stdout": "",
    }
  `);
});

test('the doctor says what is there, what is not, and what to do', async () => {
  const { code, stdout } = await troupe(['doctor'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^✓ node: 24\./m);
  expect(stdout).toMatch(/^✓ git: \d/m);
  expect(stdout).toMatch(/^✓ data directory: .*\/\.troupe \(will be made\)$/m);
  expect(stdout).toMatch(/^! server file: .*\n {4}→ /m);
  expect(stdout).toMatch(/^[✓!] sandbox: /m);
  expect(stdout).toMatch(/^! bot: not set up \(APP_ID is not set\)\n {4}→ /m);
  expect(existsSync(join(cwd, '.troupe'))).toBe(false);
});

test.each([
  ['a file', (path: string) => writeFileSync(path, ''), 'it is a file'],
  ['a link that leads nowhere', (path: string) => symlinkSync('nowhere', path), 'it is a link that leads nowhere'],
])(
  'a data directory that is %s is refused with a sentence, and the doctor does not tick it',
  async (_what, make, why) => {
    const path = join(cwd, 'data');
    make(path);
    const sentence = `Cannot use ${path} as the data directory: ${why}\n`;
    const refused = await troupe(['runs', '--data-dir', 'data'], { cwd });
    expect([refused.code, refused.stdout, refused.stderr.split('→')[0]]).toEqual([2, '', sentence]);
    const doctor = await troupe(['doctor', '--data-dir', 'data'], { cwd });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain(`✗ data directory: ${sentence}`);
    const bot = await troupe(['serve', '--poll'], { cwd, env: { ...appEnvironment(), TROUPE_DATA_DIR: path } });
    // a line of its log
    expect([bot.code, JSON.parse(bot.stderr)]).toMatchObject([2, { level: 60, msg: sentence.trim() }]);
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
  },
);

test('the bot without a provider says at its start that runs will fail', async () => {
  const bot = startTroupe(['serve', '--poll'], { cwd, env: appEnvironment() });
  try {
    await bot.said('No provider is configured: every run that asks a persona will fail.');
  } finally {
    bot.child.kill('SIGKILL');
  }
  await bot.ended;
});

test('the doctor for machines: one document, every check with its state', async () => {
  writeFileSync(join(cwd, 'troupe.config.yml'), 'provders: {}\n');
  const { code, stdout, stderr } = await troupe(['doctor', '--json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  // looked at below
  const report = JSON.parse(stdout) as { healthy: boolean; checks: { name: string; state: string; hint?: string }[] };
  expect(report.healthy).toBe(false);
  expect(report.checks.find(({ name }) => name === 'server file')).toMatchObject({ state: 'bad' });
  expect(report.checks.filter(({ state, hint }) => state !== 'good' && hint === undefined)).toEqual([]);
});

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path));

test('an old Node gets a sentence and exit code 2', async () => {
  // Where the machine has only a new one, its version is overridden before the program starts.
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.9.0'}})`;
  const inCheckout = { cwd, node: ownNode, program: checkoutBin, nodeArguments: ['--import', pretend] };
  const told = await troupe(['--version'], inCheckout);
  expect({ code: told.code, stdout: told.stdout, stderr: told.stderr }).toMatchInlineSnapshot(`
    {
      "code": 2,
      "stderr": "Troupe needs Node 24 or newer; this is Node 20.9.0.
    In a checkout of Troupe, \`npm ci\` brings the right Node: use \`npm start\`, \`npm run demo\` or \`npm exec troupe -- …\`.
    ",
      "stdout": "",
    }
  `);
  // as a package there is no npm that could bring it
  const packed = await troupe(['--version'], { cwd, node: ownNode, nodeArguments: ['--import', pretend] });
  expect({ code: packed.code, stdout: packed.stdout }).toEqual({ code: 2, stdout: '' });
  expect(packed.stderr).toContain('Install a newer one');
});

test.runIf(oldNode)('so it does with the Node of this machine, if that is old', async () => {
  const { code, stdout, stderr } = await troupe(['--version'], { cwd, node: oldNode ?? ownNode });
  expect([
    [2, '', true],
    [0, '0.1.0\n', false],
  ]).toContainEqual([code, stdout, stderr.startsWith('Troupe needs Node 24 or newer; this is Node ')]);
});
