// The files people copy: as GitHub reads them, without a way in for other people's text, with nothing more than they need.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { validate } from '@actions/languageservice/validate';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadCatalogue } from '../../src/coordinator/index.ts';
import {
  builtInPersonasDir,
  builtInWorkflows,
  hostProviders,
  localFiles,
  parseServerFile,
} from '../../src/host/index.ts';
import { wallStep } from '../../src/host/before-paying/messages.ts';
import { agentsHere, loadPersonas } from '../../src/personas/index.ts';
import { actionPage, readmeWithAction } from '../../scripts/action-page.ts';
import { root } from './stage.ts';

const folder = join(root, 'examples/actions/.github/workflows');
const examples = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const shownFirst = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].filter(([, text]) => text?.includes('uses: '));
/** What README shows is copied, too. */
const copied = [...examples, ...shownFirst.map(([, text = '']) => ['README.md', text] as const)];
const actions = ['action.yml', 'validate/action.yml'].map(
  (path) => [path, readFileSync(join(root, path), 'utf8')] as const,
);
const trace = new NoOperationTraceWriter();

/** Texts that people outside write: https://docs.github.com/actions/concepts/security/script-injections. */
const untrusted =
  /\$\{\{[^}]*\b(github\.event\.(?!(?:issue|pull_request)\.number\b|action\b|schedule\b)|github\.head_ref|github\.actor|inputs\.|steps\.[\w-]+\.outputs)/;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions?: unknown;
  readonly on: Readonly<Record<string, unknown>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly if?: string;
  readonly concurrency?: { readonly group: string };
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

/** A machine without any agent, key or log-in. */
const nowhere = {
  path: '',
  variable: (_name: string): string | undefined => undefined,
  operator: { home: '/nowhere', variable: () => undefined },
  now: 0,
};

function stepsOf(text: string): readonly Step[] {
  // the parser of GitHub has checked the shape in another test
  return Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps);
}

/** Where the text of people could become part of a script. */
function injections(text: string): string[] {
  return stepsOf(text).flatMap((step) => {
    const script = step.uses?.startsWith('actions/github-script@') === true ? step.with?.['script'] : undefined;
    return [step.run, script].filter((code) => typeof code === 'string' && untrusted.test(code)).map(String);
  });
}

test.each(copied)('%s is a workflow as GitHub reads it', (name, content) => {
  const parsed = parseWorkflow({ name, content }, trace);
  expect(parsed.context.errors.getErrors().map(({ message }) => message)).toEqual([]);
});

test.each(actions)('%s is an action as GitHub reads it', (path, content) => {
  const parsed = parseAction({ name: basename(path), content }, trace);
  expect(parsed.context.errors.getErrors().map(({ message }) => message)).toEqual([]);
});

/** What GitHub's editor says about a file that lies in `.github/workflows`, or about an `action.yml`. It knows our actions by their own files. */
async function complaintsOfEditor(path: string, text: string): Promise<string[]> {
  const any = { description: '' };
  const uri = path.endsWith('action.yml') ? `file:///${path}` : `file:///.github/workflows/${basename(path)}`;
  const found = await validate(TextDocument.create(uri, 'yaml', 1, text), {
    actionsMetadataProvider: {
      async fetchActionMetadata({ owner, path: folder = '' }) {
        if (owner === 'actions')
          return {
            name: 'Theirs',
            description: '',
            inputs: { 'persist-credentials': any, 'node-version': any, name: any, path: any, 'retention-days': any },
          };
        // our own files, checked by the parser in the test before
        return owner === 'OWNER' ? parse(readFileSync(join(root, folder, 'action.yml'), 'utf8')) : undefined;
      },
    },
  });
  return found.map(
    ({ message, range }) => `${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  );
}

test.each([...copied, ...actions])('GitHub’s own editor has nothing to say about %s', async (path, text) => {
  expect(await complaintsOfEditor(path, text)).toEqual([]);
});

test('GitHub’s own editor would find an input that there is not, and an output of no step', async () => {
  const [, text = ''] = examples.find(([name]) => name === 'troupe-nightly.yml') ?? [];
  const wrong = text
    .replace('workflow: nightly', 'work-flow: nightly')
    .replaceAll('steps.troupe.outputs', 'steps.troup.outputs');
  expect(await complaintsOfEditor('wrong.yml', wrong)).toEqual([
    expect.stringContaining("Invalid action input 'work-flow'"),
    expect.stringContaining('Context access might be invalid: troup'),
    expect.stringContaining('Context access might be invalid: troup'),
    expect.stringContaining('Context access might be invalid: troup'),
    expect.stringContaining('Context access might be invalid: troup'),
  ]);
});

test('the injection lint finds what it is for', () => {
  const workflow = (run: string) => JSON.stringify({ jobs: { a: { steps: [{ run }] } } });
  for (const bad of [
    'echo ${{ github.event.issue.title }}',
    'echo "${{ github.event.comment.body }}"',
    'git checkout ${{ github.head_ref }}',
    'echo ${{ toJSON(github.event.pull_request) }}',
    'echo ${{ steps.troupe.outputs.final-message }}',
  ])
    expect(injections(workflow(bad))).toEqual([bad]);
  for (const good of ['echo "$TITLE"', 'echo ${{ github.event.issue.number }}', 'echo ${{ github.run_id }}'])
    expect(injections(workflow(good))).toEqual([]);
});

test.each(copied)('%s lets no text of other people into a script', (_name, text) => {
  expect(injections(text)).toEqual([]);
});

test.each(examples)(
  '%s asks for little, pins what it uses, ends in time, and gives strangers no token',
  (_name, text) => {
    const workflow = parse(text) as Workflow; // the parser of GitHub has checked the shape
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions);
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
    for (const { uses } of stepsOf(text)) expect(uses ?? 'a/b@'.padEnd(44, '0')).toMatch(/@[0-9a-f]{40}$/);
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(text).not.toContain('write-all');
  },
);

test.each(examples)('%s: an event that its job turns away takes no place in a group', (name, text) => {
  const { concurrency, jobs } = parse(text) as Workflow; // the parser of GitHub has checked the shape
  expect(concurrency).toBeUndefined();
  const groups = Object.values(jobs).flatMap((job) => job.concurrency?.group ?? []);
  // only one job waits per group: a comment must not push out another
  if (name === 'troupe-comment.yml') expect(groups).toEqual(['troupe-comment-${{ github.event.comment.id }}']);
});

test('pull requests of forks and of bots, whose jobs get no secrets, start no review', () => {
  const [, text = ''] = examples.find(([name]) => name === 'troupe-review.yml') ?? [];
  const condition = (parse(text) as Workflow).jobs['review']?.if; // as above
  expect(condition).toContain("github.event.pull_request.user.type != 'Bot'");
  expect(condition).toContain('github.event.pull_request.head.repo.full_name == github.repository');
});

test('the workflows and the server file beside the examples have no mistakes', async () => {
  const catalogue = await loadCatalogue(localFiles(join(root, 'examples/actions')), {
    personas: { load: (files) => loadPersonas(files, builtInPersonasDir()) },
    providers: new Set(['endpoint']),
    builtIn: builtInWorkflows(),
  });
  const own = catalogue.candidates.filter(({ builtIn }) => !builtIn);
  expect(own.map(({ id }) => id)).toEqual(['nightly', 'review']);
  expect([...catalogue.settingsFindings, ...own.flatMap(({ findings }) => findings)]).toEqual([]);
  const config = join(root, 'examples/actions/.github/troupe.endpoint.yml');
  const serverFile = parseServerFile(readFileSync(config, 'utf8'), config);
  expect(serverFile.defaultProvider).toBe('endpoint');
  const known = hostProviders({ serverFile, baseDir: root, secrets: { ENDPOINT_API_KEY: 'key' } });
  expect(known.isUsable('endpoint')).toBe(true);
});

/** The label files by the agent that they install. */
const byAgent = {
  'claude-code': 'troupe-label.yml',
  codex: 'troupe-label-codex.yml',
  gemini: 'troupe-label-gemini.yml',
  copilot: 'troupe-label-copilot.yml',
  'qwen-code': 'troupe-label-endpoint.yml',
} as const;

test.each(Object.entries(byAgent))(
  'with %s: what is installed is what the agent says, and its key reaches the step of Troupe alone',
  (name, file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const agent = agentsHere(nowhere).find((one) => one.name === name);
    const steps = stepsOf(text);
    expect(steps.map(({ run }) => run)).toContain(agent?.lacks[0]?.mend);
    expect(text).toContain(wallStep.map((line) => `      ${line}\n`).join(''));
    expect(text).toContain('runs-on: ubuntu-24.04');
    const handed = steps.map(({ env = {} }) => Object.keys(env));
    expect(handed.slice(0, -1).flat()).toEqual([]);
    const here = Object.fromEntries((handed.at(-1) ?? []).map((variable) => [variable, 'set']));
    const able = agentsHere({ ...nowhere, variable: (variable) => here[variable] }).filter(({ pays }) => pays);
    // with the keys of this step the agent that was installed has what it pays with
    expect(able.map((one) => one.name)).toContain(name);
  },
);

test('the label files differ in the agent and in nothing else', () => {
  const bare = (file: string): string =>
    readFileSync(join(folder, file), 'utf8')
      .replace(/^(?:#.*\n)+name: .*\n/, '')
      .replace(/npm install -g \S+/, '')
      .replaceAll(/^ {10}[A-Z_]+: \$.*\n/gm, '');
  for (const file of Object.values(byAgent)) expect(bare(file)).toBe(bare('troupe-label.yml'));
});

test('docs/action.md and README.md say what action.yml says', () => {
  expect(readFileSync(join(root, 'docs/action.md'), 'utf8')).toBe(actionPage(root));
  expect(readme).toBe(readmeWithAction(root));
  expect(readme).toContain('Inputs: `workflow`, `issue-number`');
});
