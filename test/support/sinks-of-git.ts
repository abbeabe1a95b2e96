// The sinks at the remote of git: messages, trailers and names that a push would publish. What holds a secret is refused as a whole, and the refusal does not say it.
import { join } from 'node:path';
import { createGitStore } from '../../src/git/index.ts';
import { requireNothingSecret } from '../../src/git/outgoing-secrets.ts';
import type { GitRepository } from '../../src/git/index.ts';
import { messageOf } from '../../src/support/index.ts';
import type { BranchName, Sha } from '../../src/support/index.ts';
import { makeGitWorld } from './git-world.ts';
import type { GitWorld } from './git-world.ts';
import type { Sink } from './sink.ts';

type Publish = (
  repository: GitRepository,
  how: { readonly world: GitWorld; readonly word: string; readonly at: number },
) => Promise<void>;

const author = { name: 'troupe[bot]', email: 'bot@example.test' };
const named = (name: string): BranchName => name as BranchName; // what a caller may have let pass

const all = (words: readonly string[]): readonly string[] => words;

/** A sink whose remote is looked through at the end, with all that was said of what was refused. */
function publishing(name: string, which: typeof all, publish: Publish): Sink {
  return {
    name: `git: ${name}`,
    sign: 'holds a secret',
    async utter({ words, redactor, dir }) {
      const world = makeGitWorld();
      const store = createGitStore({ dir: join(dir, 'git'), redactor });
      const repository = await store.open({ key: '1', cloneUrl: world.remote });
      const said: string[] = [];
      for (const [at, word] of which(words).entries())
        await publish(repository, { world, word, at }).catch((error: unknown) => said.push(messageOf(error)));
      said.push(
        world.git('log', '--all', '--format=%an %ae%n%B'),
        world.git('for-each-ref', '--format=%(refname)%0a%(contents)'),
      );
      world.remove();
      return said.join('\n');
    },
  };
}

/** Real pushes are slow, and look at every form with the same eyes: a few of them show that they look. */
const few = (words: readonly string[]): readonly string[] =>
  words.filter((_, at) => words.length < 10 || at % 20 === 0);

/** What is looked through before each push, with the messages that git would read out of the mirror. */
const lookedThrough: Sink = {
  name: 'git: messages of what is pushed',
  sign: 'holds a secret',
  async utter({ words, redactor }) {
    const said: string[] = [];
    for (const word of words) {
      const answers = [`troupe[bot] <bot@example.test>\nSay\n\n${word}\n\nTroupe-Step: plan\n`, ''];
      const run = async () => ({ bytes: Buffer.from(answers.shift() ?? ''), stdout: '', exitCode: 0, cut: false });
      // all that it takes of a mirror
      const mirror = { redactor, run } as unknown as Parameters<typeof requireNothingSecret>[0];
      const pushed = { commit: '1'.repeat(40) as Sha, branch: named('troupe/7'), expected: null };
      await requireNothingSecret(mirror, pushed).then(
        () => said.push(word),
        (error: unknown) => said.push(messageOf(error)),
      );
    }
    return said.join('\n');
  },
};

/** All of them. */
export const gitSinks: readonly Sink[] = [
  lookedThrough,
  publishing('commit message and trailer', few, async (repository, { world, word, at }) => {
    const trailers = at % 2 === 0 ? ([['Troupe-Agent', word]] as const) : [];
    const message = at % 2 === 0 ? 'Say' : `Say\n\n${word}`;
    const commit = await repository.emptyCommit(world.first, { message, author, trailers });
    await repository.push({ commit, branch: named(`troupe/${at}`), expected: null });
  }),
  publishing('name of a branch', all, async (repository, { world, word }) => {
    await repository.push({ commit: world.first, branch: named(`troupe/${word}`), expected: null });
  }),
  publishing('name of a tag', all, async (repository, { world, word }) => {
    await repository.tag({ name: word, commit: world.first, message: 'Say' });
  }),
  publishing('message of a tag', all, async (repository, { world, word, at }) => {
    await repository.tag({ name: `v${at}`, commit: world.first, message: word });
  }),
];
