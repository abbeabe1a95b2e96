import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processesOf } from '../support/processes.ts';
import { hasBoundary, hasOtherUsers } from '../support/requirements.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

/** Without bubblewrap only root can put another user between a persona and its own files; where nobody can, there is nothing to see. */
const tiers = (['auto', 'off'] as const).filter((tier) => (tier === 'auto' ? hasBoundary : hasOtherUsers));

const stage = storyPerTest();

/** The engineer is a program that does this. Beside the operator's files lies a folder that is none of its business. */
async function tell(sandbox: 'auto' | 'off', mischief: (told: Story) => string): Promise<Story> {
  const story = await stage({ providers: shellProviders(), serverFile: { defaultProvider: 'program', sandbox } });
  chmodSync(story.dir, 0o711);
  mkdirSync(join(story.dir, 'outside'));
  writeFileSync(join(story.dir, 'outside', 'cart.js'), 'untouched');
  writePersona(story.dir, { 'lead-engineer': mischief(story) });
  await story.label();
  return story;
}

/** Names of everything outside the data directory and GitHub, and what the folder that is nobody's business holds. */
function surroundings(told: Story): unknown {
  const outside = join(told.dir, 'outside');
  return {
    names: readdirSync(told.dir).toSorted(),
    data: readdirSync(told.dataDir)
      .filter((name) => !/^(troupe\.db|owner\.|control\.sock|(began\.json|answers)$)/.test(name))
      .toSorted(),
    outside: readdirSync(outside).map((name) => [name, readFileSync(join(outside, name), 'utf8')]),
  };
}

const untouched = {
  names: ['answers.yml', 'data', 'github', 'outside', 'persona.mjs'],
  data: ['blobs', 'git'],
  outside: [['cart.js', 'untouched']],
};

const sleepers = (time: string): number[] => processesOf('sleep', time);

describe.each(tiers)('with `sandbox: %s`', (sandbox) => {
  test('what leaves the tree or grants authority is refused, each file by name and reason', async () => {
    const told = await tell(
      sandbox,
      ({ dir }) => `
        sh('echo bad > ../x; echo bad > ../../x; echo bad > ${dir}/x; echo bad > ${dir}/data/x');
        sh('mkdir -p .github/workflows; echo "on: push" > .github/workflows/x.yml');
        sh('ln -s ${dir}/outside/new dangling; echo bad > dangling');
        sh('ln -s ${dir}/outside/cart.js through; echo bad > through');
        sh('rm -r src; ln -s ${dir}/outside src; echo bad > src/cart.js; echo bad > src/new.js');
        sh('git init -q nested');
      `,
    );
    const run = await told.ended();
    expect(run.status).toBe('failed');
    expect(surroundings(told)).toEqual(untouched);
    const check = told.repository.checkRuns().findLast(({ name }) => name === 'troupe / project-loop / Implement');
    expect(check?.conclusion).toBe('failure');
    const { text, summary } = { text: check?.text ?? '', summary: check?.summary ?? '' };
    const shown = [`${summary}\n${text}`, told.comments()[0]?.body ?? ''];
    for (const place of shown) {
      expect(place).toContain('".github/workflows/x.yml" is protected');
      expect(place).toContain('"nested" belongs to git');
      for (const link of ['dangling', 'through', 'src'])
        expect(place).toContain(`"${link}" goes through a link that leads outside or nowhere`);
    }
    // nothing was committed, so nothing is left of the run but its words
    expect([...(await told.repository.branches()).keys()]).toEqual(['main']);
  });

  test('what it plants for git to run is never run, and what it leaves running is ended', async () => {
    const time = `${654_000 + Math.floor(Math.random() * 1_000)}.5`;
    const told = await tell(sandbox, ({ dir }) => {
      const program = (name: string) => `touch ${dir}/ran-${name} ${dir}/outside/ran-${name}`;
      const config = [
        ['core.fsmonitor', program('fsmonitor')],
        ['core.sshCommand', program('ssh')],
        ['core.pager', program('pager')],
        ['core.editor', program('editor')],
        ['core.hooksPath', './hooks'],
        ['diff.external', program('diff')],
        ['diff.evil.textconv', program('textconv')],
        ['filter.evil.clean', program('clean')],
        ['filter.evil.smudge', program('smudge')],
        ['filter.evil.process', program('process')],
        ['merge.evil.driver', program('merge')],
        ['credential.helper', `!${program('credential')}`],
        ['alias.status', `!${program('alias')}`],
        ['gpg.program', program('gpg')],
        ['commit.gpgSign', 'true'],
        ['include.path', '../evil.config'],
        ['url.ext::sh -c evil.insteadOf', 'http://'],
      ];
      return `
        const { execFileSync } = await import('node:child_process');
        for (const [key, value] of ${JSON.stringify(config)}) try { execFileSync('git', ['config', key, value]); } catch {}
        for (const folder of ['.git/hooks', 'hooks']) {
          fs.mkdirSync(folder, { recursive: true });
          for (const hook of ['pre-commit', 'pre-push', 'post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman'])
            fs.writeFileSync(folder + '/' + hook, '#!/bin/sh\\n${program('hook')}\\n', { mode: 0o755 });
        }
        // a changed file under a filter is refused: this one stays as it is
        fs.writeFileSync('.gitattributes', '* diff=evil merge=evil\\nREADME.md filter=evil\\n');
        fs.writeFileSync('.git/info/attributes', '* filter=evil\\n');
        fs.writeFileSync('.git/objects/info/alternates', '/nowhere\\n');
        sh('(env -i setsid sh -c "cd /; exec sleep ${time}" >/dev/null 2>&1 &) ; (setsid nohup sleep ${time} >/dev/null 2>&1 &)');
      `;
    });
    const run = await told.ended();
    expect(run.status, JSON.stringify(run.reason)).toBe('succeeded');
    expect(surroundings(told)).toEqual(untouched);
    expect(sleepers(time)).toEqual([]);
    const pull = await told.pull();
    const changed = await told.repository.diff('main', pull?.headRef ?? '');
    expect(changed.map(({ path }) => path).filter((path) => path.includes('.git/'))).toEqual([]);
    expect(await told.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('item.price * item.quantity');
  });
});

test('a persona that may not edit leaves nothing behind, and the next one does not see it', async () => {
  const story = await stage({ providers: shellProviders(), serverFile: { defaultProvider: 'program' } });
  writePersona(story.dir, {
    // where the sandbox can, its worktree is read-only; elsewhere what it wrote is thrown away
    'implementation-planner': `for (const [file, text] of [['planted.txt', 'by the planner'], ['package.json', '{}'], ['.git/HEAD', 'ref: refs/heads/evil']]) try { fs.writeFileSync(file, text); } catch {}`,
    'lead-engineer': `answer.summary = fs.existsSync('planted.txt') ? 'It is there.' : 'It is not there.'; answer.summary += ' ' + sh('git log -1 --format=%s')`,
  });
  await story.label();
  const run = await story.ended();
  expect(run.status).toBe('succeeded');
  expect([...run.steps.values()].find(({ path }) => path === 'implement')?.result?.summary).toContain(
    'It is not there.',
  );
  expect(existsSync(join(story.dataDir, 'planted.txt'))).toBe(false);
  const pull = await story.pull();
  expect(await story.repository.file(pull?.headRef ?? '', 'planted.txt')).toBe(undefined);
});
