// What people on an issue read about money when an agent is ended before it has told its price.
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { StepPath } from '../../src/support/index.ts';
import { createHurriedClock } from '../support/hurried-clock.ts';
import { eventually } from '../support/patience.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const look = `name: Look
branch: false
variables: { patience: 60 }
steps:
  - { id: review, type: persona-request, persona: code-reviewer, timeout: "{{variables.patience}}" }
`;

/** A label whose agent is at work, and whose minute of patience passes then. */
async function untilPatienceEnds(): Promise<Story> {
  const clock = createHurriedClock();
  clock.hold();
  const told = await stage({
    files: { '.github/troupe/workflows/look.yml': look },
    providers: shellProviders(),
    serverFile: { defaultProvider: 'program', sandbox: 'off' },
    bot: { clock },
  });
  // agents may be another user, who may write nowhere else
  const desk = join(told.dir, 'desk');
  mkdirSync(desk);
  chmodSync(desk, 0o777);
  writePersona(told.dir, {
    'code-reviewer': `fs.writeFileSync(${JSON.stringify(join(desk, 'begun'))}, '');\nsh('sleep 600');`,
  });
  await told.label('troupe:look');
  await eventually(() => expect(existsSync(join(desk, 'begun'))).toBe(true));
  clock.resume();
  return told;
}

test('an agent that its timeout ended: the comment says that nobody knows what it cost', async () => {
  const told = await untilPatienceEnds();
  expect(await told.ended()).toMatchObject({ status: 'timed_out', usage: { costUsd: '0', complete: false } });
  const comment = await told.github.until('the receipt', async () =>
    told.repository
      .comments(told.issue)
      .find(({ author, body }) => author === told.app.botLogin && body.includes('**Receipt**')),
  );
  expect(comment.body).toMatch(/\| ⌛ \| Review \| timed out \| .* \| cost unknown \|/);
  expect(comment.body).toContain('**Receipt**: 1 agent run · tokens unknown · cost unknown · ');
  expect(comment.body).toContain('The attempt took longer than 1 m 0 s');
});

test('an answer that comes when its run has ended: nobody takes it, and the receipt says what it cost', async () => {
  const told = await untilPatienceEnds();
  const { id: run } = await told.ended();
  const receipt = (): string => told.comments().find(({ body }) => body.includes('**Receipt**'))?.body ?? '';
  await told.github.until('the receipt', async () => (receipt() === '' ? undefined : true));
  expect(receipt()).toContain('**Receipt**: 1 agent run · tokens unknown · cost unknown · ');
  // as if a service had been asked
  const { store, url } = told.bot();
  const requestId = `${run}:review:1`;
  const secret = `whsec_${Buffer.from('a secret of this request alone').toString('base64')}`;
  const about = { run, step: 'review' as StepPath, attempt: 1, provider: 'program', strategy: 'callback' } as const;
  await store.tickets.open({ ...about, requestId, data: {}, secret, nextAt: null, deadline: null });
  await store.tickets.move(requestId, ['sending'], { state: 'over' });
  const usage = { input_tokens: 1_000, output_tokens: 200, cost_usd: 0.4 };
  const body = JSON.stringify({ status: 'pass', summary: 'Done at last', usage });
  const at = new Date();
  const answer = await fetch(`${url}/persona-callback/${encodeURIComponent(requestId)}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': requestId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(requestId, at, body),
    },
    body,
  });
  expect(answer.status).toBe(410);
  await told.github.until('the new receipt', async () => (receipt().includes('$0.40') ? true : undefined));
  expect(receipt()).toContain('**Receipt**: 1 agent run · 1,200 tokens · $0.40 · ');
  expect(receipt()).not.toContain('Done at last');
  expect(await told.state(run)).toMatchObject({ status: 'timed_out', usage: { costUsd: '0.4', complete: true } });
  expect((await told.runs())[0]).toMatchObject({ status: 'timed_out', costUsd: '0.4', costComplete: true });
});
