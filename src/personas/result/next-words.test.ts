// What a persona may say about what comes next, in whose words, and what is a mistake.
import { expect, test } from 'vitest';
import { checkResult } from './parse-result.ts';

const result = { status: 'pass', summary: 'Looked.' };

test.each([
  ['proceed', 'proceed'],
  ['continue', 'proceed'],
  ['await_user', 'ask'],
  ['Ask', 'ask'],
  ['try again', 'retry'],
  ['skip_next', 'skip'],
  ['skip-next', 'skip'],
  ['skipNext', 'skip'],
  ['SKIP', 'skip'],
  ['stop', 'stop'],
  ['already_fixed', 'stop'],
  ['Already fixed', 'stop'],
  ['nothing-to-do', 'stop'],
  ['noop', 'stop'],
])('%s is %s', (word, action) => {
  expect(checkResult({ ...result, next: { action: word } }).next?.action).toBe(action);
  expect(checkResult({ ...result, next: word }).next?.action).toBe(action);
});

test.each([
  [{ status: 'already_fixed' }, { status: 'pass', next: { action: 'stop', reason: 'Looked.' } }],
  [{ status: 'Nothing to do' }, { status: 'pass', next: { action: 'stop', reason: 'Looked.' } }],
  [{ skip_next: true }, { status: 'pass', next: { action: 'skip', reason: 'Looked.' } }],
  [{ skipNext: true }, { status: 'pass', next: { action: 'skip', reason: 'Looked.' } }],
  // what stands under `next` counts, and another word for a verdict is none
  [
    { skip_next: true, next: 'proceed' },
    { status: 'pass', next: { action: 'proceed' } },
  ],
  [{ status: 'already_fixed', passed: false }, { status: 'fail' }],
])('%j says the same in other places', (said, expected) => {
  expect(checkResult({ ...result, ...said })).toMatchObject(expected);
});

test.each([{ skip_next: false }, { skip_next: 'yes' }, { status: 'complete' }, { status: 'finished' }])(
  '%j asks for nothing',
  (said) => {
    expect(checkResult({ ...result, ...said }).next).toBeUndefined();
  },
);

test('the reason is the one given for it, else the one of the no-op, else the summary', () => {
  const next = { action: 'stop' };
  expect(checkResult({ ...result, next: { ...next, reason: ' R ' }, noop: 'N' }).next?.reason).toBe('R');
  expect(checkResult({ ...result, next, noop: 'N' }).next?.reason).toBe('N');
  expect(checkResult({ ...result, next }).next?.reason).toBe('Looked.');
  expect(checkResult({ status: 'pass', next })).toMatchObject({
    status: 'error',
    error: { class: 'contract', message: 'The result is wrong at next.reason: `stop` has no reason; say why' },
  });
});

test('a word that nobody knows is a mistake that names the known ones', () => {
  expect(checkResult({ ...result, next: { action: 'teleport' } })).toMatchObject({
    status: 'error',
    error: {
      class: 'contract',
      message:
        'The result is wrong at next.action: nobody knows "teleport"; it is one of proceed, ask, info, retry, skip, stop',
    },
  });
});

test('files that are wanted are named, in either spelling, and an answer that wants them needs no outputs', () => {
  const files = ['src/cart.js', 'docs/'];
  const wanted = { status: 'unknown', next: { action: 'info', files } };
  const schemas = [{ type: 'object', required: ['risk'] }];
  expect(checkResult({ status: 'unknown', next: { action: 'info', files } }, schemas)).toMatchObject(wanted);
  expect(checkResult({ status: 'unknown', info_request: { files } }, schemas)).toMatchObject(wanted);
  expect(checkResult({ status: 'unknown', next: 'info' }).error?.message).toContain('names no files');
});
