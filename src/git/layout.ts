// Git directories made by hand: a bare mirror, a worktree's own directory, an agent's throw-away view. Starts no process.
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '../support/index.ts';

const bareConfig = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n';
const viewConfig =
  '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n[gc]\n\tauto = 0\n' +
  '[user]\n\tname = agent\n\temail = agent@localhost\n';

/** An empty bare repository: no hooks, no templates, no remote. */
export async function makeBareRepository(dir: string): Promise<void> {
  await makeGitDirectory(dir, bareConfig, 'ref: refs/heads/main\n');
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
 * The `.git` an agent sees: it borrows the mirror's objects, has one branch at the commit and no remote. Troupe never
 * reads it. Whatever stood there before is thrown away.
 */
export async function makeAgentView(view: {
  readonly tree: string;
  readonly mirror: string;
  readonly at: Sha;
  readonly index: string;
}): Promise<void> {
  const dir = join(view.tree, '.git');
  await rm(dir, { recursive: true, force: true });
  await makeGitDirectory(dir, viewConfig, 'ref: refs/heads/work\n');
  await writeFile(join(dir, 'objects/info/alternates'), `${join(view.mirror, 'objects')}\n`);
  await writeFile(join(dir, 'refs/heads/work'), `${view.at}\n`);
  await copyFile(view.index, join(dir, 'index'));
  // where the history begins, when the repository holds the newest commits only
  const shallow = await readFile(join(view.mirror, 'shallow'), 'utf8').catch(() => '');
  if (shallow !== '') await writeFile(join(dir, 'shallow'), shallow);
}

async function makeGitDirectory(dir: string, config: string, head: string): Promise<void> {
  await mkdir(join(dir, 'objects/info'), { recursive: true });
  await mkdir(join(dir, 'objects/pack'), { recursive: true });
  await mkdir(join(dir, 'refs/heads'), { recursive: true });
  await mkdir(join(dir, 'refs/tags'), { recursive: true });
  await mkdir(join(dir, 'info'), { recursive: true });
  await writeFile(join(dir, 'config'), config);
  await writeFile(join(dir, 'HEAD'), head);
}
