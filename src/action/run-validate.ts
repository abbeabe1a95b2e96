// Checks the workflow and persona files of the checkout: mistakes become annotations with line and column. Reads only.
import { statSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { getInput } from '@actions/core';
import { loadCatalogue, repositoryFile } from '../coordinator/index.ts';
import type { FileSource } from '../coordinator/index.ts';
import { builtInPersonasDir, builtInWorkflows, localFiles } from '../host/index.ts';
import { loadPersonas } from '../personas/index.ts';
import { createRedactor, messageOf, TroupeError } from '../support/index.ts';
import { runnerConsole } from './console.ts';
import type { Variables } from './environment.ts';
import { flagIn } from './inputs.ts';
import { validateMessages } from './messages.ts';

/** Where a repository keeps what can be checked. */
const lookedFor = ['.github/troupe/workflows/*.yml', '.github/troupe/personas/*.md', '.github/troupe.yml'];

/** Runs the check. Resolves to the exit code. */
export async function runValidate(variables: Variables): Promise<number> {
  const console = runnerConsole(createRedactor().text);
  try {
    const folder = posix.normalize(getInput('path') || '.').replace(/\/$/, '');
    const root = resolve(variables['GITHUB_WORKSPACE'] ?? '.', folder);
    const strict = isStrict(getInput('strict'));
    const providers = getInput('providers')
      .split(/[\s,]+/)
      .filter((name) => name !== '');
    // a check that looked at nothing must not be green
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new TroupeError('action/no-file', validateMessages.noFolder(folder), { class: 'config' });
    const files = localFiles(root);
    if (!(await holdsFiles(files)))
      throw new TroupeError('action/no-file', validateMessages.nothing(folder, lookedFor), { class: 'config' });
    const catalogue = await loadCatalogue(files, {
      strict,
      personas: { load: (files) => loadPersonas(files, builtInPersonasDir()) },
      // without a list every provider may be there: the operator's file is not the repository's
      ...(providers.length === 0 ? {} : { providers: new Set(providers) }),
      builtIn: builtInWorkflows(),
    });
    const own = catalogue.candidates.filter(({ builtIn }) => !builtIn);
    const findings = [
      ...(await catalogue.unread()),
      ...catalogue.settingsFindings,
      ...catalogue.personaFindings,
      ...own.flatMap((one) => one.findings),
    ];
    for (const finding of findings) {
      const hint = finding.hint === undefined ? '' : `\n${finding.hint}`;
      console.annotate(finding.severity === 'error' ? 'error' : 'warning', `${finding.message}${hint}`, {
        file: [folder, finding.file].filter((part) => part !== '.').join('/'),
        startLine: finding.line,
        title: finding.code,
      });
    }
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const text = validateMessages.done(own.length, errors, findings.length - errors);
    console.info(text);
    console.output('errors', String(errors));
    console.output('warnings', String(findings.length - errors));
    await console.summary(`### ${text}\n`);
    return errors > 0 || (strict && findings.length > 0) ? 1 : 0;
  } catch (error) {
    console.annotate('error', messageOf(error));
    return 1;
  }
}

function isStrict(text: string): boolean {
  const read = flagIn('strict', text === '' ? undefined : text);
  if ('mistake' in read) throw new TroupeError('action/inputs', read.mistake, { class: 'config' });
  return read.value ?? false;
}

/** Whether there is anything of the repository's own to check. */
async function holdsFiles(files: FileSource): Promise<boolean> {
  for (const path of [repositoryFile.path, repositoryFile.otherPath])
    if ((await files.read(path)) !== undefined) return true;
  const listed = await files.list('.github/troupe');
  return listed.some(({ path }) => /^\.github\/troupe\/(workflows\/[^/]+\.ya?ml|personas\/[^/]+\.md)$/.test(path));
}
