// Refs and what they name. Never follows a history.
import { areIds } from './git-once.ts';
import { git } from './git-process.ts';
import { findCommit } from './history.ts';
import { lines } from './lines.ts';
import { isFullRefName, readRef, readRefs } from './ref-files.ts';
import { zeroSha } from './shapes.ts';

/** Every ref and the object it names. */
export async function listRefs(dir: string): Promise<Map<string, string>> {
  return readRefs(dir);
}

/** The commit that a revision names; undefined when there is none. */
export async function resolveCommit(dir: string, revision: string): Promise<string | undefined> {
  if (revision === '' || revision.startsWith('-') || revision.includes('\0')) return undefined;
  // branches and heads of pull requests name commits; tags may name something that leads to one
  if (/^refs\/(heads|pull)\//.test(revision) && isFullRefName(revision)) return readRef(dir, revision);
  if (areIds(revision)) return (await findCommit(dir, revision))?.sha;
  const { code, stdout } = await git(
    dir,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    { allow: [1, 128] },
  );
  return code === 0 ? (lines(stdout)[0] ?? undefined) : undefined;
}

/** The commit of a branch, a tag or a commit id, as the API takes them. */
export async function resolveRef(dir: string, ref: string): Promise<string | undefined> {
  if (/^[0-9a-f]{7,40}$/.test(ref)) {
    const commit = await resolveCommit(dir, ref);
    if (commit !== undefined) return commit;
  }
  const plain = ref.replace(/^refs\//, '').replace(/^(heads|tags)\//, '');
  return (await resolveCommit(dir, `refs/heads/${plain}`)) ?? resolveCommit(dir, `refs/tags/${plain}`);
}

/** Moves a ref, or removes it where `to` is zero; `from` is what it must be before. False when it was something else. */
export async function updateRef(
  dir: string,
  ref: string,
  move: { readonly to: string; readonly from?: string },
): Promise<boolean> {
  const args = move.to === zeroSha ? ['update-ref', '-d', ref] : ['update-ref', ref, move.to];
  const expected = move.from === undefined ? [] : [move.from];
  return (await git(dir, [...args, ...expected], { allow: [1, 128] })).code === 0;
}

/** Whether git accepts the text as a ref name. */
export async function isRefName(dir: string, ref: string): Promise<boolean> {
  if (ref.startsWith('-') || ref.includes('\0')) return false;
  return (await git(dir, ['check-ref-format', ref], { allow: [1] })).code === 0;
}
