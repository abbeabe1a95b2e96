// Files under `.github/troupe*` that nothing reads: a wrong ending, folder or case goes unseen otherwise. Reads names, and who mentions them.
import type { Finding } from '../../definition/index.ts';
import { fileMessages } from '../common/messages.ts';
import { otherRepositoryFilePath, rehearsalFilePath, repositoryFilePath } from './repository-file.ts';
import type { FileSource } from '../common/types.ts';

const root = '.github/troupe';
const places = { workflows: `${root}/workflows`, personas: `${root}/personas`, skills: `${root}/skills` } as const;
/** Files with a place of their own; the last is the operator's of the Action, where it usually lies. */
const known = new Set([repositoryFilePath, otherRepositoryFilePath, rehearsalFilePath, '.github/troupe.config.yml']);

/** Every such file, with where it belongs. */
export async function unreadFiles(files: FileSource): Promise<readonly Finding[]> {
  const paths = (await files.list('.github')).map(({ path }) => path).toSorted();
  const ours = paths.filter((path) => path.toLowerCase().startsWith(root));
  const unread = ours.filter((path) => !isRead(path, ours));
  if (unread.length === 0) return [];
  const texts = await mentioning(files, paths, unread);
  return unread
    .filter((path) => !texts.some((text) => text.includes(nameOf(path))))
    .map((path) => ({
      severity: 'warning' as const,
      code: 'files/unread',
      file: path,
      path: '',
      line: 1,
      column: 1,
      message: fileMessages.unread(path),
      hint: whereTo(path, ours),
    }));
}

/** Whether something reads the file as it is called. */
function isRead(path: string, all: readonly string[]): boolean {
  if (known.has(path)) return true;
  // for people, and for git
  if (/^(readme|license|codeowners)(\.\w+)?$|^\.git\w+$/i.test(nameOf(path))) return true;
  const [, folder, name] = /^\.github\/troupe\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (folder === 'workflows') return /\.ya?ml$/.test(name ?? '') && twinOf(path, all) === undefined;
  if (folder === 'personas') return /\.md$/i.test(name ?? '');
  return folder === 'skills' && /^[A-Za-z0-9][A-Za-z0-9._-]*\.md$/.test(name ?? '');
}

/** The workflow file of the same id that is read instead: the first by name. */
function twinOf(path: string, all: readonly string[]): string | undefined {
  const twin = path.replace(/\.yml$/, '.yaml');
  return path.endsWith('.yml') && all.includes(twin) ? twin : undefined;
}

/** Answers, scripts and configurations are named by jobs, settings and workflows. */
async function mentioning(
  files: FileSource,
  paths: readonly string[],
  unread: readonly string[],
): Promise<readonly string[]> {
  const isText = (path: string): boolean => /\.ya?ml$/i.test(path) && !unread.includes(path);
  const read = await Promise.all(paths.filter(isText).map((path) => files.read(path)));
  return read.flatMap((file) => (file === undefined ? [] : [file.text]));
}

function whereTo(path: string, all: readonly string[]): string {
  const name = nameOf(path);
  const twin = twinOf(path, all);
  if (twin !== undefined && path.startsWith(`${places.workflows}/`)) return fileMessages.twinIsRead(twin);
  // a skill of other tools is a folder with a SKILL.md in it
  const own = /\/([^/]+)\/SKILL\.md$/i.exec(path)?.[1] ?? name;
  const id = withoutEndings(own.toLowerCase());
  // settings with an odd case, in our folder, or under a name of their own
  if (/^\.github\/troupe(?:\/(?:troupe|settings|config)|[-_.]?(?:settings|config))?\.ya?ml$/i.test(path))
    return fileMessages.belongsAt(repositoryFilePath);
  if (/persona|agent/i.test(path)) return fileMessages.belongsAt(`${places.personas}/${id}.md`);
  if (/skill/i.test(path)) return fileMessages.belongsAt(`${places.skills}/${id}.md`);
  if (/workflow/i.test(path) || /\.ya?ml$/i.test(name)) return fileMessages.belongsAt(`${places.workflows}/${id}.yml`);
  return fileMessages.readHere(Object.values(places));
}

const endings: ReadonlySet<string> = new Set(['yml', 'yaml', 'md', 'txt', 'json', 'bak']);

function withoutEndings(name: string): string {
  let rest = name;
  for (let dot = rest.lastIndexOf('.'); dot !== -1 && endings.has(rest.slice(dot + 1)); dot = rest.lastIndexOf('.'))
    rest = rest.slice(0, dot);
  return rest.replace(/\.workflow$/, '');
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
