// A process that dies while an agent works: the next one goes on in the same session and the same tree, or begins anew and says why. Real processes.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ownNode, makeWorkingCopy, startTroupe, troupe } from '../support/cli.ts';
import type { CliProcess, WorkingCopy } from '../support/cli.ts';

const root = resolve(import.meta.dirname, '../..');
const small = `name: Small
trigger: { labels: ["troupe:small"] }
steps:
  - { id: fix, type: persona-request, persona: lead-engineer }
`;

let here: WorkingCopy;
let dying: CliProcess | undefined;
afterEach(async () => {
  dying?.child.kill('SIGKILL');
  await dying?.ended;
  dying = undefined;
  here.remove();
});

/** A desk whose only provider is the fake agent; how it behaves, by its words. */
function desk(...words: readonly string[]): string {
  here = makeWorkingCopy({ '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/small.yml': small });
  const config = join(dirname(here.path), 'config.yml');
  configure(config, ...words);
  return config;
}

function configure(config: string, ...words: readonly string[]): void {
  const command = [ownNode, join(root, 'test/support/acp-agent-process.ts'), 'goes-on', ...words];
  const providers = { agent: { transport: 'acp', command, readable: [root] } };
  writeFileSync(config, JSON.stringify({ default_provider: 'agent', providers }));
}

/** Sessions that are kept below the data directory. */
function homes(): readonly string[] {
  const folder = join(here.path, '.troupe/homes');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((run) => readdirSync(join(folder, run)).map((home) => join(folder, run, home)));
}

interface Row {
  readonly kind: string;
  readonly attempt: number;
  readonly request: string;
  readonly text?: string;
}

async function transcript(run: string): Promise<readonly Row[]> {
  const { stdout } = await troupe(['transcript', run, 'fix', '--json'], { cwd: here.path });
  // its schema is held against it elsewhere
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** A run that is killed while its agent works. */
async function killedAtWork(config: string): Promise<string> {
  dying = startTroupe(['run', 'small', '--task', 'Fix it', '--config', config], { cwd: here.path });
  await expect.poll(() => homes().some((home) => existsSync(join(home, 'session.txt')))).toBe(true);
  const { stdout } = await troupe(['runs', '--json'], { cwd: here.path });
  // `runs --json` has this shape: cli-run.test.ts looks at it
  const run = (JSON.parse(stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
  await expect.poll(async () => (await transcript(run)).length).toBeGreaterThan(2);
  dying.child.kill('SIGKILL');
  expect((await dying.ended).signal).toBe('SIGKILL');
  return run;
}

interface Shown {
  readonly status: string;
  readonly usage: { readonly personaRuns: number };
  readonly steps: readonly {
    readonly path: string;
    readonly attempts: number;
    readonly result?: { readonly summary: string; readonly usage: object };
  }[];
}

async function resumed(run: string, config: string) {
  const ended = await troupe(['run', '--resume', run, '--config', config, '--json'], { cwd: here.path });
  // `run --json` prints a run
  const shown = JSON.parse(ended.stdout) as Shown;
  const step = shown.steps.find(({ path }) => path === 'fix');
  return {
    status: shown.status,
    personaRuns: shown.usage.personaRuns,
    summary: step?.result?.summary,
    usage: step?.result?.usage,
    said: ended.stderr,
  };
}

test.each([['resume'], ['load']])('the next process goes on in the same session, by session/%s', async (way) => {
  const config = desk(...(way === 'load' ? ['loads'] : []));
  const run = await killedAtWork(config);
  const [before] = await transcript(run);
  const after = await resumed(run, config);
  expect(after).toMatchObject({
    status: 'succeeded',
    // one request, which was paid once; what the first process took nobody told
    personaRuns: 1,
    summary: `half.txt is there, by ${way}, 2 turns`,
    usage: { inputTokens: 10, outputTokens: 5, complete: false, request: before?.request },
  });
  const branch = here.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/troupe').trim();
  expect(here.git('ls-tree', '--name-only', branch)).toMatch(/half\.txt[\s\S]*whole\.txt/);
  const rows = await transcript(run);
  const texts = rows.filter(({ attempt }) => attempt === 2).map(({ text = '' }) => text);
  expect(new Set(rows.map(({ request }) => request))).toEqual(new Set([before?.request]));
  expect(texts).toContain('Goes on in the session of before');
  expect(texts.filter((text) => text.startsWith('Your process was ended in the middle'))).toHaveLength(1);
  // what was said before is not told again, nor is the prompt
  expect(texts.join('\n')).not.toMatch(/Told again|# Role/);
  expect(homes()).toEqual([]);
});

test.each([
  ['cannot', 'fake-agent 1.2.3 cannot go on with a session'],
  ['loses', 'fake-agent 1.2.3 does not find its session again (Session not found)'],
])('an agent that %s begins anew on a reset tree, and that is said', async (words, why) => {
  const config = desk();
  const run = await killedAtWork(config);
  configure(config, words);
  dying = startTroupe(['run', '--resume', run, '--config', config], { cwd: here.path });
  const said = `Cannot go on where it was when its process ended, because ${why}: begins anew`;
  await expect.poll(async () => (await transcript(run)).map(({ text = '' }) => text)).toContain(said);
  // the new request has the whole prompt again, in a tree without half of the work: the agent makes it anew
  await expect
    .poll(async () => (await transcript(run)).filter(({ text = '' }) => text.startsWith('# Role')))
    .toHaveLength(2);
  const cancelled = await troupe(['cancel', run], { cwd: here.path });
  expect(cancelled.code).toBe(0);
  await dying.ended;
  const { stdout } = await troupe(['show', run, '--json'], { cwd: here.path });
  expect((JSON.parse(stdout) as Shown).usage.personaRuns).toBe(2);
  expect(homes()).toEqual([]);
});
