// What a run changed, as a patch file that a person takes elsewhere; and steps that say what new commits have overtaken.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { troupe } from '../support/cli.ts';
import { runGit } from '../support/github.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const build = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [implement] }
`;

test('the patch of a run is taken by `git apply` on a clean clone: binary files, old encodings, odd names, modes', async () => {
  const told = await stage({
    files: { '.github/troupe/workflows/build.yml': build, '.github/troupe.yml': '', 'docs/old.md': 'Soon gone.\n' },
    providers: shellProviders(),
    serverFile: { defaultProvider: 'program', sandbox: 'off' },
  });
  writePersona(told.dir, {
    'lead-engineer': `
      fs.writeFileSync('logo.bin', Buffer.from([0, 1, 2, 255, 254, 0]));
      fs.writeFileSync('latin.txt', Buffer.from('caf\\xe9\\n', 'latin1'));
      fs.writeFileSync('größe "x" 🎭.md', 'No line end');
      fs.writeFileSync('crlf.txt', 'a\\r\\nb\\r\\n');
      fs.writeFileSync('run.sh', '#!/bin/sh\\n');
      fs.chmodSync('run.sh', 0o755);
      fs.renameSync('docs/old.md', 'docs/new.md');
    `,
  });
  await told.label('troupe:build');
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  const file = join(told.dir, 'my.patch');
  const written = await troupe(
    ['artifacts', run.id, '--print', 'run.patch', '--to', file, '--data-dir', told.dataDir],
    {},
  );
  expect(written).toMatchObject({ code: 0, stderr: expect.stringContaining(`Wrote run.patch to ${file}`) });

  await runGit(told.dir, ['clone', '--quiet', told.repository.cloneUrl, 'clean']);
  const clean = join(told.dir, 'clean');
  await runGit(clean, ['apply', '--index', file]);
  const tree = await runGit(clean, ['write-tree']);
  await runGit(clean, ['fetch', '--quiet', 'origin', run.facts.branch ?? '']);
  expect(tree).toBe(await runGit(clean, ['rev-parse', 'FETCH_HEAD^{tree}']));
  expect(readFileSync(join(clean, 'latin.txt'), 'latin1')).toBe('caf\u00e9\n');
  expect(statSync(join(clean, 'run.sh')).mode & 0o100).toBe(0o100);
  expect(existsSync(join(clean, 'docs/old.md'))).toBe(false);
});

const asks = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: review, type: persona-request, persona: code-reviewer, dependencies: [implement] }
  - { id: before, type: git-operation, operation: status, dependencies: [review] }
  - { id: polish, type: persona-request, persona: polisher, dependencies: [before] }
  - { id: after, type: git-operation, operation: status, dependencies: [polish] }
  - { id: finish, type: git-operation, operation: open-pull-request, allow_unverified: true, dependencies: [after] }
outputs:
  before: "{{ steps.before.outputs.stale }}"
  after: "{{ steps.after.outputs.stale }}"
`;

test('`status` says which verdicts new commits have overtaken', async () => {
  const told = await stage({
    files: {
      '.github/troupe/workflows/build.yml': asks,
      '.github/troupe.yml': '',
      '.github/troupe/personas/polisher.md': '---\ndescription: Polishes.\ntools: [read, edit]\n---\nPolish it.\n',
    },
    answers: { polisher: { status: 'pass', summary: 'Polished.', edits: { 'README.md': '# Cart, polished\n' } } },
  });
  await told.label('troupe:build');
  const run = await told.ended();
  expect(run.outputs).toEqual({ before: [], after: ['review'] });
  const [check] = told.repository.checkRuns().filter(({ name }) => name === 'troupe / build / After');
  expect(`${check?.title}\n${check?.summary}`).toContain(
    'judged other files than the branch has now (since then changed: README.md)',
  );
});
