// Signed webhooks over real HTTP: our intake, which stores each before it answers, beside a Probot app with an empty handler.
import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { median, ms, quantile } from './figure.ts';
import type { Figure } from './figure.ts';
import { intakeSecret } from './webhook-servers-process.ts';

const rounds = 6;
const perRound = 500;
const atOnce = 24;

interface Target {
  readonly port: number;
  readonly perSecond: number[];
  readonly took: number[];
  stop(): void;
}

/** Measures both in turns, each in a process of its own. */
export async function webhookIntake(): Promise<readonly Figure[]> {
  const ours = await startTarget('troupe');
  const theirs = await startTarget('probot');
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  let sent = 0;
  for (let round = 0; round <= rounds; round += 1)
    for (const target of [ours, theirs]) {
      const bodies = Array.from({ length: perRound }, () => labeled((sent += 1)));
      const took: number[] = [];
      const start = performance.now();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let body = bodies.pop(); body !== undefined; body = bodies.pop())
            took.push(await send(agent, target, body));
        }),
      );
      // The first round warms up.
      if (round === 0) continue;
      target.perSecond.push((perRound / (performance.now() - start)) * 1_000);
      target.took.push(...took);
    }
  agent.destroy();
  ours.stop();
  theirs.stop();
  const ratio = median(ours.perSecond) / median(theirs.perSecond);
  const slow = quantile(ours.took, 0.99);
  return [
    {
      what: 'webhook intake, stored before the answer',
      measured: `${median(ours.perSecond).toFixed(0)} req/s`,
      reference: `${median(theirs.perSecond).toFixed(0)} req/s Probot, empty handler`,
      ratio,
      better: 'higher',
      bar: '≥ 0.7×',
      isMet: ratio >= 0.7,
    },
    {
      what: `webhook intake, ${atOnce} at once, p99`,
      measured: ms(slow),
      reference: `${ms(quantile(theirs.took, 0.99))} Probot`,
      bar: '≤ 100 ms',
      isMet: slow <= 100,
    },
  ];
}

function startTarget(name: 'troupe' | 'probot'): Promise<Target> {
  const child = fork(join(import.meta.dirname, 'webhook-servers-process.ts'), [name], { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The ${name} server ended with ${code}`)));
    child.once('message', (port) =>
      resolve({ port: Number(port), perSecond: [], took: [], stop: () => void child.send('stop') }),
    );
  });
}

/** Milliseconds until the answer was there. */
function send(agent: Agent, { port }: Target, body: string): Promise<number> {
  const signature = createHmac('sha256', intakeSecret).update(body).digest('hex');
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/github/webhooks',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-github-event': 'issues',
          'x-github-delivery': crypto.randomUUID(),
          'x-hub-signature-256': `sha256=${signature}`,
          'user-agent': 'GitHub-Hookshot/bench',
        },
      },
      (response) => {
        const { statusCode = 0 } = response;
        response.resume().once('end', () => {
          if (statusCode >= 300) reject(new Error(`Answered ${statusCode}`));
          else resolve(performance.now() - start);
        });
      },
    );
    sending.once('error', reject).end(body);
  });
}

/** About as large as GitHub's own: 10 KB. */
function labeled(index: number): string {
  return JSON.stringify({
    action: 'labeled',
    issue: {
      id: 7_000 + index,
      number: index,
      title: 'Crash on empty input',
      body: 'x'.repeat(9_000),
      updated_at: new Date(1_700_000_000_000 + index * 1_000).toISOString(),
      labels: [{ name: 'troupe:feature' }],
    },
    label: { name: 'troupe:feature' },
    repository: { id: 1, name: 'shop', full_name: 'acme/shop', owner: { login: 'acme', id: 3 } },
    installation: { id: 5 },
    sender: { id: 9, login: 'ada', type: 'User' },
  });
}
