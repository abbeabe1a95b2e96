// `npm run expressions`: judges the regular expressions of src that are new, and forgets those that are gone.
import { resolve } from 'node:path';
import { expressionsOf } from '../test/support/linear/expressions.ts';
import { keepVerdicts, readVerdicts } from '../test/support/linear/verdict-list.ts';
import { verdictOf } from '../test/support/linear/verdict.ts';

const { written } = expressionsOf(resolve(import.meta.dirname, '..'));
const before = readVerdicts();
const verdicts = new Map(
  [...written].map(([key, expression]) => {
    const verdict = before.get(key) ?? verdictOf(expression);
    if (!before.has(key)) console.log(`${verdict}: ${expression.at} ${key}`);
    return [key, verdict];
  }),
);
keepVerdicts(verdicts);
