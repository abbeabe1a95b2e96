// Personas of a service over HTTP, from label to pull request: who is waited for is seen everywhere, answers are signed, and a service that is away is left alone.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { RunState } from '../../src/engine/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { troupe } from '../support/cli.ts';
import { callBackTo } from '../support/other-sides.ts';
import { eventually } from '../support/patience.ts';
import { startStory } from '../support/story.ts';
import type { Story } from '../support/story.ts';

let story: Story | undefined;
let server: Server | undefined;
afterEach(async () => {
  await story?.close();
  story = undefined;
  server?.closeAllConnections();
  server?.close();
});

const files = {
  '.github/troupe.yml': 'verify: []\n',
  '.github/troupe/workflows/look.yml': `name: Look
trigger: { labels: ["troupe:look"] }
steps:
  - { id: review, type: persona-request, persona: code-reviewer, provider: reviews, timeout: 30m }
`,
};
const pass = JSON.stringify({
  status: 'pass',
  summary: 'Reads well.',
  outputs: { risk: 'low' },
  usage: { input_tokens: 10, output_tokens: 2, cost_usd: 0.4 },
});

interface Asked {
  readonly request_id: string;
  readonly callback?: { readonly url: string; readonly secret: string };
}

/** A service; gives where it is. */
async function service(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  server = createServer((request, response) => {
    void text(request).then((body) => answer(request, response, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // listening on an address, not on a path
  const { port } = server.address() as AddressInfo;
  return { reviews: { transport: 'http', url: `http://127.0.0.1:${port}/requests` } };
}

const review = (state: RunState) => state.steps.get('review' as StepPath);

test('one that calls back: seen while it is waited for, over a restart; forged 401, genuine 202, another one later 410', async () => {
  const asked: Asked[] = [];
  const providers = await service((_request, response, body) => {
    if (body !== '') asked.push(JSON.parse(body) as Asked); // Troupe's own request
    response.writeHead(202).end();
  });
  story = await startStory({ files, providers, publicUrl: 'https://troupe.example.test' });
  await story.label('troupe:look');
  const waiting = await story.until('the review is waited for', (state) => state.parkedSince !== undefined);
  await story.bot().views.flush(waiting.id);
  await story.github.settled();
  const words = /asked reviews at \d\d:\d\d UTC, it calls back, until (?:[\d-]+ )?\d\d:\d\d UTC at the latest/;
  expect(story.comments()[0]?.body).toMatch(new RegExp(`\\| ⏳ \\| Review \\| waiting: ${words.source} \\|`));
  const shown = await troupe(['show', waiting.id, '--data-dir', story.dataDir]);
  expect(shown.stdout).toMatch(
    /◔ Review: waiting .*\n {4}asked reviews at [\dT:.-]+Z · callback · attempt 1 · deadline [\dT:.-]+Z\n/,
  );
  const queue = await troupe(['queue', '--data-dir', story.dataDir]);
  expect(queue.stdout).toMatch(/\n {4}review: asked reviews at [\dT:.-]+Z · callback · attempt 1 · deadline /);
  const told = JSON.parse((await troupe(['queue', '--json', '--data-dir', story.dataDir])).stdout) as {
    readonly runs: readonly { readonly waiting: readonly Record<string, unknown>[] }[];
  }; // `queue --json` has this shape: cli-json.test.ts looks at it
  const request = `${waiting.id}:review:1`;
  const [row] = told.runs[0]?.waiting ?? [];
  expect(row).toMatchObject({ step: 'review', provider: 'reviews', strategy: 'callback', request, attempt: 1 });
  expect(row).toMatchObject({ nextLookAt: null, failedLooks: 0 });
  expect(Number(row?.['deadline']) - Number(row?.['since'])).toBeGreaterThan(29 * 60_000);

  await story.stopBot();
  const bot = await story.startBot();
  const { callback } = asked[0] ?? {};
  const call = (body: string, secret?: string) =>
    callBackTo({ url: bot.url ?? '', store: bot.store }, { callback, requestId: request, body, secret });
  expect(await call(pass, `whsec_${Buffer.alloc(32, 7).toString('base64')}`)).toBe(401);
  expect(review(await story.state(waiting.id))?.status).toBe('waiting');
  expect(await call(pass)).toBe(202);
  const state = await story.ended();
  expect([state.status, review(state)?.result?.summary, state.usage.costUsd]).toEqual([
    'succeeded',
    'Reads well.',
    '0.4',
  ]);
  // the same bytes again, or others: nobody waits any more, and nothing changes
  expect([await call(pass), await call(JSON.stringify({ status: 'fail', summary: 'No.' }))]).toEqual([410, 410]);
  expect(review(await story.state(waiting.id))?.result?.verdict).toBe('pass');
  expect(asked.map(({ request_id: id }) => id)).toEqual([request]);
});

test('one that is looked for: `Retry-After` is kept to, and the next look is told', async () => {
  const looks: number[] = [];
  const providers = await service((request, response) => {
    if (request.method === 'POST') return void response.writeHead(202, { location: '/jobs/1' }).end();
    looks.push(performance.now());
    if (looks.length < 3) response.writeHead(202, { 'retry-after': '2' }).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(pass);
  });
  story = await startStory({ files, providers });
  await story.label('troupe:look');
  await eventually(() => expect(looks.length).toBeGreaterThan(0));
  const waiting = await story.until('the review is waited for', (state) => state.parkedSince !== undefined);
  await eventually(async () => {
    const shown = await troupe(['show', waiting.id, '--data-dir', story?.dataDir ?? '']);
    expect(shown.stdout).toMatch(/asked reviews at [\dT:.-]+Z · poll · attempt 1 · next look [\dT:.-]+Z · deadline /);
  });
  const state = await story.ended();
  expect([state.status, looks.length]).toEqual(['succeeded', 3]);
  const pauses = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
  for (const pause of pauses) expect(pause).toBeGreaterThan(1_900);
});

test('one that is away is left alone: after six failures in a row nobody asks it, and every run says so', async () => {
  let isBack = false;
  let requests = 0;
  const providers = await service((_request, response) => {
    requests += 1;
    if (isBack) response.writeHead(200, { 'content-type': 'application/json' }).end(pass);
    else response.writeHead(503, { 'retry-after': '0' }).end();
  });
  const workflow = `name: Many
trigger: { labels: ["troupe:many"] }
steps:
  - id: all
    type: foreach
    items: [1, 2, 3, 4, 5, 6, 7]
    on_item_failure: continue
    steps:
      - { id: review, type: persona-request, persona: code-reviewer, provider: reviews, retries: 0 }
`;
  story = await startStory({
    files: { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/many.yml': workflow },
    providers,
  });
  await story.label('troupe:many');
  const last = 'all.6.review' as StepPath;
  const state = await story.until('the seventh waits', ({ steps }) => steps.get(last)?.status === 'waiting');
  expect(state.steps.get(last)?.waitingFor?.message).toMatch(
    /^reviews keeps failing: it is left alone until \d\d:\d\d UTC/,
  );
  // nobody asked it meanwhile, however well it is now
  const before = requests;
  isBack = true;
  const shown = await troupe(['show', state.id, '--data-dir', story.dataDir]);
  expect(shown.stdout).toMatch(/◔ Review \[6\]: waiting .* — reviews keeps failing: it is left alone until /);
  const [failed, waits] = ['failed', 'waiting'].map(
    (status) =>
      [...state.steps.values()].filter((step) => step.path.endsWith('.review') && step.status === status).length,
  );
  expect([failed, waits, requests]).toEqual([6, 1, before]);
});
