import { expect, test } from 'vitest';
import { withoutSkipOrders } from './skip-orders.ts';

test.each([
  ['[skip ci]', '(skip ci)'],
  ['[ci skip]', '(ci skip)'],
  ['[no ci]', '(no ci)'],
  ['[skip actions]', '(skip actions)'],
  ['[actions skip]', '(actions skip)'],
  ['Fix [SKIP CI] it', 'Fix (SKIP CI) it'],
  ['Fix [Skip\u00A0CI]', 'Fix (Skip\u00A0CI)'],
  ['[ skip  ci ]', '( skip  ci )'],
  ['[skip\nci]', '(skip\nci)'],
  ['[skip-ci] [ci-skip] [skip_ci]', '(skip-ci) (ci-skip) (skip_ci)'],
  ['[[skip ci]]', '[(skip ci)]'],
  ['[skip ci](https://x.example)', '(skip ci)(https://x.example)'],
  ['[skip netlify][CF-Pages-Skip]', '(skip netlify)(CF-Pages-Skip)'],
  [
    '[skip azurepipelines] [azurepipelines skip] [skip circle-ci]',
    '(skip azurepipelines) (azurepipelines skip) (skip circle-ci)',
  ],
  ['***NO_CI***', '**\u200B*NO_CI***'],
  ['***no_ci***', '**\u200B*no_ci***'],
  ['Done\n\n\nskip-checks: true', 'Done\n\n\nskip-\u200Bchecks: true'],
  ['Skip-Checks:true', 'Skip-\u200BChecks:true'],
  ['> skip-checks : true', '> skip-\u200Bchecks : true'],
  ['A [skip link] for [no issue], skip ci, no_ci', 'A [skip link] for [no issue], skip ci, no_ci'],
])('%j is written as %j', (written, broken) => {
  expect(withoutSkipOrders(written)).toBe(broken);
  expect(withoutSkipOrders(broken)).toBe(broken);
});

test('a text of 60,000 characters made to be slow is read at once', () => {
  const before = process.cpuUsage();
  for (const piece of ['[', '[skip ', '[skip\t', '[ ', '*', '[ci ', 'skip-checks'])
    withoutSkipOrders(piece.repeat(60_000 / piece.length));
  withoutSkipOrders(`[${' '.repeat(60_000)}`);
  withoutSkipOrders(`[skip${' '.repeat(60_000)}ci`);
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(2_000_000);
});
