// Real agent programs against a model on this machine, through the product's own code: `npm run test:agents`. Needs the programs; see docs/agents.md.
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { askOnce } from './ask.ts';
import type { Lead } from './ask.ts';
import { key } from './clis.ts';
import type { Cli } from './clis.ts';
import { cellOf, meteredIn, onTheWire, reportedIn, unanswered, usagesOf } from './counted.ts';
import { demoFix } from '../../src/local-github/index.ts';
import { requestRows, runRows } from './matrix.ts';
import { play, playRow } from './played.ts';
import { findPrograms, installsOf } from './programs.ts';
import { startRedis } from '../support/redis-server.ts';
import { hasRedis } from '../support/requirements.ts';
import { judgeAsked, judgeLoop, judgePlayed } from './judge.ts';
import { createTable } from './table.ts';
import type { Move } from './moves.ts';

const { found, missing, problem } = findPrograms();
const table = createTable(found.map(({ cli: { name }, version }) => ({ name, version })));

afterAll(() => {
  const text = [table.text(), table.notes(), ...(missing.length === 0 ? [] : [installsOf(missing)])].join('\n\n');
  process.stdout.write(`\n${text}\n`);
  const place = process.env['TROUPE_AGENTS_TABLE'];
  if (place !== undefined) writeFileSync(place, `${text}\n`);
});

test('the agents that were asked for are there', () => {
  expect(problem).toBeUndefined();
});

function leadOf(cli: Cli): (url: string) => Lead {
  return (url) => {
    const { entry, secrets } = cli.at(url);
    return { entry: { preset: cli.name, ...entry }, secrets };
  };
}

function leadBehind(cli: Cli): (url: string) => Lead {
  return leadOf({ ...cli, at: cli.behind ?? cli.at });
}

for (const { cli } of found)
  if (cli.cannotBehind !== undefined) table.set('behind the gateway', cli.name, cli.cannotBehind);

const good: Readonly<Record<string, readonly Move[]>> = {
  'You plan changes': [submit({ plan: ['Multiply by the quantity'], acceptance: ['npm test passes'] })],
  'You implement the task': [
    { kind: 'read', path: 'src/cart.js' },
    { kind: 'write', path: 'src/cart.js', text: demoFix['src/cart.js'] ?? '', over: true },
    { kind: 'run', command: 'npm test' },
    submit({}),
  ],
  'You review the change': [submit({ risk: 'low' })],
};

function submit(outputs: object): Move {
  return { kind: 'submit', result: { status: 'pass', summary: 'Multiplied by the quantity.', outputs } };
}

/** The model of a project-loop in which all goes well. */
function wellPlayed(prompt: string): readonly Move[] {
  const [, moves] = Object.entries(good).find(([words]) => prompt.includes(words)) ?? [];
  return moves ?? [submit({ risk: 'low' })];
}

describe.each(found.map(({ cli, version }) => ({ name: cli.name, cli, version })))(
  '$name $version',
  ({ name, cli }) => {
    test('takes a label to a pull request whose test goes from red to green', async () => {
      const played = await play({ lead: leadOf(cli), moves: wellPlayed, label: 'troupe:project-loop' });
      try {
        await judgeLoop(played);
        table.set('label to pull request', name, 'green');
        const wire = onTheWire(played.model);
        table.set('requests to its model', name, String(wire.calls));
        table.set('tokens its model took', name, cellOf(wire));
        table.set('tokens it reports', name, cellOf(reportedIn(usagesOf(played.run))));
      } finally {
        await played.close();
      }
    });

    test.skipIf(cli.cannotBehind !== undefined)('does the same behind the gateway, without its key', async () => {
      const played = await play({
        lead: leadBehind(cli),
        moves: wellPlayed,
        label: 'troupe:project-loop',
        isBehindGateway: true,
      });
      try {
        await judgeLoop(played);
        table.set('behind the gateway', name, 'green');
        const wire = onTheWire(played.model);
        const usages = usagesOf(played.run);
        table.set('gateway: requests to its model', name, String(wire.calls));
        table.set('gateway: tokens its model took', name, cellOf(wire));
        table.set('gateway: tokens metered', name, cellOf(meteredIn(usages)));
        table.set('gateway: tokens it reports', name, cellOf(reportedIn(usages)));
        table.note(`${name}, behind the gateway: without an answer: ${unanswered(played.model)}`);
        const { calls: _calls, ...tokens } = wire;
        const metered = meteredIn(usages);
        // who is ended while it asks leaves an answer that nobody heard the end of, and Troupe says so
        if (metered?.isWhole !== false) expect(metered).toEqual({ ...tokens, isWhole: true });
        else expect(metered.read).toBeLessThanOrEqual(tokens.read);
        const { inside } = played;
        expect(inside.length).toBeGreaterThan(0);
        expect(inside.filter(({ environment, line }) => `${JSON.stringify(environment)}${line}`.includes(key))).toEqual(
          [],
        );
      } finally {
        await played.close();
      }
    });

    test.skipIf(!hasRedis)('does the same in `troupe worker`, with the code as a bundle', async () => {
      const redis = await startRedis();
      try {
        const played = await play({
          lead: leadOf(cli),
          moves: wellPlayed,
          label: 'troupe:project-loop',
          redis: redis.url,
        });
        try {
          await judgeLoop(played);
          table.set('in `troupe worker`', name, 'green');
        } finally {
          await played.close();
        }
      } finally {
        await redis.remove();
      }
    });

    test.concurrent.each(requestRows)('$name: no pass, and told by its kind', async (row) => {
      const asked = await askOnce({
        part: { moves: () => row.moves, ...(row.fault === undefined ? {} : { fault: row.fault }) },
        lead: leadOf(cli),
        timeoutMs: row.fault === 'hang' ? 20_000 : 150_000,
        ...(row.isDown === undefined ? {} : { isDown: row.isDown }),
        ...(row.dies === undefined ? {} : { dies: row.dies }),
      });
      const { result, seconds } = asked;
      const kind = result.error?.class ?? result.status;
      const wait = result.error?.retryAfterMs;
      const waits = wait === undefined ? '' : `, wait ${Math.round(wait / 1_000)} s`;
      table.set(row.name, name, `${kind}${waits} (${seconds.toFixed(0)} s)`);
      table.note(`${name}, ${row.name}: ${result.error?.message ?? result.summary}`);
      judgeAsked(row, asked, cli.tells?.[row.name]);
    });

    test.each(runRows)('$name: nothing is green', async (row) => {
      const played = await playRow(row, leadOf(cli));
      try {
        const { run } = played;
        const step = run.steps.get(row.step as never);
        table.set(row.name, name, run.status === 'failed' ? `failed at ${row.step}` : `${run.status}!`);
        table.note(`${name}, ${row.name}: ${step?.error?.message ?? JSON.stringify(step?.result)}`);
        await judgePlayed(row, played);
      } finally {
        await played.close();
      }
    });
  },
);
