import { expect, test } from 'vitest';
import type { RunState, StepState } from '../../src/engine/index.ts';
import { outcomeOf } from '../../src/engine/index.ts';
import { renderSummary } from '../../src/view/render-summary.ts';
import { renderView } from '../../src/view/render-view.ts';
import { saidTwice } from '../support/said-twice.ts';
import { showRun } from '../../src/view/shown/shown-run.ts';
import { ran, runOf, specOf, startedAt } from '../../src/view/testing.ts';

const wall = 'The rule set of the branch refuses every push. Ask whoever made it to let the App by.';
const long = `Cannot read the answer of the provider after ${'many and many more '.repeat(12)}tries`;
const report = `I read all of the files.

- the first sum is wrong by one
- the second sum is not tested at all

Please look at both of them again.`;
const failed = (message: string, code = 'step/failed'): Partial<StepState> => ({
  ...ran(5, 9),
  status: 'failed',
  error: { class: 'failed', code, message, hint: 'Raise the limit of the step, or split it.' },
});
const judged = (more: object): Partial<StepState> => ran(5, 9, { result: { outputs: {}, verdict: 'fail', ...more } });

/** How runs end badly, and what the step says of it that decided. */
const endings: Readonly<Record<string, readonly [RunState['status'], Partial<StepState>]>> = {
  'failed with one sentence': ['failed', failed('The tests of the cart are red')],
  'failed with several': ['failed', failed(`${wall} It was tried again for a while. ${report}`)],
  'failed with more than a title holds': ['failed', failed(long)],
  'failed with what the server said': [
    'failed',
    failed('Cannot push the branch of the run\nremote: no pushes here on Fridays', 'git/refused'),
  ],
  'asks for a person': ['failed', failed('GitHub does not let it be merged now', 'github/not-mergeable')],
  'timed out': [
    'timed_out',
    { ...failed('The attempt took longer than 4 s', 'engine/timed-out'), status: 'timed_out' },
  ],
  'refused before paying': [
    'failed',
    failed('Cannot run personas here: there is no sandbox on this machine', 'persona/sandbox'),
  ],
  'rejected with a reason': ['failed', judged({ summary: report, verdictReason: 'Two of nine tests are red' })],
  'rejected, the reason is the summary': ['failed', judged({ summary: wall, verdictReason: wall })],
  'rejected, the summary goes on from the reason': [
    'failed',
    judged({ summary: `${wall} Then push again to it.`, verdictReason: wall }),
  ],
  'rejected without a reason': ['failed', judged({ summary: report })],
  cancelled: ['cancelled', { ...ran(5, 9), status: 'cancelled', cancelledBecause: 'cancelled' }],
  'nothing to do': ['failed', ran(5, 9, { result: { outputs: {}, summary: wall, noop: wall } })],
};
const cases = Object.entries(endings).flatMap(([name, [status, implement]]) =>
  (['bot', 'action', 'cli'] as const).map((host) => ({ name, host, status, implement })),
);

test.each(cases)('$name, $host: every surface says each sentence once', ({ host, status, implement }) => {
  const spec = { ...specOf(), host };
  const facts = runOf('failed', {}).facts;
  const plan = ran(1, 5, {
    result: { outputs: {}, verdict: 'pass', summary: 'I planned it all.\n\nIn two parts, one for each file.' },
  });
  const before = runOf(status, { prepare: ran(0, 1), plan, implement }, { spec, facts });
  const reason =
    status === 'cancelled' ? 'Cancelled by maintainer' : outcomeOf({ ...before, status: 'running' }).reason;
  const run = showRun({ state: { ...before, reason, finishedAt: startedAt + 60_000 } as RunState });
  const twice = [...surfacesOf(run)].map(([surface, text]) => [surface, saidTwice(text)]);
  expect(twice.filter(([, said]) => said?.length !== 0)).toEqual([]);
  expect(twice.length).toBeGreaterThan(5);
});

test('what is said twice is found', () => {
  expect(saidTwice('Cancelled by maintainer: cancelled by maintainer')).toEqual(['cancelled by maintainer']);
  expect(saidTwice('Failed: The tests are very red\n\n> The tests are **very red**')).toEqual([
    'the tests are very red',
  ]);
  expect(saidTwice('| ✅ | Plan | passed |\n\n✅ **Plan**')).toEqual([]);
});

/** Each surface as people read it: a check with its title. */
function surfacesOf(run: ReturnType<typeof showRun>): Map<string, string> {
  const { surfaces } = renderView({ run, shown: [], now: startedAt + 100_000 });
  const texts = new Map<string, string>([['summary of the job', renderSummary({ run })]]);
  for (const surface of surfaces) {
    if (surface.kind === 'check') {
      const { name, title, summary, text, annotations } = surface.check;
      texts.set(
        name,
        [title, summary, text, ...(annotations ?? []).map(({ message }) => message)].filter(Boolean).join('\n'),
      );
    } else if (surface.kind === 'pull') texts.set('pull request', surface.part.body);
    else texts.set(surface.key, surface.body);
  }
  texts.set('headline', run.headline);
  return texts;
}
