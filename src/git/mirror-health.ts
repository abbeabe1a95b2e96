// Whether a mirror is whole, and what can be mended in it without its remote. Its refs are those of the remote: all of it can be made again. Starts no process.
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBareRepository } from './layout.ts';

/** What git (`LC_ALL=C`) says of a repository of ours that is damaged, and of nothing else. */
const words =
  /not a git repository|bad config line|unknown repository extension|invalid gitfile|un(?:expected|terminated) line in \S{0,500}packed-refs|(?:loose )?object \S{1,100}(?: \([^)\n]{0,500}\))? is (?:corrupt|empty)|object file \S{1,500} is empty|inflate: |(?:pack|index|idx) ?file \S{1,500} (?:is|has|does|claims|cannot|corrupt)|is not a GIT packfile|pack has bad object|wrong index v\d|unable to read (?:tree|sha1|object)|unable to parse (?:object|commit)|(?:could not|failed to) (?:read|parse|unpack) (?:[0-9a-f]{40}|tree|commit|object|pack)|missing (?:blob|tree|commit) object|does not point to a valid object|bad tree object|bad object refs\//i;

/** Whether git's words tell of a damaged mirror. What the server said of itself does not. */
export function tellsOfDamage(said: string): boolean {
  return words.test(said.replaceAll(/^remote:[^\n]*$/gm, ''));
}

/** Whether everything lies there that git needs before it reads an object. */
export async function isSound(dir: string): Promise<boolean> {
  return (await hasLayout(dir)) && (await hasReadableRefs(dir)) && (await hasObjects(dir));
}

/** Makes again what no remote is needed for. Objects stay: what was committed and not yet pushed is among them. */
export async function mendLayout(dir: string): Promise<void> {
  if (!(await hasLayout(dir))) await makeBareRepository(dir);
  if (!(await hasReadableRefs(dir))) await rm(join(dir, 'packed-refs'), { force: true, recursive: true });
}

async function hasLayout(dir: string): Promise<boolean> {
  const [head, config] = await Promise.all([textOf(join(dir, 'HEAD')), textOf(join(dir, 'config'))]);
  return (
    /^(?:ref: refs\/\S+|[0-9a-f]{40,64})\s*$/.test(head) &&
    /^[ \t]*repositoryformatversion[ \t]*=/im.test(config) &&
    /^[ \t]*bare[ \t]*=[ \t]*true/m.test(config) &&
    ['objects', 'refs'].every((name) => existsSync(join(dir, name)))
  );
}

async function hasReadableRefs(dir: string): Promise<boolean> {
  if (!existsSync(join(dir, 'packed-refs'))) return true;
  const lines = (await textOf(join(dir, 'packed-refs'))).split('\n');
  return lines.every((line) => /^(?:$|#|\^[0-9a-f]{40,64}$|[0-9a-f]{40,64} refs\/)/.test(line));
}

/** Where there are refs there are objects. */
async function hasObjects(dir: string): Promise<boolean> {
  const names = await namesIn(join(dir, 'objects'));
  if (names.some((name) => /^[0-9a-f]{2}$/.test(name))) return true;
  const packs = (await namesIn(join(dir, 'objects/pack'))).filter((name) => name.endsWith('.pack'));
  if (packs.length > 0) return true;
  const isEmpty =
    !existsSync(join(dir, 'packed-refs')) && (await namesIn(join(dir, 'refs/remotes/origin'))).length === 0;
  return isEmpty;
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
