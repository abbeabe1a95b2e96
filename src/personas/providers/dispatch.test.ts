// The provider `dispatch` against workflows in memory: what a look makes of a run, and when it gives one up.
import { expect, test } from 'vitest';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { createRedactor, silentLogger } from '../../support/index.ts';
import type { Clock } from '../../support/index.ts';
import { createProviders, parseProviderConfigs, transports } from '../index.ts';
import type { Provider, Ticket, WorkflowRun, Workflows } from '../index.ts';
import { openRequest, sealRequest } from '../remote/sealed-request.ts';

const key = 'k'.repeat(32);
const start = Date.parse('2026-11-30T12:00:00Z');
const minute = 60_000;
const ticket: Ticket = { requestId: 'r1:fix:1', provider: 'mine', strategy: 'callback', deadline: start + 60 * minute };
const running: WorkflowRun = { id: 7, url: 'https://github.test/runs/7', isOver: false, conclusion: null };

function providerWith(workflows: Partial<Workflows>, secret = key): Provider {
  const entry = { transport: 'dispatch', workflow: 'persona.yml', key: 'KEY' };
  const { configs } = parseProviderConfigs({ mine: entry }, { baseDir: '/', transports });
  const nobody = () => Promise.reject(new Error('nobody asks this'));
  const all = { dispatch: nobody, find: nobody, run: nobody, cancel: nobody, ...workflows };
  const services = servicesWith({ KEY: secret }, { workflows: all, publicUrl: 'https://troupe.example.test' });
  const provider = createProviders(configs, services, transports).get('mine');
  if (provider === undefined) throw new Error('its entry makes no provider');
  return provider;
}

function look(provider: Provider, at: number, keeps: Ticket['keeps']) {
  const clock: Clock = { now: () => start + at, after: () => () => undefined };
  const { signal } = new AbortController();
  const reach = { clock, signal, log: silentLogger, redactor: createRedactor() };
  return provider.look?.({ ...ticket, ...(keeps === undefined ? {} : { keeps }) }, reach);
}

function read(found: Awaited<ReturnType<typeof look>>): unknown {
  if (found === undefined || !('reply' in found)) throw new Error('it still waits');
  return JSON.parse(Buffer.from(found.reply.body).toString('utf8'));
}

test('a run that GitHub does not show yet is waited for, ever less often, and ten minutes at most', async () => {
  const provider = providerWith({ find: async () => undefined });
  const first = await look(provider, 15_000, { since: start, looks: 0 });
  expect(first).toMatchObject({ waiting: { keeps: { since: start, looks: 1 }, nextLookAt: start + 45_000 } });
  const later = await look(provider, 9 * minute, { since: start, looks: 9 });
  expect(later).toMatchObject({ waiting: { nextLookAt: start + 11 * minute } });
  expect(read(await look(provider, 11 * minute, { since: start, looks: 10 }))).toMatchObject({
    status: 'error',
    error: { class: 'transient', message: expect.stringContaining('began no run of it within 10 m') },
  });
});

test('a run that was found is looked at by its id from then on', async () => {
  const found = await look(providerWith({ find: async () => running }), 15_000, { since: start, looks: 0 });
  expect(found).toMatchObject({ waiting: { keeps: { run: 7, looks: 1 } } });
  const again = await look(providerWith({ run: async () => running }), 40 * minute, { since: start, looks: 9, run: 7 });
  expect(again).toMatchObject({ waiting: { keeps: { run: 7, looks: 10, since: start } } });
});

test('one that somebody deleted never answers', async () => {
  const gone = providerWith({ run: async () => undefined });
  expect(read(await look(gone, minute, { since: start, looks: 1, run: 7 }))).toMatchObject({
    error: { class: 'failed', message: 'The workflow run that had the request was deleted, and no answer came of it' },
  });
});

test.each([
  ['startup_failure', 'transient', 'could not be started'],
  ['stale', 'transient', 'GitHub gave the workflow run up'],
  ['action_required', 'failed', 'waits for somebody to approve it'],
  ['skipped', 'failed', 'Every job of the workflow run was skipped'],
  ['odd', 'failed', 'ended as odd'],
])('a run that ended as %s', async (conclusion, kind, words) => {
  const over = providerWith({ run: async () => ({ ...running, isOver: true, conclusion }) });
  expect(read(await look(over, minute, { since: start, looks: 1, run: 7 }))).toMatchObject({
    error: { class: kind, message: expect.stringContaining(words) },
  });
});

test('GitHub that is out tells nothing of a run: it is looked for again', async () => {
  const out = providerWith({ run: () => Promise.reject(new Error('GitHub is out')) });
  await expect(look(out, minute, { since: start, looks: 1, run: 7 })).rejects.toThrow('GitHub is out');
});

test('a key that is missing or short is told before anything is sent', async () => {
  const persona = { tools: [] } as never; // nobody looks at it
  expect(await providerWith({}, '').check(persona)).toMatchObject([
    { severity: 'error', message: 'Provider "mine" seals its requests with KEY, which is not set' },
  ]);
  expect(await providerWith({}, 'short').check(persona)).toMatchObject([
    { message: 'Provider "mine" seals its requests with KEY, which has fewer than 32 characters' },
  ]);
  expect(await providerWith({}).check(persona)).toEqual([]);
});

test('what is sealed is opened with its key alone, and not when a letter of it changed', () => {
  const place = { requestId: 'r1:fix:1', url: 'https://troupe.example.test/persona-request/x?signature=y' };
  const sealed = sealRequest(key, place);
  expect(openRequest(key, sealed)).toEqual(place);
  expect(sealRequest(key, place)).not.toBe(sealed);
  const changed = `${sealed.slice(0, 30)}${sealed[30] === 'A' ? 'B' : 'A'}${sealed.slice(31)}`;
  for (const forged of [
    changed,
    '',
    'x',
    sealed.slice(0, 40),
    Buffer.from(JSON.stringify(place)).toString('base64url'),
  ])
    expect(() => openRequest(key, forged)).toThrow('was not sealed with the key of this job');
  expect(() => openRequest('other'.repeat(10), sealed)).toThrow('was not sealed with the key of this job');
});
