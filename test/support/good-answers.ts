// What scripted personas answer when all goes well.
import { demoFix } from '../../src/local-github/index.ts';
import type { Json } from '../../src/support/index.ts';

/** Answers of scripted personas, as in an answers file. */
export type Answers = Readonly<Record<string, Json>>;

/** The answers with which project-loop fixes the cart. */
export const goodAnswers = {
  'implementation-planner': {
    status: 'pass',
    summary: 'Multiply by the quantity.',
    outputs: { plan: ['Multiply by the quantity'], acceptance: ['npm test passes'] },
  },
  'plan-evaluator': { status: 'pass', summary: 'The plan is right.' },
  'lead-engineer': { status: 'pass', summary: 'Multiplied by the quantity.', edits: { ...demoFix } },
  'qa-engineer': { status: 'pass', summary: 'All tests pass.' },
  'code-reviewer': { status: 'pass', summary: 'Small and right.', outputs: { risk: 'low' } },
  'security-reviewer': { status: 'pass', summary: 'Nothing to object to.', outputs: { risk: 'low' } },
} as const satisfies Answers;
