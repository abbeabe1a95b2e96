// Git directories made by hand: a bare mirror, a worktree's own directory, an agent's throw-away view. Starts no process.
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '../support/index.ts';

/** `sharedrepository`: whatever git writes there is ours alone, whatever the umask is. */
const bareConfig =
  '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n\tsharedrepository = 0600\n[gc]\n\tauto = 0\n';
const viewConfig =
  '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n[gc]\n\tauto = 0\n' +
  '[user]\n\tname = agent\n\temail = agent@localhost\n';

/** An empty bare repository: no hooks, no templates, no remote. */
export async function makeBareRepository(dir: string): Promise<void> {
  await makeGitDirectory(dir, { config: bareConfig, head: 'ref: refs/heads/main\n', isPrivate: true });
}

/** A worktree's own git directory: HEAD and index are its own, objects and configuration the mirror's. */
export async function makeWorktreeDirectory(dir: string, mirror: string, at: Sha): Promise<void> {
  // an agent that is another user must not read here where the mirror lies
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(join(dir, 'commondir'), `${mirror}\n`);
  await writeHead(dir, at);
}

/** Points a worktree's HEAD at a commit. Whole or as it was: without one git knows no repository there. */
export async function writeHead(dir: string, at: Sha): Promise<void> {
  const file = join(dir, 'HEAD');
  await writeFile(`${file}.new`, `${at}\n`);
  await rename(`${file}.new`, file);
}

/** The commit a worktree's HEAD points at; empty when there is none. */
export async function readHead(dir: string): Promise<string> {
  return (await readFile(join(dir, 'HEAD'), 'utf8').catch(() => '')).trim();
}

/**
 * The `.git` an agent sees: it has one branch at the commit and no remote. Troupe never
 * reads it. Whatever stood there before is thrown away.
 */
export async function makeAgentView(view: {
  readonly tree: string;
  readonly at: Sha;
  readonly index: string;
  /** Gives it its objects. Resolves to the commits where its history begins, a line each. */
  readonly fill: (gitDir: string) => Promise<string>;
}): Promise<void> {
  const dir = join(view.tree, '.git');
  await rm(dir, { recursive: true, force: true });
  await makeGitDirectory(dir, { config: viewConfig, head: 'ref: refs/heads/work\n', isPrivate: false });
  await writeFile(join(dir, 'refs/heads/work'), `${view.at}\n`);
  await copyFile(view.index, join(dir, 'index'));
  // where the history begins, when the view holds the newest commits only
  const shallow = await view.fill(dir);
  if (shallow !== '') await writeFile(join(dir, 'shallow'), shallow);
}

async function makeGitDirectory(
  dir: string,
  how: { readonly config: string; readonly head: string; readonly isPrivate: boolean },
): Promise<void> {
  const mode = how.isPrivate ? 0o700 : 0o777;
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info'])
    await mkdir(join(dir, folder), { recursive: true, mode });
  const file = how.isPrivate ? { mode: 0o600 } : {};
  await writeFile(join(dir, 'config'), how.config, file);
  await writeFile(join(dir, 'HEAD'), how.head, file);
}
