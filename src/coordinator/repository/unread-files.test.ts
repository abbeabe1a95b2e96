import { expect, test } from 'vitest';
import { knownThings } from './known-names.ts';
import type { FileSource } from '../common/types.ts';
import { unreadFiles } from './unread-files.ts';

/** A repository of these files. */
function repository(files: Readonly<Record<string, string>>): FileSource {
  return {
    ref: 'main',
    list: async (under) =>
      Object.keys(files).flatMap((path) => (path.startsWith(`${under}/`) ? [{ path, sha: path }] : [])),
    read: async (path) => (files[path] === undefined ? undefined : { text: files[path], sha: path }),
  };
}

const personas = { load: async () => ({ known: new Map(), findings: [], copyOf: () => ({}) }) };

test.each([
  ['.github/troupe/workflow/fix.yml', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/Workflows/fix.yml', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/workflows/fix.YML', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/workflows/fix.yml.bak', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/workflows/fix.txt', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/workflows/fix.json', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/workflows/sub/fix.yml', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/fix.workflow.yml', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
  ['.github/troupe/personas/lead.txt', 'It may be meant as `.github/troupe/personas/lead.md`.'],
  ['.github/troupe/persona/lead.md', 'It may be meant as `.github/troupe/personas/lead.md`.'],
  ['.github/troupe/agents/lead.md', 'It may be meant as `.github/troupe/personas/lead.md`.'],
  ['.github/troupe/personas/deep/lead.md', 'It may be meant as `.github/troupe/personas/lead.md`.'],
  ['.github/troupe/skills/tdd/SKILL.md', 'It may be meant as `.github/troupe/skills/tdd.md`.'],
  ['.github/Troupe.yml', 'It may be meant as `.github/troupe.yml`.'],
  ['.github/troupe/troupe.yml', 'It may be meant as `.github/troupe.yml`.'],
  ['.github/troupe/settings.yaml', 'It may be meant as `.github/troupe.yml`.'],
  ['.github/troupe-settings.yml', 'It may be meant as `.github/troupe.yml`.'],
  ['.github/TROUPE.YAML', 'It may be meant as `.github/troupe.yml`.'],
  [
    '.github/troupe.json',
    'Troupe reads `.github/troupe/workflows`, `.github/troupe/personas` and `.github/troupe/skills`, and what a job, settings or a workflow name.',
  ],
  ['.github/troupe-workflows/fix.yml', 'It may be meant as `.github/troupe/workflows/fix.yml`.'],
])('%s is told, with where it belongs', async (path, hint) => {
  expect(await unreadFiles(repository({ [path]: '', 'README.md': '' }))).toEqual([
    expect.objectContaining({ severity: 'warning', code: 'files/unread', file: path, hint }),
  ]);
});

test('of two files with one id the one that is not read is told', async () => {
  const files = { '.github/troupe/workflows/fix.yml': '', '.github/troupe/workflows/fix.yaml': '' };
  expect(await unreadFiles(repository(files))).toEqual([
    expect.objectContaining({
      file: '.github/troupe/workflows/fix.yml',
      hint: '`.github/troupe/workflows/fix.yaml` has the same id and is read instead: keep one of the two.',
    }),
  ]);
});

test('what is read, what is for people, and what a job or the settings name is not told', async () => {
  const files = {
    '.github/troupe.yml': 'verify: [[sh, .github/troupe/check.sh]]',
    '.github/troupe.config.yml': 'providers: { own: { answers: troupe/replies.json } }',
    '.github/troupe/README.md': '',
    '.github/troupe/rehearsal.yml': '',
    '.github/troupe/.gitkeep': '',
    '.github/troupe/check.sh': '',
    '.github/troupe/replies.json': '',
    '.github/troupe/answers.yml': '',
    '.github/workflows/troupe.yml': 'with: { answers: .github/troupe/answers.yml }',
    '.github/troupe/workflows/fix.yml': '',
    '.github/troupe/workflows/Bad Name.yml': '',
    '.github/troupe/personas/lead.md': '',
    '.github/troupe/skills/tdd.md': '',
    '.github/other/x.yml': '',
  };
  expect(await unreadFiles(repository(files))).toEqual([]);
});

test('settings are read with either ending, and not with both', async () => {
  const text = 'default_workflow: fix\n';
  const read = async (files: Readonly<Record<string, string>>) => knownThings(repository(files), { personas });
  expect((await read({ '.github/troupe.yaml': text })).settings.defaultWorkflow).toBe('fix');
  const wrong = await read({ '.github/troupe.yaml': 'x: 1\n' });
  expect(wrong.settingsFindings.map(({ file }) => file)).toEqual(['.github/troupe.yaml']);
  const both = await read({ '.github/troupe.yaml': text, '.github/troupe.yml': text });
  expect(both.settings.defaultWorkflow).toBeUndefined();
  expect(both.settingsFindings).toEqual([
    expect.objectContaining({ severity: 'error', code: 'files/two-settings', file: '.github/troupe.yaml' }),
  ]);
});

test('skills are looked for only where something names one', async () => {
  const asked: string[] = [];
  const files = repository({ '.github/troupe/skills/tdd.md': '', '.claude/skills/naming/SKILL.md': '' });
  const things = await knownThings({ ...files, list: (under) => (asked.push(under), files.list(under)) }, { personas });
  expect(await things.contextFor(['steps: []'])).not.toHaveProperty('skills');
  expect(asked).toEqual([]);
  expect((await things.contextFor(['skills: [tdd]'])).skills).toEqual(new Set(['tdd', 'naming']));
});
