// The schema of `troupe cost --json`: sums of requests to personas.
import Type from 'typebox';
import { costGroups } from './cost-groups.ts';
import { count, exact, moment, orNull } from './parts.ts';

const tokens = exact(
  { known: orNull(count), untold: count },
  '`known`: null where no request told any. `untold`: how many requests told none.',
);
const sum = {
  runs: count,
  requests: count,
  costUsd: orNull(Type.String({ description: 'Decimal text of what is known; null: no request has a price.' })),
  unpriced: Type.Integer({
    minimum: 0,
    description: 'Requests without a price, or with a part of one: above 0 the cost is at least that.',
  }),
  estimated: Type.Boolean({ description: 'Some of it is worked out from tokens.' }),
  tokens: exact({ read: tokens, written: tokens, cacheRead: tokens, cacheWritten: tokens }),
};

/** `troupe cost`. */
export const costOutput = exact(
  {
    by: Type.Enum([...costGroups]),
    since: orNull(moment),
    lines: Type.Array(
      exact({
        key: orNull(Type.String({ description: 'The day in UTC, the persona and so on; null: nobody told.' })),
        ...sum,
      }),
    ),
    total: exact(sum),
  },
  'What requests to personas took together, each request once.',
);
