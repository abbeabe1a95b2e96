// A real bot on a machine whose clock somebody sets in the middle of a run: by three hours, forth and back. The same pull request, nothing lost, nothing twice.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import type { RunEvent } from '../../src/engine/index.ts';
import { openStore } from '../../src/store/index.ts';
import { installClaude } from '../support/fake-claude.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { eventually } from '../support/patience.ts';
import { hasFaketime } from '../support/requirements.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { createSetClock } from '../support/set-clock.ts';

const secret = 'secret-of-the-hook';
const hourMs = 3_600_000;

let dir: string;
let world: DemoWorld;
let served: Served | undefined;
afterEach(async () => {
  await served?.stop();
  await world.github.close();
  rmSync(dir, { recursive: true, force: true });
});

test.runIf(hasFaketime).each([
  [3, -3],
  [-3, 3],
])('a clock that is set by %i h in the middle of a run, then by %i h', async (first, second) => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-faketime-'));
  chmodSync(dir, 0o755);
  world = await createDemoWorld({
    dir: join(dir, 'github'),
    files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' },
  });
  const { github, repository } = world;
  const clock = createSetClock(join(dir, 'clock'));
  const served = await start(clock.env);
  await github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
  await github.until('a step at work', () => repository.checkRuns().find(({ status }) => status === 'in_progress'));
  clock.set(first);
  await eventually(() => expect(hoursAhead(served.output())).toContain(first));
  expect((await repository.pullRequests()).filter(({ draft }) => !draft)).toEqual([]);
  clock.set(second);
  await github.until('a pull request that is ready', async () =>
    (await repository.pullRequests()).find(({ draft }) => !draft),
  );
  await github.until('every check concluded', () =>
    repository.checkRuns().every(({ status }) => status === 'completed') ? true : undefined,
  );
  await github.settled();
  expect(await served.stop()).toBe(0);

  const events = await journal();
  // it lived with each of the clocks, and what it writes down goes by the time that passes
  expect(hoursAhead(served.output())).toEqual(expect.arrayContaining([0, first, second]));
  // one of everything, and nobody was asked twice
  expect(events.filter(({ type }) => type === 'run.finished')).toMatchObject([{ data: { status: 'succeeded' } }]);
  const started = events.filter(({ type }) => type === 'step.started').map(({ step }) => step);
  expect(started).toEqual([...new Set(started)]);
  expect(events.every(({ at }) => Math.abs(at - Date.now()) < hourMs)).toBe(true);
  expect(await repository.pullRequests()).toHaveLength(1);
  const checks = repository.checkRuns().map(({ name, headSha }) => `${name} ${headSha}`);
  expect(checks).toEqual([...new Set(checks)]);
  expect(repository.checkRuns().map(({ conclusion }) => conclusion)).not.toContain('failure');
  const sticky = repository.comments(world.issue).filter(({ body }) => /<!-- troupe:run=\w+ -->/.test(body));
  expect(sticky).toHaveLength(1);
});

async function start(clock: NodeJS.ProcessEnv): Promise<Served> {
  const [home, etc] = [join(dir, 'home'), join(dir, 'etc')];
  for (const folder of [home, etc]) mkdirSync(folder, { mode: 0o700 });
  installClaude(join(dir, 'bin'), goodAnswers);
  writeFileSync(join(etc, 'key.pem'), world.app.privateKey, { mode: 0o600 });
  writeFileSync(join(etc, '.env'), 'PRIVATE_KEY_PATH=./key.pem\nANTHROPIC_API_KEY=sk-ant-api03-of-the-operator\n', {
    mode: 0o600,
  });
  served = serve(['serve'], {
    cwd: etc,
    env: {
      ...clock,
      PATH: `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      APP_ID: String(world.app.appId),
      WEBHOOK_SECRET: secret,
      GITHUB_API_URL: world.github.apiUrl,
      LOG_LEVEL: 'debug',
      HOST: '127.0.0.1',
      PORT: '0',
      HOME: home,
      TROUPE_DATA_DIR: join(dir, 'data'),
    },
  });
  const url = `${await served.url()}/api/github/webhooks`;
  world.github.setWebhook(world.app.slug, { url, secret });
  return served;
}

/** Everything that happened to the only run. */
async function journal(): Promise<readonly RunEvent[]> {
  const store = await openStore({ kind: 'embedded', directory: join(dir, 'data'), access: 'read' });
  try {
    const { items } = await store.journal.list({ limit: 10 });
    expect(items).toHaveLength(1);
    const [run] = items;
    return run === undefined ? [] : await store.journal.read(run.id);
  } finally {
    await store.close();
  }
}

/** By how many hours the lines of a log are ahead of the machine's clock, each once. */
function hoursAhead(log: string): readonly number[] {
  const times = [...log.matchAll(/"time":"([^"]+)"/g)].map(([, time = '']) => Date.parse(time));
  return [...new Set(times.map((time) => Math.round((time - Date.now()) / hourMs) + 0))];
}
