// Turns a bundle that somebody sent into a patch, in a repository of its own that is thrown away: none of its objects and names gets any further.
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha } from '../support/index.ts';
import { packProblem, readBundle } from './bundle-file.ts';
import type { BundleFile } from './bundle-file.ts';
import { changesError, reasonOf } from './changes-error.ts';
import { makeBareRepository } from './layout.ts';
import { messages } from './messages.ts';
import type { Mirror } from './mirror.ts';
import { patchArguments } from './patch.ts';
import type { GitCall, GitOutput } from './run-git.ts';

type Run = (call: Omit<GitCall, 'gitDir'>) => Promise<GitOutput>;

/** The difference between the base and the commit that the bundle is about. Throws `git/changes`. */
export async function patchOfBundle(
  mirror: Mirror,
  dir: string,
  sent: {
    readonly base: Sha;
    readonly content: Uint8Array;
    /** Of each object, and of the patch. */
    readonly most: { readonly object: number; readonly patch: number };
  },
): Promise<Buffer> {
  const { base, content, most } = sent;
  const bundle = readBundle(content);
  if ('problem' in bundle) throw changesError(bundle.problem);
  const problem = await packProblem(bundle.pack, most.object);
  if (problem !== undefined) throw changesError(problem);
  const run: Run = (call) => mirror.git.run({ ...call, gitDir: dir });
  await rm(dir, { recursive: true, force: true });
  try {
    await makeQuarantine(mirror, dir, base);
    await unpack(run, bundle, base);
    const named = ['rev-parse', '--verify', '--quiet', `${bundle.tip}^{commit}`];
    const tip = (await run({ what: 'read the commit of the bundle', args: named, accept: [0, 1] })).stdout.trim();
    if (tip === '') throw changesError(messages.changes.noBundle);
    const above = ['merge-base', '--is-ancestor', base, tip];
    const isAbove = await run({ what: 'compare the bundle with its base', args: above, accept: [0, 1] });
    if (isAbove.exitCode !== 0) throw changesError(messages.changes.notOnBase(tip.slice(0, 7), base.slice(0, 7)));
    return await difference(run, { base, tip, most: most.patch });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** An empty repository that has the base, and everything that leads to it, from the mirror. */
async function makeQuarantine(mirror: Mirror, dir: string, base: Sha): Promise<void> {
  await makeBareRepository(dir);
  await writeFile(join(dir, 'objects/info/alternates'), `${join(mirror.dir, 'objects')}\n`);
  await writeFile(join(dir, 'refs/heads/base'), `${base}\n`);
  const shallow = join(mirror.dir, 'shallow');
  if (existsSync(shallow)) await copyFile(shallow, join(dir, 'shallow'));
}

/** Every object is checked, whatever version git has: no tree with `.git` or `..` in it, none that is broken, none that leads to nothing. */
async function unpack(run: Run, { needs, tip, pack }: BundleFile, base: Sha): Promise<void> {
  for (const need of needs) {
    const args = ['merge-base', '--is-ancestor', need, base];
    const { exitCode } = await run({ what: 'compare the bundle with its base', args, accept: [0, 1, 128] });
    if (exitCode !== 0) throw changesError(messages.changes.lacksBase(base.slice(0, 7)));
  }
  try {
    await run({ what: 'unpack the bundle', args: ['index-pack', '--strict', '--fix-thin', '--stdin'], input: pack });
    await run({ what: 'follow the bundle', args: ['rev-list', '--objects', '--quiet', tip, `^${base}`, '--'] });
  } catch (error) {
    throw changesError(messages.changes.badBundle(reasonOf(error)));
  }
}

async function difference(
  run: Run,
  { base, tip, most }: { readonly base: Sha; readonly tip: string; readonly most: number },
): Promise<Buffer> {
  const { bytes, cut } = await run({
    what: 'compare the bundle with its base',
    args: patchArguments(base, tip, '--no-renames'),
    maxOutput: most,
  });
  if (cut) throw changesError(messages.changes.largerThan(most));
  return bytes;
}
