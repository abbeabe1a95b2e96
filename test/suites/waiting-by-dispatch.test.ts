// Answers of runners of GitHub against the contract of providers that wait, and what only a runner can do to a request.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Runner } from '../../src/local-github/index.ts';
import type { RunId, StepPath } from '../../src/support/index.ts';
import { createDispatchSide } from '../support/dispatch-side.ts';
import type { DispatchSide } from '../support/dispatch-side.ts';
import { eventually } from '../support/patience.ts';
import { persona } from '../support/run-builder.ts';
import { makeWaitingWorld } from '../support/waiting-world.ts';
import type { Life, WaitingWorld } from '../support/waiting-world.ts';
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('callback', { through: ' of a dispatched job', make: createDispatchSide });

const dispatches = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
const pass = JSON.stringify({ status: 'pass', summary: 'Fine', outputs: { risk: 'low' } });
const ask = 'ask' as StepPath; // an id outside loops
const plain = persona('ask', [], { persona: 'code-reviewer' });
/** A retry would ask somebody else. */
const reviewing = { ...plain, retry: { ...plain.retry, on: [] } };

describe('a dispatched job', () => {
  let side: DispatchSide;
  let world: WaitingWorld;
  let life: Life | undefined;
  beforeEach(async () => {
    side = await createDispatchSide();
    world = await makeWaitingWorld(side.client, (found) => {
      side.process = found;
    });
  });
  afterEach(async () => {
    await life?.stop();
    await world.remove();
    await side.close();
  });

  /** The next process, a minute later: it looks after what waits. */
  async function next(): Promise<Life> {
    side.process = undefined;
    await life?.stop();
    life = await world.live();
    return life;
  }

  async function waiting(run: RunId): Promise<void> {
    await eventually(async () => {
      const state = await life?.state(run);
      expect(state?.steps.get(ask)?.waitingFor?.for).toBe('ticket');
      expect(state?.parkedSince).toBeDefined();
    });
  }

  async function errorOf(run: RunId): Promise<unknown> {
    await life?.over(run);
    return (await life?.state(run))?.steps.get(ask)?.error;
  }

  test('a dispatch whose answer was lost is looked up, and never made twice', async () => {
    side.work = () => pass;
    side.github.faults.answer({ route: dispatches, when: 'after', answer: 'reset' });
    const run = await world.start([reviewing]);
    await next();
    expect(await errorOf(run)).toBeUndefined();
    expect(side.runs()).toHaveLength(1);
    expect(side.runs()[0]?.title).toBe(`Persona ${run}:ask:1`);
  });

  test('one that GitHub refuses says why, and what to do', async () => {
    side.github.faults.answer({ route: dispatches, when: 'before', answer: { status: 404 } });
    const run = await world.start([reviewing]);
    await next();
    expect(await errorOf(run)).toMatchObject({
      class: 'config',
      message: expect.stringContaining(
        'There is no workflow .github/workflows/troupe-persona.yml on the default branch',
      ),
    });
  });

  test.each<[how: Awaited<ReturnType<Runner>>, error: object]>([
    [
      'success',
      { class: 'failed', message: expect.stringContaining('The workflow run ended well, and no answer came') },
    ],
    ['failure', { class: 'failed', message: expect.stringMatching(/The workflow run failed.*\/actions\/runs\/\d+$/) }],
    ['timed_out', { class: 'timeout', message: expect.stringContaining('The workflow run was out of time') }],
    ['cancelled', { class: 'failed', message: expect.stringContaining('Somebody cancelled the workflow run') }],
  ])('that ends as %s without an answer fails its step', async (how, error) => {
    side.github.hireRunner(() => Promise.resolve(how));
    const run = await world.start([reviewing]);
    await next();
    await waiting(run);
    await next();
    expect(await errorOf(run)).toMatchObject(error);
  });

  test('that no runner takes is waited for, and cancelled with its run', async () => {
    side.github.hireRunner(undefined);
    const run = await world.start([reviewing]);
    await next();
    await waiting(run);
    await next();
    expect(side.runs()).toMatchObject([{ status: 'queued' }]);
    const by = { login: 'ada', from: 'comment' } as const;
    await life?.store.journal.post(run, { type: 'run.cancel_requested', data: { by } });
    await life?.over(run);
    await eventually(() => expect(side.runs()).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]));
  });

  test('another job with the same request does nothing', async () => {
    const run = await world.start([reviewing]);
    await next();
    await waiting(run);
    await eventually(() => expect(side.sends).toEqual([`${run}:ask:1`]));
    const [first] = side.github.repository('playhouse/cart').workflowRuns();
    // somebody sends what everybody can read in the first one
    const body = JSON.stringify({ ref: 'main', inputs: first?.inputs });
    const answer = await fetch(
      `${side.github.apiUrl}/repos/playhouse/cart/actions/workflows/troupe-persona.yml/dispatches`,
      { method: 'POST', headers: { authorization: `Bearer ${side.github.as('writer').token()}` }, body },
    );
    expect(answer.status).toBe(204);
    await eventually(() => expect(side.runs()[1]).toMatchObject({ status: 'completed', conclusion: 'success' }));
    expect(side.sends).toEqual([`${run}:ask:1`]);
    side.finish(`${run}:ask:1`, pass);
    expect(await errorOf(run)).toBeUndefined();
  });

  test('nothing of a dispatch tells where the request lies', async () => {
    const run = await world.start([reviewing]);
    await next();
    await waiting(run);
    const inputs = side.github.repository('playhouse/cart').workflowRuns()[0]?.inputs ?? {};
    expect(Object.keys(inputs)).toEqual(['id', 'request']);
    expect(JSON.stringify(inputs)).not.toMatch(/https?:|signature|whsec/);
    expect(Buffer.from(inputs['request'] ?? '', 'base64url').toString('latin1')).not.toContain('persona-request');
  });
});
