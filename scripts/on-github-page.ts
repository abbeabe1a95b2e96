// docs/on-github.md, made from the commands and the schema of `.github/troupe.yml`: what people write on GitHub, and what a repository sets.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { commandTypes, repositoryFile } from '../src/coordinator/index.ts';
import { table } from './action-page.ts';

/** The page. */
export function onGitHubPage(): string {
  return `${[
    '# On GitHub',
    'What people write on issues and pull requests, and what a repository sets. Commands and settings are generated from the code by `npm run generate`.',
    labels,
    builtIn(),
    '## Commands',
    'A comment whose line begins with `/troupe` is a command; several lines are several commands; `@<bot>, status` is one too. They work on the issue, and on the pull request of its run. `/troupe help` shows the ones of this table, with the permissions and the workflows of the repository it is asked in.',
    'Only what is plainly written counts: nothing in code, quotes, lists, tables, links, HTML, folded parts (`<details>`) or HTML comments. To write about a command, put it in code marks. Inputs and names may stand in code marks or quotes; every kind of space is a space ([why](decisions/plainly-written.md)).',
    table(
      ['command', 'what it does', 'who may', 'example'],
      commandTypes.map((one) => [`\`/troupe ${one.usage}\``, one.summary, who[one.who], `\`${one.example}\``]),
    ),
    'Who may is a permission on the repository, set by the operator and by the repository; the strictest counts. A command that is not allowed gets 😕 and one line; one that is followed gets 👍.',
    '## Whose words',
    'A pull request that was there before its run keeps its title, its text and its draft state: what Troupe has to say of it stands in its comment and its checks, and `title:` and `body:` of a step are left out there. On a pull request that Troupe opened it writes between two hidden marks. Write above or below them what you like: it stays as it is, and so does a title that you change. Take a mark away, copy it or write between them, and the text is yours from then on: Troupe no longer writes into it, and goes on in its comment.',
    '## Settings of a repository',
    'They stand in `.github/troupe.yml` on the default branch, or for all repositories of an owner in its `.github` repository. Checked against [its schema](../schema/repository.schema.json); a mistake is told, and nothing starts until it is mended.',
    table(
      ['key', 'meaning'],
      Object.entries(repositoryFile.schema.properties).map(([key, schema]) => [`\`${key}\``, meaningOf(schema)]),
    ),
    example,
  ].join('\n\n')}\n`;
}

/** The workflows of the package, and what wakes their other labels. */
function builtIn(): string {
  const dir = join(import.meta.dirname, '../workflows');
  const rows = readdirSync(dir)
    .filter((name) => name.endsWith('.yml'))
    .toSorted()
    .map((name) => {
      const { id, workflow } = workflowOf(join(dir, name));
      const others = (workflow.trigger?.labels ?? []).filter((label) => label !== `troupe:${id}`);
      return [
        `\`${id}\``,
        `\`troupe:${id}\``,
        others.map((label) => `\`${label}\``).join(', ') || '–',
        workflow.description,
      ];
    });
  return [
    'Built-in workflows answer to their own label and to `/troupe run` in every repository. The other labels that they list start them only where `.github/troupe.yml` enables them, `workflows: { enable: [hotfix] }`: a label `hotfix` may mean something else in your repository. `/troupe explain` says so on an issue that has one.',
    table(['built in', 'started by', 'once enabled also by', 'what it does'], rows),
  ].join('\n\n');
}

interface BuiltIn {
  readonly description: string;
  readonly trigger?: { readonly labels?: readonly string[] };
}

function workflowOf(path: string): { readonly id: string; readonly workflow: BuiltIn } {
  // a file of ours, checked by the tests of the workflows
  return { id: basename(path, '.yml'), workflow: parse(readFileSync(path, 'utf8')) as BuiltIn };
}

const labels = `## Labels

| label | what it does |
|---|---|
| \`troupe:<workflow>\` | starts the workflow on the issue or pull request; it is taken off again |
| \`troupe:paused\` | holds all runs of the issue or pull request, and starts none, until it is taken off |
| \`troupe:needs-human\` | put on by Troupe where a person is needed; yours to take off |
| \`troupe:exhausted\` | put on by Troupe when other Apps’ checks went on failing after three attempts to mend them |

A workflow may name other labels, events and schedules: [\`trigger\`](language.md).`;

const who: Readonly<Record<(typeof commandTypes)[number]['who'], string>> = {
  anyone: 'anyone',
  trigger: '`permissions.trigger`',
  control: '`permissions.control`',
  approve: '`permissions.approve`',
};

const example = `\`\`\`yaml
verify:
  - [npm, test]
setup:
  run: [[npm, ci]]
  cache: [node_modules]
  key: [package-lock.json]
protected_paths: ["infra/**"]
labels:
  bug: { type: bug, priority: high }
permissions: { approve: maintain }
budget: { cost_usd: 5, minutes: 60 }
\`\`\``;

/** What a schema says of itself, and the keys below it. */
function meaningOf(schema: object): string {
  const { description, properties } = schema as { readonly description?: string; readonly properties?: object };
  const below =
    properties === undefined
      ? ''
      : Object.keys(properties)
          .map((key) => `\`${key}\``)
          .join(', ');
  return [description, below === '' ? undefined : `Keys: ${below}.`].filter((part) => part !== undefined).join(' ');
}
