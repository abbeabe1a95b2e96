// The schema of what `troupe run --dry-run --json` prints.
import Type from 'typebox';
import { planStep } from './describe.ts';
import { exact, open, orNull } from './parts.ts';

/** `troupe run --dry-run`. */
export const planOutput = exact(
  {
    dryRun: Type.Literal(true),
    workflow: Type.String(),
    task: Type.String(),
    inputs: open,
    branch: orNull(Type.String({ description: 'The branch that the work would appear on; null: none.' })),
    steps: Type.Array(planStep),
  },
  'What a run would do. Nothing was started and nothing was written.',
);
