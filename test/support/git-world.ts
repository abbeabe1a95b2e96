// A remote on this machine for tests: a real bare repository with one commit, and plain git to look at it.
import { defined } from '../../src/support/index.ts';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Sha } from '../../src/support/index.ts';

/** A bare repository with a `main` branch. */
export interface GitWorld {
  /** A scratch directory that holds everything. */
  readonly dir: string;
  /** The bare repository. */
  readonly remote: string;
  /** The commit `main` was made with. */
  readonly first: Sha;
  /** The mirror of a repository in the store of a data directory: its name cannot be guessed. */
  mirror(key: string, dataDir?: string): string | undefined;
  /** Runs plain git in the bare repository. */
  git(...args: readonly string[]): string;
  /** Commits files to a branch of the remote as a person would and returns the commit. `null` deletes a file. */
  commit(branch: string, files: Readonly<Record<string, string | null>>, message?: string): Sha;
  /** The commit of a branch; undefined when it is not there. */
  head(branch: string): Sha | undefined;
  remove(): void;
}

const person = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
};

/** Runs plain git as a person and answers with its output. */
export function plainGit(cwd: string, ...args: readonly string[]): string {
  return gitWith(cwd, args);
}

function gitWith(cwd: string, args: readonly string[], input?: string): string {
  return execFileSync('git', args, {
    cwd,
    env: person,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...defined({ input }),
  }).trim();
}

/** A remote whose `main` holds the files. */
export function makeGitWorld(files: Readonly<Record<string, string>> = { 'README.md': '# Widgets\n' }): GitWorld {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-git-'));
  const remote = join(dir, 'widgets.git');
  const key = JSON.stringify(files);
  const prepared = templates.get(key) ?? prepare(files);
  templates.set(key, prepared);
  for (const folder of prepared.folders) mkdirSync(join(remote, folder), { recursive: true });
  for (const [path, bytes] of prepared.contents) writeFileSync(join(remote, path), bytes);
  return gitWorldOf({ dir, remote, first: prepared.first });
}

/** A remote in memory: git makes one once per process and its files. */
interface Template {
  readonly folders: readonly string[];
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly first: Sha;
}

const templates = new Map<string, Template>();

function prepare(files: Readonly<Record<string, string>>): Template {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-git-template-'));
  const remote = join(dir, 'widgets.git');
  plainGit(dir, 'init', '--quiet', '--bare', '--template=', '--initial-branch=main', remote);
  const first = handsOn(dir, remote).commit('main', files, 'First');
  const entries = readdirSync(remote, { recursive: true, withFileTypes: true }).map((entry) => ({
    path: relative(remote, join(entry.parentPath, entry.name)),
    isFolder: entry.isDirectory(),
  }));
  const folders = entries.filter(({ isFolder }) => isFolder).map(({ path }) => path);
  const paths = entries.filter(({ isFolder }) => !isFolder).map(({ path }) => path);
  const contents = new Map(paths.map((path) => [path, readFileSync(join(remote, path))]));
  rmSync(dir, { recursive: true, force: true });
  return { folders, contents, first };
}

/** A world around a bare repository that is there; `dir` is the scratch directory that holds everything. */
export function gitWorldOf({ dir, remote, first }: Pick<GitWorld, 'dir' | 'remote' | 'first'>): GitWorld {
  return { ...handsOn(dir, remote), dir, remote, first };
}

function handsOn(dir: string, remote: string): Omit<GitWorld, 'dir' | 'remote' | 'first'> {
  function head(branch: string): Sha | undefined {
    // a file where git has not packed it: looking must not cost a process each time
    const loose = join(remote, 'refs/heads', branch);
    if (existsSync(loose)) return readFileSync(loose, 'utf8').trim() as Sha; // branches name whole ids
    if (!existsSync(join(remote, 'packed-refs'))) return undefined;
    const row = plainGit(remote, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
    // for-each-ref prints whole ids
    return row === '' ? undefined : (row as Sha);
  }

  function commit(branch: string, changed: Readonly<Record<string, string | null>>, message = 'Change'): Sha {
    const from = head(branch) ?? head('main');
    const stream = [
      `commit refs/heads/${branch}`,
      'mark :1',
      `committer ${person.GIT_COMMITTER_NAME} <${person.GIT_COMMITTER_EMAIL}> now`,
      data(`${message}\n`),
      ...(from === undefined ? [] : [`from ${from}`]),
      ...Object.entries(changed).map(([path, text]) =>
        text === null ? `D ${quoted(path)}` : `M 100644 inline ${quoted(path)}\n${data(text)}`,
      ),
      'get-mark :1\n',
    ];
    // get-mark prints a whole id
    return gitWith(remote, ['fast-import', '--quiet', '--date-format=now'], stream.join('\n')) as Sha;
  }

  return {
    git: (...args) => plainGit(remote, ...args),
    commit,
    head,
    mirror(key, dataDir = join(dir, 'data')) {
      const name = readdirSync(join(dataDir, 'mirrors')).find((entry) => entry.startsWith(`${key}-`));
      return name === undefined ? undefined : join(dataDir, 'mirrors', name);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A text as `git fast-import` takes it. */
function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}
