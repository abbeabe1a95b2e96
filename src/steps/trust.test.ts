// Where nothing keeps a repository's commands away from Troupe's secrets: real git and real processes without a sandbox that is a boundary.
import { afterEach, expect, test } from 'vitest';
import { errorOf, makePersonaWorld, resultOf, withSettings } from '../../test/support/persona-world.ts';
import type { PersonaWorld } from '../../test/support/persona-world.ts';
import { playRun } from '../../test/support/play-run.ts';
import { persona } from '../../test/support/run-builder.ts';
import type { RunSpec } from '../engine/index.ts';
import { createExecutor, createStepKinds } from './index.ts';
import type { StepServices } from './common/types.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

const files = {
  'src/sum.js': 'module.exports = (a, b) => a + b;\n',
  'test/sum.test.js':
    "const sum = require('../src/sum.js');\nrequire('node:test').test('adds', () => require('node:assert').equal(sum(1, 2), 3));\n",
};
const verifyCommand = ['node', '--test'];

const qa = persona('qa', [], { persona: 'qa-engineer', verify: [verifyCommand] });
const trusted = { trusted: true };
const setup = { run: [['true']], timeoutMs: 20_000, cache: [], key: [] };

async function open(more: Partial<StepServices> = {}) {
  world = await makePersonaWorld({
    files,
    answers: '"*": { status: pass, summary: Green, outputs: { risk: low }, edits: { a.txt: a } }',
  });
  return createExecutor(createStepKinds(), {
    ...world.services,
    sandbox: () => ({ ...world.services.sandbox(undefined), tier: 'env' as const, isBoundary: false }),
    ...more,
  });
}

test.each<[string, Partial<RunSpec['settings']>]>([
  ['of a repository that is not trusted', { trusted: false }],
  ['of a run of before trust was written down', {}],
  ['of such a run whose setup was not trusted', { setup: { ...setup, trusted: false } }],
])('`verify` commands %s are refused before anybody is asked', async (_what, settings) => {
  const executor = await open();
  const state = await playRun(await withSettings(world.specOf([qa], { host: 'bot' }), settings), executor);
  expect(errorOf(state, 'qa')).toMatchObject({ code: 'verify/untrusted', class: 'config' });
  expect([...world.artifacts.keys()]).not.toContain('qa.1.prompt.md');
});

test.each<[string, Partial<RunSpec['settings']>, Partial<RunSpec>]>([
  ['of a trusted repository', trusted, {}],
  ['of an older run whose setup was trusted', { setup: { ...setup, trusted: true } }, {}],
  ['of an older run at a desk', {}, { host: 'cli' }],
  ['of an older run in a job', {}, { host: 'action' }],
])('commands %s run', async (_what, settings, more) => {
  const executor = await open();
  const spec = world.specOf([qa], { host: 'bot', ...more });
  const state = await playRun(await withSettings(spec, settings), executor);
  expect(resultOf(state, 'qa')).toMatchObject({ verdict: 'pass', evidence: [{ by: 'troupe', exitCode: 0 }] });
});

test('`setup` commands are refused like those of `verify`', async () => {
  const executor = await open();
  const spec = world.specOf([persona('code')], { host: 'bot' });
  const refused = await playRun(await withSettings(spec, { setup, trusted: false }), executor);
  expect(errorOf(refused, 'code')).toMatchObject({ code: 'setup/untrusted', class: 'config' });
});

test('an operator who wants no sandbox gets both', async () => {
  const executor = await open({ sandboxOff: true });
  const state = await playRun(await withSettings(world.specOf([qa]), { setup, trusted: false }), executor);
  expect(resultOf(state, 'qa')).toMatchObject({ verdict: 'pass' });
});

test('not even a persona that only reads is asked for an outsider, if commands follow', async () => {
  const executor = await open();
  const reader = persona('read', [], { persona: 'code-reviewer', verify: [verifyCommand] });
  const spec = world.specOf([reader], { requester: { login: 'mallory', outsider: true } });
  const state = await playRun(await withSettings(spec, trusted), executor);
  expect(errorOf(state, 'read')).toMatchObject({ code: 'persona/outsider' });
});

test('an outsider’s task is refused where nothing keeps an editing persona away from Troupe’s secrets', async () => {
  const requester = { login: 'mallory', outsider: true };
  const executor = await open();
  const refused = await playRun(await world.specOf([persona('code')], { requester }), executor);
  expect(errorOf(refused, 'code')).toMatchObject({ code: 'persona/outsider', class: 'config' });
  const spec = await world.specOf([persona('code')], { requester });
  const reader = persona('plan', ['prepare'], { persona: 'code-reviewer' });
  const steps = [spec.workflow.steps[0], reader].filter((step) => step !== undefined);
  const reading = await playRun({ ...spec, workflow: { ...spec.workflow, steps } }, executor);
  expect(errorOf(reading, 'plan')).toBeUndefined();
});

test('it is taken where the operator wants no sandbox', async () => {
  const executor = await open({ sandboxOff: true });
  const requester = { login: 'mallory', outsider: true };
  const allowed = await playRun(await world.specOf([persona('code')], { requester }), executor);
  expect(allowed.status).toBe('succeeded');
});

test('somebody’s own log-in is handed to nobody who reads an outsider’s words without a boundary, whatever the tools are', async () => {
  const executor = await open();
  const { provider } = world.services;
  const withLogIn: StepServices['provider'] = (name) => {
    const found = provider(name);
    return found === undefined ? undefined : { ...found, isPersonal: () => true };
  };
  const guarded = createExecutor(createStepKinds(), {
    ...world.services,
    provider: withLogIn,
    sandbox: () => ({ ...world.services.sandbox(undefined), tier: 'env' as const, isBoundary: false }),
  });
  const reader = persona('read', [], { persona: 'code-reviewer' });
  const outside = await world.specOf([reader], { requester: { login: 'mallory', outsider: true } });
  expect(errorOf(await playRun(outside, guarded), 'read')).toMatchObject({
    code: 'persona/outsider',
    message: expect.stringContaining('own log-in'),
  });
  expect(errorOf(await playRun(outside, executor), 'read')).toBeUndefined();
  const inside = await world.specOf([reader], { requester: { login: 'ada', outsider: false } });
  expect(errorOf(await playRun(inside, guarded), 'read')).toBeUndefined();
});
