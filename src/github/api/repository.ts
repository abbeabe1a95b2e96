// The repository itself: what it is, who may do what, its files and branches. Reads only.
import { decodeText, isSha, withoutEnd } from '../../support/index.ts';
import { allPages, orUndefined } from '../client/client.ts';
import type { Permission, RepositoryApi, RepositoryInfo } from '../client/types.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

interface RepositoryAnswer {
  readonly id: Id;
  readonly owner: { readonly login: string };
  readonly name: string;
  readonly default_branch?: string;
  readonly clone_url?: string;
  readonly private: boolean;
  readonly archived?: boolean;
  readonly allow_merge_commit?: boolean;
  readonly allow_squash_merge?: boolean;
  readonly allow_rebase_merge?: boolean;
}

/** A repository as GitHub describes it, as we use it. */
export function toRepositoryInfo(answer: RepositoryAnswer): RepositoryInfo {
  return {
    id: idOf(answer.id),
    owner: answer.owner.login,
    name: answer.name,
    defaultBranch: answer.default_branch ?? 'main',
    cloneUrl: answer.clone_url ?? '',
    private: answer.private,
    archived: answer.archived ?? false,
    ...mergeMethodsOf(answer),
  };
}

function mergeMethodsOf(answer: RepositoryAnswer): Pick<RepositoryInfo, 'mergeMethods'> {
  const told = [
    ['merge', answer.allow_merge_commit],
    ['squash', answer.allow_squash_merge],
    ['rebase', answer.allow_rebase_merge],
  ] as const;
  if (told.some(([, allowed]) => allowed === undefined)) return {};
  return { mergeMethods: told.flatMap(([method, allowed]) => (allowed === true ? [method] : [])) };
}

/** Reads about the repository. */
export function repositoryCalls(
  scope: Scope,
): Pick<RepositoryApi, 'info' | 'permission' | 'readFile' | 'listFiles' | 'branchSha' | 'hasRef' | 'labels'> {
  const { client } = scope;

  async function permission(login: string): Promise<Permission> {
    try {
      const { data } = await client.read(`read what ${login} may do on ${named(scope)}`, (request) =>
        request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', { ...at(scope), username: login }),
      );
      return toPermission(data.role_name) ?? toPermission(data.permission) ?? 'none';
    } catch {
      // An error means no: nothing may be started by somebody whose permission is unknown.
      return 'none';
    }
  }

  return {
    async info() {
      const { data } = await client.read(`read ${named(scope)}`, (request) =>
        request('GET /repos/{owner}/{repo}', at(scope)),
      );
      return toRepositoryInfo(data);
    },
    permission,
    ...fileCalls(scope),
    async branchSha(branch) {
      const answer = await orUndefined(
        client.read(`read branch ${branch} of ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at(scope), ref: `heads/${branch}` }),
        ),
      );
      const sha = answer?.data.object.sha ?? '';
      return isSha(sha) ? sha : undefined;
    },
    async hasRef(ref) {
      const answer = await orUndefined(
        client.read(`look for ${ref} in ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at(scope), ref }),
        ),
      );
      return answer !== undefined;
    },
    async labels() {
      const rows = await allPages(async (page) => {
        const { data } = await client.read(`list the labels of ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/labels', { ...at(scope), ...page }),
        );
        return data;
      });
      return rows.map((label) => label.name);
    },
  };
}

/** Files at a ref, without a clone. */
function fileCalls(scope: Scope): Pick<RepositoryApi, 'readFile' | 'listFiles'> {
  const { client } = scope;

  async function contents(path: string, ref: string | undefined): Promise<unknown> {
    const answer = await orUndefined(
      client.read(`read ${path} of ${named(scope)}`, (request) =>
        request('GET /repos/{owner}/{repo}/contents/{path}', { ...at(scope), path, ...(ref ? { ref } : {}) }),
      ),
    );
    return answer?.data;
  }

  async function readFile(path: string, ref?: string): Promise<{ text: string; sha: string } | undefined> {
    const file = fileOf(await contents(path, ref));
    if (file === undefined) return undefined;
    if (file.encoding === 'base64') return { text: decode(file.content), sha: file.sha };
    // Over 1 MB `contents` sends no text.
    const { data } = await client.read(`read ${path} of ${named(scope)}`, (request) =>
      request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { ...at(scope), file_sha: file.sha }),
    );
    return { text: decode(data.content), sha: file.sha };
  }

  async function listFiles(under: string, ref?: string): Promise<readonly { path: string; sha: string }[]> {
    const folder = withoutEnd(under, '/');
    const found = await contents(folder, ref);
    if (!Array.isArray(found)) return [];
    const files: { path: string; sha: string }[] = [];
    for (const entry of found.filter(isEntry)) {
      if (entry.type === 'file') files.push({ path: entry.path, sha: entry.sha });
      if (entry.type === 'dir') files.push(...(await filesOfTree(entry.sha, entry.path)));
    }
    return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  async function filesOfTree(sha: string, prefix: string): Promise<{ path: string; sha: string }[]> {
    const { data } = await client.read(`list ${prefix} of ${named(scope)}`, (request) =>
      request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { ...at(scope), tree_sha: sha, recursive: '1' }),
    );
    return data.tree
      .filter((entry) => entry.type === 'blob')
      .map((entry) => ({ path: `${prefix}/${entry.path}`, sha: entry.sha }));
  }

  return { readFile, listFiles };
}

interface FileEntry {
  readonly type: string;
  readonly path: string;
  readonly sha: string;
}

function isEntry(value: unknown): value is FileEntry {
  return typeof value === 'object' && value !== null && 'type' in value && 'path' in value && 'sha' in value;
}

function fileOf(value: unknown): (FileEntry & { readonly content: string; readonly encoding: string }) | undefined {
  if (!isEntry(value) || value.type !== 'file') return undefined;
  const content = 'content' in value && typeof value.content === 'string' ? value.content : '';
  const encoding = 'encoding' in value && typeof value.encoding === 'string' ? value.encoding : '';
  return { ...value, content, encoding };
}

function decode(base64: string): string {
  return decodeText(Buffer.from(base64, 'base64'));
}

function toPermission(role: string | undefined): Permission | undefined {
  switch (role) {
    case 'admin':
    case 'maintain':
    case 'write':
    case 'triage':
    case 'read':
    case 'none':
      return role;
    default:
      return undefined;
  }
}
