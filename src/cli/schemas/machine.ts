// The schemas of what is told of this machine and of the files: doctor, personas, validate, init, graph, completion, controls.
import Type from 'typebox';
import { exact, finding, maybe, runId, texts } from './parts.ts';

/** `troupe validate`. */
export const validateOutput = exact(
  {
    valid: Type.Boolean(),
    files: Type.Array(exact({ file: Type.String(), findings: Type.Array(finding) })),
  },
  'Every finding of every file.',
);

/** `troupe init`. */
export const initOutput = exact(
  { written: texts, kept: texts, valid: Type.Boolean(), findings: Type.Array(finding) },
  'What was written, what was there already, and whether the workflow is right.',
);

/** `troupe graph`. */
export const graphOutput = exact({ mermaid: Type.String() }, 'A workflow as a Mermaid graph.');

const lack = exact({ message: Type.String(), mend: Type.String() });

/** The agents that Troupe knows, as they are on this machine. */
const agents = Type.Array(
  exact({
    name: Type.String(),
    ready: Type.Boolean(),
    program: maybe(Type.String()),
    version: maybe(Type.String()),
    no_version: maybe(Type.String()),
    pays: maybe(Type.String()),
    tier: Type.Union([Type.Literal(0), Type.Literal(1)]),
    asks_nobody: Type.Boolean(),
    lacks: Type.Array(lack),
    poorer: maybe(lack),
    not_behind_gateway: maybe(lack),
  }),
  {
    description:
      'Every agent that Troupe knows. `pays`: the key or the log-in that was found, by its name. `not_behind_gateway`: why it cannot work in tier 2.',
  },
);

/** `troupe pause --all` and `troupe resume --all`. */
export const haltOutput = exact(
  { paused: Type.Boolean(), changed: Type.Boolean({ description: 'false: it was so already.' }) },
  'Whether everything is paused now.',
);

/** `troupe doctor`. */
export const doctorOutput = exact(
  {
    healthy: Type.Boolean(),
    checks: Type.Array(
      exact({
        name: Type.String(),
        state: Type.Enum(['good', 'poor', 'bad']),
        message: Type.String(),
        hint: maybe(Type.String()),
      }),
    ),
    agents,
  },
  'What this machine and this configuration can do.',
);

const problem = exact({
  severity: Type.Enum(['error', 'warning']),
  message: Type.String(),
  hint: maybe(Type.String()),
});

/** `troupe personas`. */
export const personasOutput = exact(
  {
    personas: Type.Array(
      exact({
        id: Type.String(),
        description: Type.String(),
        tools: texts,
        limits: texts,
        elsewhere: texts,
        source: Type.String(),
        provider: Type.String(),
        problems: Type.Array(problem),
      }),
    ),
    unusable: Type.Array(exact({ id: Type.String(), file: Type.String() })),
    findings: Type.Array(finding),
    agents,
  },
  'Who can be asked here. `problems` only with --check; `limits` and `elsewhere`: words of the file that only the agent can keep, and that mean nothing here.',
);

/** `troupe personas show`. */
export const promptOutput = exact(
  {
    persona: Type.String(),
    source: Type.String(),
    model: maybe(Type.String()),
    bytes: Type.Integer({ minimum: 0 }),
    sections: Type.Array(
      exact({
        label: Type.String(),
        bytes: Type.Integer({ minimum: 0, description: 'Of it in the text.' }),
        of: Type.Integer({ minimum: 0, description: 'What there was.' }),
      }),
    ),
    text: Type.String(),
  },
  'What a persona would be sent. `text` is the whole of it; `sections` its parts in order, without headings and fences.',
);

/** `troupe completion`. */
export const completionOutput = exact(
  {
    commands: Type.Array(exact({ name: Type.String(), description: Type.String(), options: texts })),
  },
  'Every command with its options.',
);

/** `troupe pause`, `cancel`, `retry`, `approve` … */
export const controlOutput = exact(
  {
    accepted: Type.Boolean(),
    run: runId,
    message: Type.String(),
  },
  'What came of a control. `run`: the one it is about, or the linked one that was started.',
);
