// Writes the published schemas and the generated pages from the sources the code checks with. `--check` writes nothing and
// exits with 1 when a file is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { repositoryFile } from '../src/coordinator/index.ts';
import { languagePage, stepKinds, workflowJsonSchema } from '../src/definition/index.ts';
import { publishedServerFileSchema } from '../src/host/index.ts';
import { outputSchemas } from '../src/cli/schemas/index.ts';
import { actionPage, readmeWithAction } from './action-page.ts';
import { publishedSchemas } from '../src/personas/index.ts';
import { cliPage, helpText } from './cli-page.ts';
import { onGitHubPage } from './on-github-page.ts';
import { protectedPathsPage } from './protected-paths-page.ts';
import { errorsPage } from './errors-page.ts';
import { sentencesPage } from './sentences.ts';
import { operatingPage } from './provider-keys.ts';

const root = resolve(import.meta.dirname, '..');

/** Everything that is generated. Another schema is one more line. */
const files: readonly { readonly path: string; readonly text: string }[] = [
  { path: 'schema/workflow.schema.json', text: json(workflowJsonSchema(stepKinds)) },
  { path: 'schema/repository.schema.json', text: json(repositoryFile.schema) },
  { path: 'schema/server.schema.json', text: json(publishedServerFileSchema) },
  { path: 'schema/persona.schema.json', text: json(publishedSchemas.persona) },
  { path: 'schema/answers.schema.json', text: json(publishedSchemas.answers) },
  { path: 'schema/result.schema.json', text: json(publishedSchemas.result) },
  { path: 'schema/transcript.schema.json', text: json(publishedSchemas.transcript) },
  ...Object.entries(outputSchemas).map(([name, schema]) => ({
    path: `schema/cli/${name}.schema.json`,
    text: json({ $id: `https://troupe.dev/schema/cli/${name}.schema.json`, ...schema }),
  })),
  { path: 'docs/language.md', text: languagePage(stepKinds) },
  { path: 'docs/errors/README.md', text: errorsPage() },
  { path: 'bin/help.txt', text: await helpText() },
  { path: 'docs/cli.md', text: await cliPage() },
  { path: 'docs/on-github.md', text: onGitHubPage() },
  { path: 'docs/action.md', text: actionPage(root) },
  { path: 'docs/protected-paths.md', text: protectedPathsPage() },
  { path: 'docs/sentences.md', text: sentencesPage() },
  { path: 'docs/operating.md', text: operatingPage(root) },
  { path: 'README.md', text: readmeWithAction(root) },
];

const stale = files.filter(({ path, text }) => {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is stale: run "npm run generate"`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }

function json(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
