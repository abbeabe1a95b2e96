// What GitHub Actions runs, in the repository, its examples and its pages: whose code it is stands there as a full commit, and no job is without end.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { wallCommands, wallStep } from '../../src/host/before-paying/messages.ts';

const root = resolve(import.meta.dirname, '../..');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly permissions?: unknown;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: unknown;
  readonly concurrency?: { readonly group?: string };
}
interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group?: string };
  readonly jobs: Readonly<Record<string, Job>>;
}
type Text = readonly [where: string, text: string];

const read = (name: string): Text => [name, readFileSync(join(root, name), 'utf8')];

function filesBelow(folder: string, ends: string): readonly Text[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ends))
    .map((name) => read(join(folder, name)));
}

/** The YAML that a page shows, each block with the line that it begins on. */
function blocksOf([page, text]: Text): readonly Text[] {
  return [...text.matchAll(/^( *)```ya?ml\n([\s\S]*?)^\1```/gm)].map(({ index, 2: block = '' }) => [
    `${page}:${text.slice(0, index).split('\n').length}`,
    block,
  ]);
}

const ours = filesBelow('.github/workflows', '.yml');
const examples = filesBelow('examples', '.yml').filter(([name]) => name.includes('/.github/workflows/'));
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map(read);
const shown = [...pages, ...filesBelow('docs', '.md')].flatMap(blocksOf);
const everything = [...ours, ...examples, ...shown, ...['action.yml', 'validate/action.yml'].map(read)];

/** Each `uses:` that a tag or a branch could move, or whose version nobody can read. */
function unpinned([where, text]: Text): string[] {
  return text
    .split('\n')
    .filter((line) => /^[\s-]*(?:[{,\s]*)["']?uses["']?:/.test(line) || /[{,]\s*uses:/.test(line))
    .filter((line) => !/uses:\s+(?:\.\/|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)/.test(line))
    .map((line) => `${where}: ${line.trim()}`);
}

/** Jobs that may take as long as GitHub lets them, or be at the same work twice at once. */
function endless([where, text]: Text): string[] {
  // the shape is checked by GitHub's own parser in test/action/workflows.test.ts
  const { concurrency, jobs } = parse(text) as Workflow;
  return Object.entries(jobs).flatMap(([name, job]) => [
    ...(Number(job['timeout-minutes']) > 0 ? [] : [`${where}: ${name} has no timeout-minutes`]),
    ...((job.concurrency ?? concurrency)?.group === undefined ? [`${where}: ${name} has no concurrency`] : []),
  ]);
}

/** Jobs in which Troupe plays without the wall, or with permissions that nobody wrote down. */
function bare([where, text]: Text): string[] {
  const { permissions, jobs } = parse(text) as Workflow;
  return Object.entries(jobs).flatMap(([name, job]) => {
    const steps = job.steps ?? [];
    const ours = steps.findIndex(({ uses = '' }) => /^[\w-]+\/troupe(?:\/validate)?@/.test(uses));
    if (ours < 0) return [];
    const plays = steps[ours]?.uses?.includes('/validate@') !== true;
    const walls = steps.slice(0, ours).some(({ run }) => run === wallLines);
    return [
      ...((job.permissions ?? permissions) === undefined ? [`${where}: ${name} has no permissions`] : []),
      ...(plays && !walls ? [`${where}: ${name} does not build the wall before Troupe`] : []),
    ];
  });
}

/** What a refusal tells people to put into their job is what is shown to them everywhere. */
const wallLines = parse(wallStep.join('\n'))[0].run as string;

test('what is looked at is all there', () => {
  expect(ours.length).toBeGreaterThan(0);
  expect(examples.length).toBeGreaterThan(5);
  expect(shown.filter(([, text]) => text.includes('uses:')).length).toBeGreaterThan(1);
});

test('every `uses:` names a full commit, with its version beside it', () => {
  expect(everything.flatMap(unpinned)).toEqual([]);
  const bad = ['actions/checkout@v5', 'a/b@main # v1.0.0', `a/b@${'0'.repeat(40)}`, `a/b@${'0'.repeat(40)} # v1`];
  expect(bad.flatMap((what) => unpinned(['x', `      - uses: ${what}`]))).toHaveLength(bad.length);
});

test('one version of an action is one commit, wherever it is named', () => {
  const named = everything.flatMap(([, text]) =>
    [...text.matchAll(/uses:\s+([\w./-]+)@([0-9a-f]{40}) # (v[\d.]*\d)/g)].map(
      ([, action = '', commit = '', version = '']) => ({
        action: `${action} ${version}`,
        commit,
      }),
    ),
  );
  const commits = Map.groupBy(named, ({ action }) => action);
  expect(
    [...commits].filter(([, uses]) => new Set(uses.map(({ commit }) => commit)).size > 1).map(([action]) => action),
  ).toEqual([]);
});

test('every job ends in time, and is not at the same work twice at once', () => {
  const workflows = [...ours, ...examples, ...shown.filter(([, text]) => /^jobs:/m.test(text))];
  expect(workflows.flatMap(endless)).toEqual([]);
  expect(endless(['x', 'jobs: { a: { steps: [] } }'])).toHaveLength(2);
});

test('every job that uses the Action says its permissions and builds the wall first, word for word as a refusal says it', () => {
  const workflows = [...ours, ...examples, ...shown.filter(([, text]) => /^jobs:/m.test(text))];
  expect(workflows.filter(([, text]) => text.includes('OWNER/troupe')).length).toBeGreaterThan(10);
  expect(workflows.flatMap(bare)).toEqual([]);
  expect(bare(['x', 'jobs: { a: { steps: [{ uses: OWNER/troupe@x }] } }'])).toHaveLength(2);
  for (const command of wallCommands) expect(wallLines).toContain(`${command}\n`);
});
