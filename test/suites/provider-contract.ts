// What every provider must do, whatever its transport. Run by each provider's own test with a set-up of its own.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxes, machineEnvironment } from '../../src/personas/index.ts';
import type {
  PersonaResult,
  PersonaTask,
  Provider,
  ProviderAnswer,
  ProviderContext,
  Ticket,
} from '../../src/personas/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import type { Json } from '../../src/support/index.ts';
import type { Need } from '../support/look-at-machine.ts';
import { eventually, patienceMs } from '../support/patience.ts';

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
  | 'lying-evidence'
  /** First what is no result, then what is one. */
  | 'corrected'
  /** A pass that tells what it took: 100 tokens read, 10 written, 0.25 dollars. */
  | 'usage';

/** How a transport is put to the test. `dir` is a fresh folder. */
export interface ProviderSetup {
  readonly name: string;
  create(behaviour: Behaviour, dir: string): Promise<Provider>;
  /** What its persona may use. Default: everything. */
  readonly tools?: PersonaTask['persona']['tools'];
  /** What becomes of a persona that is to edit. Default: its edits are in the worktree. */
  readonly edits?: 'refused' | 'impossible';
  /** Who hands in no result corrects it in the same request, or is asked again by the next attempt. */
  readonly corrects: 'in the request' | 'in the next attempt';
  /** Nobody has to be paid: whatever it says of its cost, it is nothing. */
  readonly isFree?: true;
  /** Its answers are looked for: how long one may take, and that nobody waits any more, is the engine's to know. */
  readonly isLater?: 'stream' | 'callback';
  /** What this machine has to have for it. */
  readonly needs?: Need;
  /** People answer: what they say, one after the other. They have no deadline, and are asked again where an answer is none. */
  says?(behaviour: Behaviour): readonly Json[];
}

/** Registers the contract's tests for one transport. */
export function providerContract(setup: ProviderSetup): void {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'troupe-provider-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  interface Change {
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
    readonly task?: Partial<PersonaTask>;
    readonly provider?: Provider;
    /** The process died after it had asked: it goes on with the ticket. */
    readonly isResumed?: true;
  }

  function taskFor(): PersonaTask {
    const task = taskIn(dir);
    return setup.tools === undefined ? task : { ...task, persona: { ...task.persona, tools: setup.tools } };
  }

  async function start(behaviour: Behaviour, change: Change = {}): Promise<PersonaResult> {
    const provider = change.provider ?? (await setup.create(behaviour, dir));
    const task = { ...taskFor(), ...change.task };
    const ticket: Ticket = {
      requestId: task.requestId,
      provider: provider.name,
      strategy: [...provider.strategies][0] ?? 'immediate',
      deadline: Date.now() + (change.timeoutMs ?? patienceMs),
    };
    const context = await contextFor(change);
    const answer =
      change.isResumed === true
        ? await provider.resume(task, { ticket }, context)
        : await provider.start(task, ticket, context);
    return answered(provider, { task, answer, context }, setup.says?.(behaviour) ?? []);
  }

  /** What people say, until it is a result or they have said everything: then it is what they are asked. */
  async function answered(
    provider: Provider,
    about: { readonly task: PersonaTask; readonly answer: ProviderAnswer; readonly context: ProviderContext },
    [said, ...later]: readonly Json[],
  ): Promise<PersonaResult> {
    const { task, answer, context } = about;
    if ('answer' in answer) return answer.answer;
    if (setup.isLater !== undefined) return lookedFor(provider, about);
    if (answer.asks === undefined) throw new Error('this suite is for answers that come at once, or from people');
    if (said === undefined) return answer.asks;
    const reply = { body: Buffer.from(JSON.stringify(said)), mediaType: 'application/json', from: 'ada' };
    const next = await provider.resume(task, { ticket: answer.waiting, reply }, context);
    return answered(provider, { task, answer: next, context }, later);
  }

  /** Looks until the reply is there, and reads it. */
  async function lookedFor(
    provider: Provider,
    about: { readonly task: PersonaTask; readonly answer: ProviderAnswer; readonly context: ProviderContext },
  ): Promise<PersonaResult> {
    const { task, answer, context } = about;
    if (!('waiting' in answer)) throw new Error('it waits');
    const reply = await eventually(async () => {
      const found = await provider.look?.(answer.waiting, context);
      if (found === undefined || !('reply' in found)) throw new Error('it is not there yet');
      return found.reply;
    });
    const read = await provider.resume(task, { ticket: answer.waiting, reply }, context);
    if (!('answer' in read)) throw new Error('a reply is an answer');
    return read.answer;
  }

  const unlessLater: (name: string, play: () => Promise<void>) => void =
    setup.isLater !== undefined ? () => undefined : test;

  /** No result: class `contract`; people are asked again. Never a pass. */
  const noResult =
    setup.says === undefined
      ? { status: 'error', error: { class: 'contract' } }
      : { status: 'unknown', next: { action: 'ask' } };

  describe(`a provider of the transport ${setup.name}`, () => {
    test('has a way to answer and no problem that stops it', async () => {
      const provider = await setup.create('pass', dir);
      expect([...provider.strategies]).toEqual([wayOf(setup)]);
      expect((await provider.check(taskFor().persona)).filter(({ severity }) => severity === 'error')).toEqual([]);
    });

    test('hands on a pass with its outputs', async () => {
      expect(await start('pass')).toMatchObject({
        status: 'pass',
        summary: expect.stringMatching(/^Looks right/),
        outputs: { risk: 'low' },
      });
    });

    test('hands on a refusal', async () => {
      expect(await start('fail')).toMatchObject({ status: 'fail', summary: expect.stringMatching(/^Not right/) });
    });

    test('hands on an error with its class and how long to wait', async () => {
      const told = { status: 'error', error: { class: 'rate_limit', message: 'slow down', retryAfterMs: 1_500 } };
      expect(await start('error')).toMatchObject(setup.says === undefined ? told : noResult);
    });

    test('leaves edits in the worktree, or says that it makes none', async () => {
      const task = taskIn(dir);
      const made = join(dir, 'made/by-persona.txt');
      const result = await start('edit', { task });
      expect(existsSync(made)).toBe(setup.edits === undefined);
      if (setup.edits === undefined) expect(readFileSync(made, 'utf8')).toBe('made\n');
      expect(result).toMatchObject(
        setup.edits === 'refused' ? { status: 'error', error: { class: 'config' } } : { status: 'pass' },
      );
      const problems = await (await setup.create('edit', dir)).check(task.persona);
      expect(problems.filter(({ severity }) => severity === 'error').length > 0).toBe(setup.edits === 'refused');
    });

    unlessLater('ends at its deadline with class timeout; people have none', async () => {
      const late = { status: 'error', error: { class: 'timeout' } };
      expect(await start('hang', { timeoutMs: 400 })).toMatchObject(setup.says === undefined ? late : noResult);
    });

    unlessLater('ends at once when it is cancelled, and may be told twice that nobody waits', async () => {
      const abort = new AbortController();
      const running = start('hang', { signal: abort.signal });
      queueMicrotask(() => abort.abort());
      const gone = { status: 'error', error: { class: 'cancelled' } };
      expect(await running).toMatchObject(setup.says === undefined ? gone : noResult);
      const provider = await setup.create('hang', dir);
      const [strategy = 'immediate'] = provider.strategies;
      const ticket = { requestId: 'r', provider: provider.name, strategy, deadline: null };
      for (let told = 0; told < 2; told += 1) await provider.release(ticket, await contextFor());
    });

    test.each(['garbage', 'nothing', 'bad-outputs'] as const)('%s is never a pass', async (behaviour) => {
      expect(await start(behaviour)).toMatchObject(noResult);
    });

    test(`what is no result is corrected ${setup.corrects}, and twice no result is no pass`, async () => {
      const provider = await setup.create('corrected', dir);
      const first = await start('corrected', { provider });
      const isNow = setup.corrects === 'in the request';
      expect(first).toMatchObject(isNow ? { status: 'pass' } : noResult);
      if (!isNow)
        expect(
          await start('corrected', { provider, task: { attempt: 2, requestId: 'rabcdefghijklmno:qa:2' } }),
        ).toMatchObject({ status: 'pass' });
      expect(await start('garbage', { task: { attempt: 2 } })).toMatchObject(noResult);
    });

    test('tells what it took, and nothing that it did not count', async () => {
      const { usage } = await start('usage');
      const paid = { inputTokens: 100, outputTokens: 10, costUsd: '0.25', source: 'provider', complete: true };
      const free = { inputTokens: 0, outputTokens: 0, costUsd: '0', source: 'provider', complete: true };
      expect(usage).toMatchObject(setup.isFree === true ? free : paid);
    });

    test.each([
      ['was not sent yet', 'never'],
      ['was worked on', 'cut off'],
      ['was answered, and nobody kept it', 'whole'],
    ] as const)('a process that died when its request %s asks again and has the answer', async (_how, before) => {
      const provider = await setup.create('pass', dir);
      const dead = AbortSignal.abort();
      if (before === 'whole') await start('pass', { provider });
      if (before === 'cut off') await start('pass', { provider, signal: dead });
      expect(await start('pass', { provider, isResumed: true })).toMatchObject({ status: 'pass' });
    });

    test('an answer without end is cut off and no pass', async () => {
      const result = await start('huge');
      expect(result).toMatchObject(noResult);
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

function wayOf({ says, isLater }: ProviderSetup): string {
  if (isLater !== undefined) return isLater;
  return says === undefined ? 'immediate' : 'callback';
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
