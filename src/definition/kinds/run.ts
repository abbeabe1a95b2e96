// The kind `run`: commands in the sandbox, on the commit that the run stands on. No template reaches a command line.
import Type from 'typebox';
import type { Static } from 'typebox';
import { isObject } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { OtherStep } from '../model/types.ts';
import { closed } from '../source/fragments.ts';
import { approvalKey, commonKeys, workKeys } from '../source/keys.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('run'),
    approval: approvalKey,
    ...workKeys,
    commands: Type.Array(
      Type.Array(Type.String({ minLength: 1, title: 'text' }), {
        minItems: 1,
        title: 'a command as a list: [npm, test]',
      }),
      {
        description:
          'each as a list, `[[npm, ci], [npm, test]]`, one after the other; the first that fails fails the step',
        minItems: 1,
        title: 'a list of commands: [[npm, test]]',
      },
    ),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String({ title: 'text' }), {
        additionalProperties: false,
        description: 'variables of the environment of the commands: the way for what a template gives',
        title: 'an object of names and templates',
      }),
    ),
  },
  { ...closed, description: 'Runs commands in the sandbox, on the commit that the run stands on.' },
);

/** Variables by which a program is told to run something, or another program is run in its place. */
const runs =
  /^(?:PATH|HOME|IFS|ENV|SHELL|EDITOR|VISUAL|PAGER|BASH_.*|SHELLOPTS|PROMPT_COMMAND|LD_.*|DYLD_.*|GIT_.*|SSH_.*|NODE_.*|NPM_.*|PYTHON.*|PERL.*|RUBY.*|JAVA_.*|JDK_.*|_JAVA_.*|MAVEN_.*|GRADLE_.*|MAKE.*)$/i;

/** The kind. */
export const run: StepKind = {
  type: 'run',
  schema,
  example: { commands: [['npm', 'test']] },
  normalise: ({ commands, env }: Static<typeof schema>): PartsOf<OtherStep> => ({
    config: { commands, env: env ?? {} },
  }),
  describe: ({ config }: OtherStep) => `runs ${commandsIn(config).join(', then ')}`,
  subject: ({ config }: OtherStep) => commandsIn(config)[0],
  tells: { surely: ['commands'] },
  missing: { commands: 'Say what to run: `commands: [[npm, test]]`.' },
  templates: ['env'],
  plain: ['commands'],
  check: checkRun,
  page: () => page,
};

function checkRun({ step, path }: SourceStep, report: Report): void {
  for (const [index, command] of [step['commands']].flat().entries())
    for (const [at, word] of [command].flat().entries())
      if (typeof word === 'string' && word.includes('{{'))
        report({
          code: 'security/template-in-a-command',
          path: `${path}.commands[${index}][${at}]`,
          message: 'A template in a command: whoever writes what it gives would write the command',
          hint: 'Give it as a variable, `env: { TITLE: "{{task.title}}" }`, and let the program read that.',
        });
  const env = isObject(step['env']) ? (step['env'] as JsonObject) : {}; // what comes out of a YAML file is JSON
  for (const [name, value] of Object.entries(env))
    if (typeof value === 'string' && value.includes('{{') && runs.test(name))
      report({
        code: 'security/template-in-a-command',
        path: `${path}.env.${name}`,
        message: `\`${name}\` says what is run, and here a template says it`,
        hint: 'Give it a name of your own.',
      });
}

function commandsIn({ commands }: JsonObject): readonly string[] {
  // the schema has passed them
  return (commands as readonly (readonly string[])[]).map((command) => command.join(' '));
}

const page = `## Commands

\`\`\`yaml
steps:
  - { id: build, type: persona-request, persona: lead-engineer }
  - id: checks
    type: run
    dependencies: [build]
    commands: [[npm, ci], [npm, run, lint], [npm, test]]
    env: { TITLE: "{{task.title}}" }
    timeout: 20m
\`\`\`

The commands run one after the other where \`verify\` runs: in a fresh worktree of the commit that the run stands on, in the sandbox, with the limits of
\`limits.command\` in the server file, after \`setup\`, without any secret. A code other than 0 fails the step; with \`on_failure: continue\` the run goes on
and ends degraded. A command is a list of words and no shell: \`[sh, -c, "npm test | tee log"]\` asks for one. Without bubblewrap the operator has to trust the
repository (\`repositories.trusted\`), as for \`verify\`.

\`steps.checks.outputs\` has \`exitCode\`, \`output\` (the end of what the last command said) and \`tests\` (\`run passed failed skipped\`) where a test program told
its counts. What all commands said is among the artifacts of the run, without secrets.

No template stands in a command, because people, personas and other programs write what it gives: it comes by \`env\`, and the program reads it
(\`sh -c 'echo "$TITLE"'\`). What the commands change in files is not kept: a persona's step changes files.`;
