// The schema of what `troupe demo --json` prints.
import Type from 'typebox';
import { count, exact, orNull } from './parts.ts';
import { runStatus } from './run.ts';

const proof = exact({ passed: Type.Boolean(), passing: count, failing: count }, 'What the tests of a commit said.');

/** `troupe demo`. */
export const demoOutput = exact(
  {
    status: runStatus,
    pullRequest: exact({
      number: Type.Integer(),
      title: Type.String(),
      body: Type.String(),
      draft: Type.Boolean(),
      headRef: Type.String(),
      headSha: Type.String(),
      baseRef: Type.String(),
    }),
    checks: Type.Array(
      exact({
        name: Type.String(),
        status: Type.Enum(['queued', 'in_progress', 'completed']),
        conclusion: orNull(Type.String()),
        title: orNull(Type.String()),
      }),
    ),
    comments: Type.Array(exact({ author: Type.String(), body: Type.String() })),
    before: proof,
    after: proof,
    seconds: Type.Number(),
  },
  'The run of the demo, its pull request, what the checks and the comment say, and the tests before and after.',
);
