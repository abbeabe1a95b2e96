// Puts changes that were made elsewhere into a worktree: applied to their base in an index of their own, merged, judged, then checked out. Runs nothing of them.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Sha } from '../support/index.ts';
import { TroupeError } from '../support/index.ts';
import { largestBinary } from './binary-hunks.ts';
import { patchOfBundle } from './bundle-patch.ts';
import { changesError, reasonOf } from './changes-error.ts';
import type { WorktreeFolders } from './checkout.ts';
import { commitsOf } from './commits.ts';
import { copyIndex } from './copy-index.ts';
import { historyOf } from './history.ts';
import { messages } from './messages.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { rawFields, rawName, shownName } from './names.ts';
import type { RawName } from './names.ts';
import { isGitName, refusedByName } from './path-policy.ts';
import { changedBlob, refusedForSecrets } from './secret-guard.ts';
import type { ChangedBlob } from './secret-guard.ts';
import type { PathPolicy, Refusal, SentChanges } from './types.ts';
import { linkMode } from './zero-point.ts';

/** Bytes of a patch or bundle that is taken in; a bundle's patch may have as many again. */
export const maxChangesBytes = 10 * 1024 * 1024;

/** Where and how they are taken in. */
export interface Taking {
  readonly folders: WorktreeFolders;
  /** The commit that the tree stands on, without changes of its own. */
  readonly at: Sha;
  readonly policy: PathPolicy;
  readonly clock: Clock;
}

/** The names that now differ in the tree, or why nothing was done. Throws `git/changes`. */
export async function takeChanges(
  given: Taking,
  sent: SentChanges,
): Promise<{ readonly names: readonly RawName[] } | { readonly refused: readonly Refusal[] }> {
  const { byteLength } = sent.content;
  if (byteLength > maxChangesBytes) throw changesError(messages.changes.tooLarge(byteLength, maxChangesBytes));
  const objects = join(given.folders.gitDir, 'sent-objects');
  const index = join(given.folders.gitDir, 'sent-index');
  const taking = { ...given, folders: withObjectsIn(objects, given.folders) };
  const { folders, at } = taking;
  try {
    await mkdir(objects, { recursive: true });
    await requireBase(taking, sent.base);
    const patch = await patchOf(taking, sent);
    const applied = await applyTo(taking, { base: sent.base, patch, index });
    if ('refused' in applied) return applied;
    const tree = await onTopOf(taking, sent.base, applied.tree);
    const judged = await judge(taking, tree);
    if ('names' in judged) await checkOutTree({ folders, at, tree, index });
    return judged;
  } finally {
    await rm(index, { force: true });
    await rm(objects, { recursive: true, force: true });
  }
}

/** What git makes of what was sent lies in a folder that goes: the mirror gets none of it, refused or not. */
function withObjectsIn(dir: string, folders: WorktreeFolders): WorktreeFolders {
  const { mirror, git } = folders;
  const env = { GIT_OBJECT_DIRECTORY: dir, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(mirror.dir, 'objects') };
  const run: Mirror['run'] = (call) => mirror.run({ ...call, env: { ...env, ...call.env } });
  return {
    ...folders,
    git: (call) => git({ ...call, env: { ...env, ...call.env } }),
    mirror: { ...mirror, run, line: async (call) => (await run(call)).stdout.trim() },
  };
}

async function requireBase({ folders: { mirror } }: Taking, base: Sha): Promise<void> {
  const what = `look for ${base}`;
  const { exitCode } = await mirror.run({ what, args: ['cat-file', '-e', `${base}^{commit}`], accept: [0, 1, 128] });
  if (exitCode !== 0) throw changesError(messages.changes.noBase(base));
}

async function patchOf({ folders, policy }: Taking, { kind, base, content }: SentChanges): Promise<Buffer> {
  const most = { object: policy.maxFileBytes, patch: 2 * maxChangesBytes };
  const patch =
    kind === 'patch'
      ? Buffer.from(content.buffer, content.byteOffset, content.byteLength)
      : await patchOfBundle(folders.mirror, join(folders.gitDir, 'sent'), { base, content, most });
  const largest = largestBinary(patch);
  if (largest > policy.maxFileBytes) throw changesError(messages.changes.tooLarge(largest, policy.maxFileBytes));
  return patch;
}

interface Applying {
  readonly base: Sha;
  readonly patch: Buffer;
  readonly index: string;
}

/** The tree of the base with the patch applied, in an index that nobody else reads. */
async function applyTo(
  taking: Taking,
  { base, patch, index }: Applying,
): Promise<{ readonly tree: Sha } | { readonly refused: readonly Refusal[] }> {
  const { git } = taking.folders;
  const env = { GIT_INDEX_FILE: index };
  async function start(): Promise<void> {
    await rm(index, { force: true });
    await git({ what: `read ${base}`, args: ['read-tree', base], env });
  }
  async function apply(...how: readonly string[]): Promise<void> {
    const args = ['apply', '--cached', '--whitespace=nowarn', ...how, '-'];
    await git({ what: 'apply the patch', args, env, input: patch });
  }
  await start();
  // a bundle without a difference
  if (patch.length > 0) {
    try {
      await apply();
    } catch (error) {
      const reason = reasonOf(error);
      const path = refusedPath(reason);
      if (path !== undefined) return { refused: [path] };
      if (isNoPatch(reason)) throw changesError(messages.changes.noPatch);
      await start();
      // what it was made from may be here though the file has changed since: never by guessing
      await apply('--3way').catch(() => {
        throw changesError(messages.changes.notApplied(reason));
      });
    }
  }
  const written = await git({ what: 'write the tree', args: ['write-tree'], env });
  return { tree: toSha(written.stdout, 'write the tree') };
}

function isNoPatch(reason: string): boolean {
  return /no valid patches|corrupt|unrecognized|malformed|lacks filename|inconsistent|bad git-diff|garbage|fragment|without index line|unable to (?:read|write) (?:the )?(?:patch|binary)/i.test(
    reason,
  );
}

/** A path that git itself never writes to. */
function refusedPath(reason: string): Refusal | undefined {
  const [, beyond] = /^'?(?:affected file )?'(.+)' is beyond a symbolic link/.exec(reason) ?? [];
  if (beyond !== undefined) return { path: beyond, reason: 'link' };
  const [, invalid] = /^invalid path '(.+)'/.exec(reason) ?? [];
  if (invalid === undefined) return undefined;
  return { path: invalid, reason: invalid.split('/').some(isGitName) ? 'git' : 'outside' };
}

/** The tree for the worktree's commit: the same one, or what a merge makes of it. */
async function onTopOf({ folders: { mirror }, at, clock }: Taking, base: Sha, tree: Sha): Promise<Sha> {
  if (base === at) return tree;
  const commits = commitsOf(mirror, clock);
  const by = { name: 'troupe', email: 'troupe@localhost' };
  const theirs = await commits.commitTree(tree, [base], { message: 'Sent', author: by, trailers: [], date: 0 });
  const merged = await commits.cherryPick(theirs, at, by);
  if ('conflict' in merged) throw changesError(messages.changes.conflict(merged.conflict), 'failed');
  return historyOf(mirror).treeOf(merged.commit);
}

/** What names, kinds and sizes alone say: nothing that is refused reaches the disk. The tree itself is judged like anybody's work. */
async function judge(
  { folders, at, policy }: Taking,
  tree: Sha,
): Promise<{ readonly names: readonly RawName[] } | { readonly refused: readonly Refusal[] }> {
  const { bytes } = await folders.git({
    what: 'compare the trees',
    args: ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', '--ignore-submodules=none', at, tree, '--'],
  });
  const fields = rawFields(bytes);
  const names: RawName[] = [];
  const refused: Refusal[] = [];
  const sizeOf = await sizesOf(folders, fields);
  const blobs: ChangedBlob[] = [];
  for (let n = 0; n + 1 < fields.length; n += 2) {
    const [before = '', mode = '', idBefore = '', id = '', status = ''] = (fields[n] ?? '').slice(1).split(' ');
    const name = rawName(fields[n + 1] ?? '');
    const path = shownName(name);
    const reason = refusedByName(name, policy, { isNew: status === 'A' });
    names.push(name);
    if (reason !== undefined) refused.push({ path, reason });
    else if (before === linkMode || mode === linkMode)
      refused.push({ path, reason: 'submodule', detail: messages.changes.submodule });
    else if ((sizeOf.get(id) ?? 0) > policy.maxFileBytes) refused.push({ path, reason: 'too-large' });
    else blobs.push(changedBlob({ name, isNew: status === 'A', modes: [before, mode], ids: [idBefore, id] }));
  }
  const beyond = names[policy.maxFiles];
  if (beyond !== undefined) refused.push({ path: shownName(beyond), reason: 'too-many' });
  const secret = await refusedForSecrets({ redactor: folders.mirror.redactor, run: folders.git }, [blobs]);
  return refused.length + secret.length > 0 ? { refused: [...refused, ...secret] } : { names };
}

async function sizesOf({ git }: WorktreeFolders, fields: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const ids = fields.flatMap((field, n) => (n % 2 === 0 ? [field.split(' ')[3] ?? ''] : []));
  const wanted = ids.filter((id) => !/^0+$/.test(id));
  if (wanted.length === 0) return new Map();
  const input = `${wanted.join('\n')}\n`;
  const args = ['cat-file', '--batch-check=%(objectname) %(objectsize)'];
  const { stdout } = await git({ what: 'measure what was sent', args, input });
  return new Map(
    stdout.split('\n').map((row) => {
      const [id = '', size = ''] = row.split(' ');
      return [id, Number(size)];
    }),
  );
}

/** The files change, the index of the worktree does not: what was sent is a change like any other. No filter is run. */
async function checkOutTree({
  folders,
  at,
  tree,
  index,
}: {
  readonly folders: WorktreeFolders;
  readonly at: Sha;
  readonly tree: Sha;
  readonly index: string;
}): Promise<void> {
  await copyIndex(folders.index, index);
  try {
    const args = ['read-tree', '-m', '-u', at, tree];
    await folders.git({ what: 'check out what was sent', args, env: { GIT_INDEX_FILE: index } });
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    throw changesError(messages.changes.notApplied(reasonOf(error)));
  }
}
