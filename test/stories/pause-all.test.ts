// An operator stops everything, from an issue and at the machine: what is at work ends, nothing begins, every issue that waits says so, over restarts, until it goes on.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultServerFile, hostProviders } from '../../src/host/index.ts';
import { machineEnvironment } from '../../src/personas/index.ts';
import { openStore } from '../../src/store/index.ts';
import { troupe } from '../support/cli.ts';
import { eventually } from '../support/patience.ts';
import { serve } from '../support/serve.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import { quickFiles } from '../support/write-faults.ts';

const stage = storyPerTest();
const result = '```json result\n{ "status": "pass", "summary": "Done", "outputs": {} }\n```';

const fileOf = ({ dir }: Pick<Story, 'dir'>, name: string): string => join(dir, 'open', name);

const personaOf = (told: Pick<Story, 'dir'>): string => {
  const at = (name: string): string => fileOf(told, name);
  return `mktemp ${at('asked')}.XXXXXXXX >/dev/null; while [ ! -e ${at('go')} ]; do sleep 0.1; done; echo more >> notes.txt; cat ${at('result.md')}`;
};

/** A persona that notes each request and answers once `go` is there. */
async function slowStory(): Promise<Story> {
  const told = await stage({ later: true, files: quickFiles });
  const at = (name: string): string => fileOf(told, name);
  mkdirSync(at('.'));
  // the persona may be another user
  chmodSync(at('.'), 0o777);
  writeFileSync(at('result.md'), result);
  const script = personaOf(told);
  const machine = machineEnvironment(process.env);
  const serverFile = {
    ...defaultServerFile(),
    defaultProvider: 'slow',
    providers: { slow: { transport: 'shell', command: ['sh', '-c', script] } },
    sandbox: 'off',
    allow: ['playhouse/*'],
    operators: ['Maintainer'],
  } as const;
  const providers = hostProviders({ serverFile, baseDir: told.dir, secrets: {}, machine });
  const { startBot } = told;
  return { ...told, startBot: (more) => startBot({ serverFile, providers, ...more }) };
}

const requests = (told: Story): readonly string[] =>
  readdirSync(fileOf(told, '.')).filter((name) => name.startsWith('asked.'));
/** Whether a process of the persona lives. */
const isAtWork = (told: Story): boolean =>
  readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(fileOf(told, 'asked')));
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // it ended meanwhile
  }
}
const says = (told: Story, issue: number): string =>
  told.repository
    .comments(issue)
    .filter(({ author }) => author === told.app.botLogin)
    .map(({ body }) => body)
    .join('\n');

test('from an issue: the persona ends, a new run does not begin, both issues say so, a restart changes nothing, and it goes on', async () => {
  const told = await slowStory();
  await told.startBot();
  const other = await told.github.as('writer').openIssue(told.fullName, { title: 'Another one', body: '' });
  await told.label('troupe:quick');
  await eventually(() => expect(requests(told)).toHaveLength(1));

  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe pause all');
  await eventually(() => expect(says(told, told.issue)).toContain('Only operators may pause everything'));
  expect(isAtWork(told)).toBe(true);

  await told.github.as('maintainer').comment(told.fullName, told.issue, '/troupe pause all the bill explodes');
  await eventually(() => expect(isAtWork(told)).toBe(false));
  await told.github.as('writer').label(told.fullName, other, 'troupe:quick');
  for (const issue of [told.issue, other])
    await eventually(() =>
      expect(says(told, issue)).toMatch(
        /is paused, as is everything on this server, by maintainer[^]*the bill explodes/,
      ),
    );
  await told.stopBot();
  await told.startBot();
  const ready = (await (await fetch(`${told.bot().url}/readyz`)).json()) as unknown;
  expect(ready).toMatchObject({ ready: true, details: { paused: { by: 'maintainer', reason: 'the bill explodes' } } });
  expect(await (await fetch(`${told.bot().url}/metrics`)).text()).toContain('\ntroupe_paused 1\n');
  await told.github.as('writer').comment(told.fullName, other, '/troupe status');
  await eventually(() =>
    expect(says(told, other)).toMatch(
      /Everything on this server is paused by maintainer since .* UTC: the bill explodes/,
    ),
  );
  await told.bot().sweep();
  expect(requests(told)).toHaveLength(1);

  writeFileSync(fileOf(told, 'go'), '');
  await told.github.as('maintainer').comment(told.fullName, other, '/troupe resume all');
  await eventually(async () =>
    expect((await told.runs()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']),
  );
  // the step that was ended was asked once more, and nothing else
  expect(requests(told)).toHaveLength(3);
  expect(await told.repository.pullRequests()).toHaveLength(2);
  const orders = await told.bot().store.halts.history(10);
  expect(orders.map(({ halted, login, from }) => `${halted} ${login} ${from}`)).toEqual([
    'false maintainer comment',
    'true maintainer comment',
  ]);
});

test('at the machine: beside the bot, and while there is none', async () => {
  const told = await slowStory();
  await told.startBot();
  const ask = (...argv: readonly string[]) => troupe([...argv, '--data-dir', told.dataDir], { cwd: told.dir });
  await told.label('troupe:quick');
  await eventually(() => expect(requests(told)).toHaveLength(1));
  expect((await ask('pause', '--all', '--reason', 'Maintenance')).stdout).toContain('Everything is paused');
  expect(isAtWork(told)).toBe(false);
  expect(JSON.parse((await ask('pause', '--all', '--json')).stdout)).toEqual({ paused: true, changed: false });
  expect((await ask('queue')).stderr).toContain('Everything is paused');
  await ask('resume', '--all');
  await eventually(() => expect(requests(told)).toHaveLength(2));
  await told.stopBot();
  expect(JSON.parse((await ask('pause', '--all', '--json')).stdout)).toEqual({ paused: true, changed: true });
  expect(JSON.parse((await ask('queue', '--json')).stdout)).toMatchObject({
    paused: { at: expect.any(Number), reason: null },
  });
  await told.startBot();
  await eventually(() => expect(says(told, told.issue)).toContain('is paused, as is everything on this server'));
  expect(requests(told)).toHaveLength(2);
  const refused = await ask('pause');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('Name a run, or say --all')]);
  writeFileSync(fileOf(told, 'go'), '');
  await ask('resume', '--all');
  await eventually(async () => expect((await told.runs()).map(({ status }) => status)).toEqual(['succeeded']));
});

test('a bot that is killed while it follows the order: the next one begins nothing', async () => {
  const told = await slowStory();
  const [config, key, secret] = [join(told.dir, 'troupe.json'), join(told.dir, 'key.pem'), 'secret-of-the-hook'];
  writeFileSync(key, told.app.privateKey, { mode: 0o600 });
  const command = ['sh', '-c', personaOf(told)];
  const providers = { slow: { transport: 'shell', command } };
  const rest = { default_provider: 'slow', sandbox: 'off', repositories: { allow: ['playhouse/*'] } };
  writeFileSync(config, JSON.stringify({ ...rest, providers }));
  const served = serve(['serve', '--config', config], {
    cwd: told.dir,
    env: {
      APP_ID: String(told.app.appId),
      PRIVATE_KEY_PATH: key,
      WEBHOOK_SECRET: secret,
      GITHUB_API_URL: told.github.apiUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      HOME: told.dir,
      TROUPE_DATA_DIR: told.dataDir,
    },
  });
  try {
    told.github.setWebhook(told.app.slug, { url: `${await served.url()}/api/github/webhooks`, secret });
    await told.label('troupe:quick');
    await eventually(() => expect(requests(told)).toHaveLength(1));
    const asking = troupe(['pause', '--all', '--data-dir', told.dataDir], { cwd: told.dir });
    const reader = await openStore({ kind: 'embedded', directory: told.dataDir, access: 'read' });
    try {
      await eventually(async () => expect(await reader.halts.now()).toBeDefined());
    } finally {
      await reader.close();
    }
    served.child.kill('SIGKILL');
    await asking;
  } finally {
    served.child.kill('SIGKILL');
  }
  await eventually(() => expect(served.child.signalCode).toBe('SIGKILL'));

  await told.startBot();
  await eventually(() => expect(says(told, told.issue)).toContain('is paused, as is everything on this server'));
  await told.bot().sweep();
  expect(requests(told)).toHaveLength(1);
  writeFileSync(fileOf(told, 'go'), '');
  await troupe(['resume', '--all', '--data-dir', told.dataDir], { cwd: told.dir });
  await eventually(async () => expect((await told.runs()).map(({ status }) => status)).toEqual(['succeeded']));
});
