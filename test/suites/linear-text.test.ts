// Every exported function of src that is given text takes time in proportion to it. A sample that a printed seed draws, or all with TROUPE_ALL_POINTS=1.
import { expect, test } from 'vitest';
import { notFed } from '../fixtures/linear/not-fed.ts';
import { allPoints, crashSeed } from '../support/crash-sample.ts';
import { feedFunctions } from '../support/linear/feeding.ts';
import type { Meal } from '../support/linear/feeding.ts';

/** What touches the words of strangers first: fed before the others, and with more. */
const ofStrangers =
  '^src/(view/|yaml/|support/(redact|quote-|disarm|visible-|simplify-|html-|code-spans|posted-|skip-|text|parse-json|decode-|ends)' +
  '|personas/(result|stream|transcript)/|git/globs|support/glob|coordinator/commands/)';

const sample = { most: { runs: 2, pairs: 1 }, each: { runs: 1, pairs: 0 }, cpuSeconds: 36 };
const everything = { most: { runs: 40, pairs: 400 }, each: { runs: 40, pairs: 40 }, cpuSeconds: 3_600 };

const meal: Meal = {
  folder: 'src',
  seed: crashSeed,
  first: ofStrangers,
  closed: [...notFed.keys()],
  ...(allPoints ? everything : sample),
};

test(
  'every exported function takes at most six times the time for four times the text',
  { timeout: 2 * 3_600_000 },
  async () => {
    const { found, closed, grows, amount } = await feedFunctions(meal);
    console.log(`linear text: TROUPE_SEED=${meal.seed}, ${amount}`);
    expect(grows).toEqual([]);
    // what is neither fed nor told of, with its reason, in test/fixtures/linear/not-fed.ts
    expect(closed.map(({ words }) => words)).toEqual([]);
    expect([...notFed.keys()].filter((key) => !found.includes(key))).toEqual([]);
    expect(found.length).toBeGreaterThan(1_000);
  },
);

test('what grows faster is found, and so is what cannot be fed', async () => {
  const folder = 'test/fixtures/linear/planted';
  const few = { runs: 1, pairs: 0 };
  const { found, closed, grows } = await feedFunctions({
    ...meal,
    folder,
    seed: 'planted',
    first: '',
    most: few,
    closed: [],
  });
  const file = `${folder}/functions.ts`;
  expect(found).toEqual(['squared', 'giving', 'proportional', 'closed'].map((name) => `${file} ${name}`));
  expect(new Set(grows.map((words) => words.split(':')[0]))).toEqual(
    new Set([`${file} squared, parameter 1`, `${file} giving, parameter 1 of says of what it gives`]),
  );
  expect(closed.map(({ key }) => key)).toEqual([`${file} closed`]);
});
