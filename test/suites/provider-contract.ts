// What every provider must do, whatever its transport. Run by each provider's own test with a set-up of its own.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxes, machineEnvironment } from '../../src/personas/index.ts';
import type { PersonaResult, PersonaTask, Provider, ProviderContext, Ticket } from '../../src/personas/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import { patienceMs } from '../support/patience.ts';

/** What an agent does in a scenario; each transport makes it happen in its own way. */
export type Behaviour =
  | 'pass'
  | 'fail'
  | 'error'
  | 'edit'
  | 'hang'
  | 'garbage'
  | 'nothing'
  | 'huge'
  | 'bad-outputs'
  | 'lying-evidence';

/** How a transport is put to the test. `dir` is a fresh folder. */
export interface ProviderSetup {
  readonly name: string;
  create(behaviour: Behaviour, dir: string): Promise<Provider>;
}

/** Registers the contract's tests for one transport. */
export function providerContract(setup: ProviderSetup): void {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'troupe-provider-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  async function start(
    behaviour: Behaviour,
    change: { readonly timeoutMs?: number; readonly onProgress?: () => void; readonly signal?: AbortSignal } = {},
  ): Promise<PersonaResult> {
    const provider = await setup.create(behaviour, dir);
    const task = taskIn(dir);
    const ticket: Ticket = {
      requestId: task.requestId,
      provider: provider.name,
      strategy: 'immediate',
      deadline: Date.now() + (change.timeoutMs ?? patienceMs),
    };
    const answer = await provider.start(task, ticket, await contextFor(change));
    if ('waiting' in answer) throw new Error('this suite is for answers that come at once');
    return answer.answer;
  }

  describe(`a provider of the transport ${setup.name}`, () => {
    test('has a way to answer and no problem that stops it', async () => {
      const provider = await setup.create('pass', dir);
      expect([...provider.strategies]).toEqual(['immediate']);
      expect((await provider.check(taskIn(dir).persona)).filter(({ severity }) => severity === 'error')).toEqual([]);
    });

    test('hands on a pass with its outputs', async () => {
      expect(await start('pass')).toMatchObject({ status: 'pass', summary: 'Looks right', outputs: { risk: 'low' } });
    });

    test('hands on a refusal', async () => {
      expect(await start('fail')).toMatchObject({ status: 'fail', summary: 'Not right' });
    });

    test('hands on an error with its class and how long to wait', async () => {
      expect(await start('error')).toMatchObject({
        status: 'error',
        error: { class: 'rate_limit', message: 'slow down', retryAfterMs: 1_500 },
      });
    });

    test('leaves edits in the worktree', async () => {
      expect(await start('edit')).toMatchObject({ status: 'pass' });
      expect(readFileSync(join(dir, 'made/by-persona.txt'), 'utf8')).toBe('made\n');
    });

    test('ends at its deadline with class timeout', async () => {
      expect(await start('hang', { timeoutMs: 400 })).toMatchObject({ status: 'error', error: { class: 'timeout' } });
    });

    test('ends at once when it is cancelled', async () => {
      const abort = new AbortController();
      const running = start('hang', { signal: abort.signal });
      queueMicrotask(() => abort.abort());
      expect(await running).toMatchObject({ status: 'error', error: { class: 'cancelled' } });
    });

    test.each(['garbage', 'nothing', 'bad-outputs'] as const)('%s is never a pass', async (behaviour) => {
      expect(await start(behaviour)).toMatchObject({ status: 'error', error: { class: 'contract' } });
    });

    test('an answer without end is cut off and no pass', async () => {
      const result = await start('huge');
      expect(result).toMatchObject({ status: 'error', error: { class: 'contract' } });
      expect(JSON.stringify(result).length).toBeLessThan(2 * 1024 * 1024);
    });

    test('evidence stays the persona’s own, whatever it claims', async () => {
      expect((await start('lying-evidence')).evidence).toEqual([
        { by: 'persona', command: ['npm', 'test'], exitCode: 0 },
      ]);
    });

    test('writes nothing beside the worktree', async () => {
      await start('pass');
      expect(existsSync(join(dir, '..', 'result.json'))).toBe(false);
    });
  });
}

/** A request for a persona with every tool. */
export function taskIn(worktree: string): PersonaTask {
  return {
    requestId: 'rabcdefghijklmno:qa:1',
    persona: {
      id: 'qa-engineer',
      name: 'QA',
      description: '',
      tools: ['read', 'edit', 'execute'],
      skills: [],
      profiles: {},
      expect: [],
      prompt: 'Test.',
      source: 'built-in',
      digest: '',
    },
    text: '# Role\n\nTest it.\n',
    inputs: { stage: 'initial' },
    worktree,
    stepId: 'qa',
    attempt: 1,
  };
}

let sandboxes: ReturnType<typeof createSandboxes> | undefined; // bubblewrap is tried once

/** A context with a real sandbox. */
export async function contextFor(
  change: { readonly onProgress?: (text: string) => void; readonly signal?: AbortSignal } = {},
): Promise<ProviderContext> {
  sandboxes ??= createSandboxes({
    machine: machineEnvironment(process.env),
    hidden: [],
    dataDir: join(tmpdir(), 'troupe-provider-data'),
    log: silentLogger,
  });
  return {
    signal: change.signal ?? new AbortController().signal,
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(['the-secret-key']),
    sandbox: (await sandboxes).of(undefined),
    progress: (text) => change.onProgress?.(text),
  };
}
