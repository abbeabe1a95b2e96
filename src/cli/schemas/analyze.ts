// The schema of what `troupe analyze --json` prints.
import Type from 'typebox';
import { count, exact, maybe, milliseconds, orNull, texts } from './parts.ts';

const risk = exact({
  kind: Type.Enum(['no-budget', 'no-timeout', 'may-fail', 'many-attempts', 'rework', 'unproven']),
  step: maybe(Type.String({ description: 'Absent: it is about the whole workflow.' })),
  message: Type.String(),
});

const step = exact({
  path: Type.String(),
  ran: count,
  skipped: count,
  failed: count,
  retried: count,
  medianMs: maybe(milliseconds),
  marks: Type.Array(Type.Enum(['slow', 'flaky', 'unused'])),
});

/** `troupe analyze`. */
export const analyzeOutput = exact(
  {
    workflow: Type.String(),
    steps: count,
    depth: count,
    widest: count,
    criticalPath: exact({ steps: texts, atMostMs: milliseconds }),
    risks: Type.Array(risk),
    history: orNull(exact({ runs: count, repositories: count, steps: Type.Array(step) }, 'Only with --history.')),
  },
  'What a workflow comes to before it runs, and how its steps went.',
);
