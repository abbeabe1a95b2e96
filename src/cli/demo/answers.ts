// What the scripted personas of the demo say and do. The work is real: the edits are committed, and `verify` runs the tests.
import { demoFix } from '../../local-github/index.ts';

/** Settings of the demo's repository: Troupe itself runs the tests. */
export const demoSettings = `# How Troupe proves a change in this repository: it runs this itself, in a fresh worktree of the judged commit.
verify:
  - [npm, test]
`;

const usage = { inputTokens: 4200, outputTokens: 640, costUsd: '0.0212', source: 'provider', complete: true } as const;

/** The answers of project-loop's six personas. */
export const demoAnswers = {
  'implementation-planner': {
    status: 'pass',
    summary:
      'The subtotal adds the price of each line once and never looks at `quantity`. Multiply, keep whole cents, leave the discount as it is: it is taken from the subtotal and becomes right with it.',
    outputs: {
      plan: [
        'In src/cart.js, `subtotal`: add `item.price * item.quantity` instead of `item.price`.',
        'Add a test for a cart of several lines with different quantities.',
      ],
      acceptance: ['`npm test` passes', 'Three mugs at 250 cost 750'],
      files: ['src/cart.js', 'test/cart.test.js'],
    },
    delay: 0.4,
    usage,
  },
  'plan-evaluator': {
    status: 'pass',
    summary:
      'The plan names the one line that is wrong and a test that would have caught it. Nothing else reads `subtotal`.',
    delay: 0.3,
    usage,
  },
  'lead-engineer': {
    status: 'pass',
    summary: 'Every line now counts as often as it is in the cart. Added a test with different quantities in one cart.',
    edits: {
      ...demoFix,
      'test/quantities.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subtotal } from '../src/cart.js';

test('different quantities in one cart add up', () => {
  assert.equal(subtotal([{ price: 199, quantity: 2 }, { price: 50, quantity: 5 }, { price: 1000, quantity: 0 }]), 648);
});
`,
    },
    delay: 0.6,
    usage: { ...usage, outputTokens: 1830, costUsd: '0.0561' },
  },
  'qa-engineer': {
    status: 'pass',
    summary:
      'All tests pass on the judged commit, the two that failed before among them. The new test fails without the change.',
    outputs: { criteria: [{ criterion: 'Three mugs at 250 cost 750', holds: true }] },
    delay: 0.3,
    usage,
  },
  'code-reviewer': {
    status: 'pass',
    summary: 'Correct and as small as it can be. Whole cents stay whole: both factors are integers.',
    outputs: { risk: 'low' },
    findings: [
      {
        path: 'src/cart.js',
        startLine: 5,
        level: 'notice',
        message: 'A missing `quantity` would give NaN; callers always set it today.',
      },
    ],
    delay: 0.5,
    usage,
  },
  'security-reviewer': {
    status: 'pass',
    summary: 'No input reaches anything but arithmetic. Nothing to object to.',
    outputs: { risk: 'low' },
    delay: 0.5,
    usage,
  },
} as const;
