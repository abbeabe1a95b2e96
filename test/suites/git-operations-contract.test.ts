// Every git operation keeps the contract of steps that run, and one from outside is an operation like any other.
import { describe, expect, test } from 'vitest';
import { checkWorkflow, gitOperationKinds } from '../../src/definition/index.ts';
import type { GitOperationKind } from '../../src/definition/index.ts';
import { createStepKinds, gitOperations } from '../../src/steps/index.ts';
import type { RunnableKind, RunnableOperation } from '../../src/steps/index.ts';
import type { JsonObject } from '../../src/support/index.ts';
import { executionContract } from './step-kind-contract.ts';

/** Values with which an operation has something to do in the small repository of the contract. */
const values: Readonly<Record<string, JsonObject>> = {
  merge: { branch: 'main' },
  revert: { base: '{{ steps.qa.sha }}' },
};

function gitOf(kinds: readonly RunnableKind[]): RunnableKind {
  const [kind] = kinds.filter(({ type }) => type === 'git-operation');
  if (kind === undefined) throw new Error('no kind does git operations');
  return kind;
}

function contractOf({ name, example }: GitOperationKind, kinds: readonly RunnableKind[]): void {
  const keys = { operation: name, ...example };
  executionContract({ kind: { ...gitOf(kinds), example: keys }, kinds, running: { ...keys, ...values[name] } });
}

test('something does every operation of the language', () => {
  const idle = gitOperations.filter(({ operate }) => operate === undefined);
  expect(idle.map(({ name }) => name)).toEqual([]);
  expect(gitOperations.map(({ name }) => name)).toEqual(gitOperationKinds.map(({ name }) => name));
});

test.each([...gitOperationKinds])('$name says what it does, and knows its own keys', (operation) => {
  expect(operation.about).toMatch(/\w/);
  expect(Object.keys(operation.keys)).toEqual(expect.arrayContaining([...(operation.required ?? [])]));
});

describe.each([...gitOperationKinds])('the operation $name', (operation) => contractOf(operation, createStepKinds()));

/** An operation that only this file knows: tells where the branch stands. */
const whereAmI: RunnableOperation = {
  name: 'where-am-i',
  about: 'tells where the branch stands',
  keys: {},
  writes: false,
  async operate({ context, workplace }) {
    context.signal.throwIfAborted();
    await workplace.repository.fetch(context.signal);
    return { outputs: {}, summary: context.state.facts.branch ?? 'nowhere' };
  },
};

describe('an operation from outside', () => {
  const kinds = createStepKinds([...gitOperations, whereAmI]);

  contractOf(whereAmI, kinds);

  test('is known where it is handed in, and nowhere else', () => {
    const text = 'steps:\n  - { id: it, type: git-operation, operation: where-am-i }\n';
    const file = { id: 'where', file: 'where.yml', text };
    expect(checkWorkflow(file, { kinds }).findings).toEqual([]);
    expect(checkWorkflow(file, {}).findings.map(({ code }) => code)).toEqual(['schema/unknown-operation']);
    expect(gitOf(kinds).page?.()).toContain('| `where-am-i` | tells where the branch stands |');
  });
});
