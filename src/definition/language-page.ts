// docs/language.md: the reference of the workflow language, written from the schemas. Writes text; reads no file.
import { isObject } from '../support/index.ts';
import { eachNames, functionNames, laterRoots, methodNames, rootNames } from './expression/node.ts';
import { retrySchema } from './source/keys.ts';
import { writtenKinds } from './source/step-kind.ts';
import type { StepKinds } from './source/step-kind.ts';
import { laterStepTypes } from './source/words.ts';
import { workflowFileSchema } from './schemas/workflow-schema.ts';

/** The whole page in Markdown. */
export function languagePage(kinds: StepKinds): string {
  const pages = kinds.flatMap(({ page }) => (page === undefined ? [] : [page()]));
  return `${[head(), topLevel(), steps(kinds), ...pages, expressions(), afterAFailure(), templates(), later(kinds)].join('\n\n')}\n`;
}

const example = `name: fix
description: Fix a bug and prove it
trigger:
  labels: ["troupe:fix"]
steps:
  - id: fix
    type: persona-request
    persona: lead-engineer
    timeout: 30m
    expect: changes
  - id: qa
    type: persona-request
    persona: qa-engineer
    dependencies: [fix]
    verify: [[npm, test]]
  - id: finish
    type: git-operation
    operation: open-pull-request
    dependencies: [qa]
    condition: "context.state.get('qa_status') === 'pass'"`;

/** The workflow that the page opens with; a test checks it. */
export const languageExample = example;

function head(): string {
  return `<!-- Written by scripts/generate-schemas.ts from src/definition/schemas. Edit there. -->
# The workflow language

A workflow is one YAML file, \`.github/troupe/workflows/<id>.yml\`, read from the default branch. Its id is the file name:
lower-case letters, digits and dashes. \`troupe validate\` names every mistake with line, column and what to do; a key that
has no effect is an error. For help in an editor, begin the file with
\`# yaml-language-server: $schema=<path or address of workflow.schema.json>\`.

\`\`\`yaml
${example}
\`\`\`

Steps without dependencies start at once; independent steps run at the same time. When a step can write, Troupe adds
\`prepare\` (branch, first commit, draft pull request) before the first step and \`settle\` (ready, draft or closed) after the last.`;
}

function topLevel(): string {
  const nested = ['trigger', 'inputs', 'defaults', 'concurrency', 'budget', 'branch']
    .map((key) => `### \`${key}\`\n\n${keyTable(innerOf(workflowFileSchema.properties[key as 'trigger']))}`) // each of them is a key
    .join('\n\n');
  return `## Top level\n\n${keyTable(workflowFileSchema)}\n\n${nested}`;
}

/** The keys of a nested object: of the object itself, of the values of a record, or of an "object or …". */
function innerOf(schema: object): object {
  if ('properties' in schema) return schema;
  if ('then' in schema && isObject(schema.then)) return schema.then;
  if ('patternProperties' in schema && isObject(schema.patternProperties))
    return Object.values(schema.patternProperties).find((value) => isObject(value)) ?? schema;
  return schema;
}

function steps(kinds: StepKinds): string {
  const written = writtenKinds(kinds);
  const keysOf = ({ schema }: (typeof written)[number]): readonly string[] => Object.keys(schema.properties);
  const shared = inAll(written);
  const workers = written.filter((kind) => 'retry' in kind.schema.properties);
  const working = inAll(workers).filter((key) => !shared.includes(key));
  const [first] = written;
  const [worker] = workers;
  const sections = written.map((kind) => {
    const own = keysOf(kind).filter((key) => key !== 'type' && !shared.includes(key) && !working.includes(key));
    return `### \`${kind.type}\`\n\n${textOf(kind.schema, 'description')}\n\n${keyTable(kind.schema, own)}`;
  });
  const names = workers.map(({ type }) => `\`${type}\``).join(', ');
  return [
    '## Steps',
    'What every type of step keeps to, those of plugins too: `test/suites/step-kind-contract.ts`.',
    `Keys of every step, beside \`type\`:\n\n${keyTable(first?.schema ?? {}, shared)}`,
    `Keys of steps that do something themselves (${names}):\n\n${keyTable(worker?.schema ?? {}, working)}`,
    ...sections,
    `### \`retry\`\n\nWithout a limit nothing is repeated but passing faults, twice. A rate limit uses no attempt: the step waits.\n\n${keyTable(retrySchema)}`,
    `### \`on_error\`\n\n${keyTable(first === undefined ? {} : innerOf(first.schema.properties['on_error'] ?? {}))}`,
  ].join('\n\n');
}

/** The keys that all of the kinds have and that mean the same in each. */
function inAll(kinds: ReturnType<typeof writtenKinds>): readonly string[] {
  const meaning = (kind: (typeof kinds)[number], key: string): string =>
    textOf(kind.schema.properties[key], 'description');
  const [first] = kinds;
  if (first === undefined) return [];
  return Object.keys(first.schema.properties).filter(
    (key) =>
      key !== 'type' &&
      kinds.every((kind) => key in kind.schema.properties && meaning(kind, key) === meaning(first, key)),
  );
}

function expressions(): string {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ');
  return `## Expressions

The syntax is JavaScript's; a closed evaluator walks it. There are literals, texts with \`\${…}\` between backticks, names, member
access with \`?.\`, \`! - + * / % === !== == != < <= > >= && || ??\`, \`a ? b : c\`, lists and objects. Everything else is an error
when the file is read. An evaluation ends after 10,000 steps or 1 MB.

| what | which |
|---|---|
| roots | ${list(rootNames.filter((name) => !laterRoots.has(name)))} |
| functions | ${list(functionNames.map((name) => `${name}()`))} |
| methods | ${list(methodNames)} |
| methods with an arrow function | ${list(eachNames)} |

- \`task\`: number, title, body, labels, type, scope, priority, severity, slug, url, author, project, milestone, state, and what issue
  forms and the label map add, as \`task.fields.<name>\` and, where no name clashes, \`task.<name>\`.
- \`steps.<id>\`: status, verdict, summary, outputs, attempts, noop, sha, filesChanged, findings, evidence, error. \`steps.code_review\`
  and \`steps['code-review']\` are the same step; \`steps.code-review\` is a subtraction, and an error that says so.
- \`context.state.get('qa_status')\` is the verdict of \`qa\` (pass, fail, unknown), \`'qa_result'\` its outputs and summary, and a declared
  output goes by its name. \`steps.qa.status\` is how the execution went (succeeded, failed, skipped, …).
- \`error.step\`, \`error.class\`, \`error.message\` are known in \`on_failure\`, \`finally\` and \`on_error\`.
- A step reads steps that come before it on every path; anything else is an error when the file is read.
- \`milestone\` (also \`task.milestone\`) is the title of the task's milestone, and \`milestone.title\` too; \`milestone.open_issues\`,
  \`milestone.closed_issues\`, \`milestone.completion\` (percent), \`milestone.number\`, \`milestone.state\` and \`milestone.due_on\` are as they
  were when the run was started.
- A name that is known and has no value (a milestone, \`error\` where nothing failed, an output that a persona left out) is undefined, and so
  is all that is read of it: false in a condition, caught by \`??\`. A name that nobody knows is an error when the file is read.
- \`context.dashboardState\` is what the comment and the checks show: \`status\` of the run, \`steps.<status>\` with the ids, \`links.task\` and
  \`links.pullRequest\`.`;
}

function afterAFailure(): string {
  return `## After a failure

\`success() failure() always() cancelled()\` in the \`condition\` of a step mean what they mean for jobs in GitHub Actions. A step whose condition asks for
them, and may hold after a failure, is asked once its dependencies are over, whatever became of them; the run ends as its failed step says.

\`\`\`yaml
steps:
  - { id: build, type: persona-request, persona: lead-engineer }
  - { id: tell, type: github, action: comment, dependencies: [build], condition: failure(), params: { body: "Not built" } }
  - { id: sweep, type: git-operation, operation: fetch, dependencies: [tell], condition: always() }
\`\`\`

- \`failure()\`: a step before it, however far, failed for good and was not allowed to. \`success()\`: none did, and none that it waits for was skipped; it is what a
  step without a condition asks. \`cancelled()\`: somebody cancelled or stopped the run. In \`on_failure\`, \`finally\` and \`on_error\` they ask about the whole run.
- What comes after such a step is still behind the failure: it is skipped unless it asks, too.
- A step that runs also after a failure cleans up or tells. It delivers nothing: a run in which only such steps ran is not green. It cannot merge
  (\`security/merge-after-failure\`).
- \`condition: false\` switches a step off. What depends on it is skipped with it, unless it has \`on_skipped_dependency: run\`.

What differs from Actions, on purpose: a run begins nothing more once a step has failed, but for what asks. A verdict of fail or unknown
that counts is a \`failure()\`: its check is red. A \`conditional\` that asks is decided after a failure as well, and its steps run. A cancelled run asks no
persona and waits for nobody: \`always()\` and \`cancelled()\` run steps at the top of the list that do something by themselves. When the minutes of a run are
over, only \`on_failure\` and \`finally\` run. Once somebody has merged the pull request, nothing does. Steps without \`dependencies\` start at once, so that they
have nothing to ask about.`;
}

function templates(): string {
  return `## Templates

\`{{ expression }}\` stands in \`name\`, the texts of \`params\`, \`message\`, \`outputs\`, \`timeout\`, \`variables\`, \`concurrency.group\`, \`branch\` and the keys of
git operations. A value that is exactly one template keeps its type: \`timeout: "{{variables.base_timeout}}"\` is a number,
of seconds as in the file: every duration, written or out of a template, is seconds or a text with a unit (\`90\`, \`"90s"\`, \`"1h30m"\`),
more than nothing and a year at most; anything else fails the step before it costs anything. \`{{{{\` prints two braces. A name without a value fails the step before it costs anything; \`{{steps.qa.summary ?? 'none'}}\` gives another value, and
\`permissive: true\` turns the failure into a warning. What people wrote is data: it is never read as a template.

In a text that people read (\`body\`, \`title\`, \`notification\`, \`message\`) the words that a template puts there do nothing: no mention, no closing keyword,
no image, HTML or command of theirs acts, and a link to another site is shown by its host. What you write around them does what it says:
\`Fixes #{{task.number}}, see https://docs.example/{{inputs.page}}\`.

A \`name\` reads \`task\`, \`inputs\` and \`variables\`. It is evaluated once, when the run starts: a part without a value is left out, words of people are cleaned and
cut to 80 characters, and a name that is there already gets a number. A check with such a name cannot be a required one: its name differs from run to run.

In the \`params\` of a persona \`\${vars.name}\` and \`\${ expression }\` are read the same way; \`$\${\` prints \`\${\`.`;
}

function later(kinds: StepKinds): string {
  const types = [...laterStepTypes(kinds)].map((type) => `\`${type}\``).join(' ');
  return `## Later

These belong to the language and come with later versions; until then they are errors that say so: the step types ${types}
and the form with \`stages\`.`;
}

function keyTable(schema: object, only?: readonly string[]): string {
  const properties = 'properties' in schema && isObject(schema.properties) ? schema.properties : {};
  const required = 'required' in schema && Array.isArray(schema.required) ? schema.required : [];
  const rows = Object.entries(properties)
    .filter(([key]) => only === undefined || only.includes(key))
    .map(([key, value]) => {
      const name = required.includes(key) ? `\`${key}\` (required)` : `\`${key}\``;
      return `| ${name} | ${typeOf(value)} | ${textOf(value, 'description').replaceAll('|', '\\|')} |`;
    });
  return ['| key | value | meaning |', '|---|---|---|', ...rows].join('\n');
}

function typeOf(schema: unknown): string {
  if (!isObject(schema)) return '';
  const words = schema['enum'];
  if (Array.isArray(words)) return words.map((word) => `\`${String(word)}\``).join(' ');
  return (
    textOf(schema, 'title').replaceAll('|', '\\|') || (isObject(schema['then']) ? 'an object, or `false`' : 'any value')
  );
}

function textOf(schema: unknown, key: 'title' | 'description'): string {
  const value = isObject(schema) ? schema[key] : undefined;
  return typeof value === 'string' ? value : '';
}
