// Commits, branches, trees and files as GitHub's API shows them.
import { readBlob } from '../git/index.ts';
import type { CommitData, TreeEntry } from '../git/index.ts';
import type { Repository, User } from '../model/index.ts';
import { nodeId } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { optionalUser } from './account.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import type { InRepository } from '../world/subject.ts';

/** A `commit`. */
export function commitShape(here: InRepository, commit: CommitData) {
  const { world, repository } = here;
  const api = repositoryUrl(world, repository);
  const url = `${api}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId('C', Number.parseInt(commit.sha.slice(0, 8), 16)),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: optionalUser(world, userOfEmail(world, commit.author.email)),
    committer: optionalUser(world, userOfEmail(world, commit.committer.email)),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${repositoryPage(world, repository)}/commit/${sha}`,
    })),
  };
}

/** A commit in `push` payloads. */
export function pushedCommitShape(here: InRepository, commit: CommitData) {
  const { world, repository } = here;
  function person(email: string, name: string) {
    const user = userOfEmail(world, email);
    return { name, email, ...(user === undefined ? {} : { username: user.login }) };
  }
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author.email, commit.author.name),
    committer: person(commit.committer.email, commit.committer.name),
    added: [],
    removed: [],
    modified: [],
  };
}

/** A `git-ref`. */
export function refShape(here: InRepository, ref: string, sha: string) {
  const { world, repository } = here;
  const api = repositoryUrl(world, repository);
  return {
    ref,
    node_id: nodeId('REF', Number.parseInt(sha.slice(0, 8), 16)),
    url: `${api}/git/${ref}`,
    object: { sha, type: 'commit', url: `${api}/git/commits/${sha}` },
  };
}

/** A file or folder in `contents`. */
export async function contentShape(
  here: InRepository,
  at: { readonly entry: TreeEntry; readonly ref: string; readonly withContent: boolean },
) {
  const { world, repository } = here;
  const { entry, ref } = at;
  const api = repositoryUrl(world, repository);
  const page = repositoryPage(world, repository);
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const folder = entry.type === 'tree';
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${api}/git/${folder ? 'trees' : 'blobs'}/${entry.sha}`;
  const html = `${page}/${folder ? 'tree' : 'blob'}/${ref}/${path}`;
  return {
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: self,
    html_url: html,
    git_url: gitUrl,
    download_url: folder ? null : `${page}/raw/${ref}/${path}`,
    type: folder ? 'dir' : entry.mode === '120000' ? 'symlink' : entry.type === 'commit' ? 'submodule' : 'file',
    _links: { self, git: gitUrl, html },
    ...(at.withContent ? await encoded(repository, entry) : {}),
  };
}

/** The user whose address a commit carries. */
export function userOfEmail(world: World, email: string): User | undefined {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return login === undefined ? undefined : world.users.get(login.toLowerCase());
}

/** The address GitHub gives a user who keeps theirs private. */
export function emailOf(user: User): string {
  return `${user.id}+${user.login}@users.noreply.github.com`;
}

/** Base64 in lines of 60 characters, as GitHub sends files; over 1 MB the content is left out. */
export function base64Lines(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll(/(.{60})/g, '$1\n');
}

async function encoded(repository: Repository, entry: TreeEntry) {
  if ((entry.size ?? 0) > 1024 * 1024) return { content: '', encoding: 'none' };
  return { content: base64Lines(await readBlob(repository.dir, entry.sha)), encoding: 'base64' };
}
