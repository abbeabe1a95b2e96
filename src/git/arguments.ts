// Where people's words become refs and paths. What passes here can stand in a git command; nothing else may.
import { oneLine, slug, TroupeError } from '../support/index.ts';
import type { BranchName } from '../support/index.ts';
import { messages } from './messages.ts';

const longest = 200;

/** The reason why text is no branch name, or undefined when it is one. The rules of git-check-ref-format, and stricter. */
export function branchProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (Buffer.byteLength(name) > longest) return `it is longer than ${longest} bytes`;
  if (name.startsWith('-')) return 'it starts with "-"';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffd]/u.test(name)) return 'it contains an invisible character';
  if (/\p{Z}/u.test(name)) return 'it contains a space';
  if (/[~^:?*[\\]/.test(name)) return 'it contains one of ~ ^ : ? * [ \\';
  if (/[$`'"<>|;&(){}!#%]/.test(name)) return 'it contains a character that shells read';
  if (name.includes('..')) return 'it contains ".."';
  if (name.includes('@{') || name === '@') return 'it contains "@{" or is "@"';
  if (name.endsWith('.')) return 'it ends with "."';
  if (name === 'HEAD' || name.startsWith('refs/')) return 'it is a reserved name';
  for (const part of name.split('/')) {
    if (part === '') return 'it has an empty part';
    if (part.startsWith('.')) return 'a part starts with "."';
    if (part.toLowerCase().endsWith('.lock')) return 'a part ends with ".lock"';
  }
  return undefined;
}

/** The text as a branch name; throws `git/bad-ref` with the reason when it is none. */
export function checkBranchName(name: string): BranchName {
  const problem = branchProblem(name);
  if (problem !== undefined) {
    throw new TroupeError('git/bad-ref', messages.badRef(oneLine(printable(name), 60), problem), {
      class: 'config',
      hint: 'Use letters, digits, "-", "_", "." and "/".',
    });
  }
  // the rules above are what the brand stands for
  return name as BranchName;
}

/** The text as a tag name: the same rules. */
export function checkTagName(name: string): string {
  return checkBranchName(name);
}

/** A valid branch name made of any text, each part between slashes cleaned: what a template gave may hold people's words. */
export function branchNameOf(text: string): BranchName {
  if (branchProblem(text) === undefined) return checkBranchName(text);
  const parts = text
    .split('/')
    .map(cleanPart)
    .filter((part) => part !== '');
  const joined = parts
    .join('/')
    .slice(0, 120)
    .replace(/[/.-]+$/, '');
  const name = joined === '' || branchProblem(joined) !== undefined ? `troupe/${slug(text)}` : joined;
  return checkBranchName(name);
}

/** The branch name with a number behind it: `x-2`. */
export function numberedBranch(name: BranchName, number: number): BranchName {
  const tail = `-${number}`;
  return checkBranchName(`${name.slice(0, longest - tail.length)}${tail}`);
}

/** A path inside a repository: relative, without `.`, `..` or empty parts; throws `git/bad-path`. */
export function checkPath(path: string): string {
  const parts = path.split('/');
  const bad = path === '' || path.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..');
  if (bad) throw new TroupeError('git/bad-path', messages.badPath(oneLine(printable(path), 80)), { class: 'config' });
  return path;
}

/** A clone URL without credentials in it, or an absolute path. Throws `git/bad-url`. */
export function checkCloneUrl(url: string): string {
  if (url.startsWith('/') && !/[\0\n]/.test(url)) return url;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const reason =
    parsed === undefined
      ? 'it is neither an absolute path nor a URL'
      : parsed.username !== '' || parsed.password !== ''
        ? 'it holds credentials'
        : !['https:', 'http:', 'file:'].includes(parsed.protocol)
          ? `the protocol ${oneLine(parsed.protocol, 20)} is not allowed`
          : undefined;
  if (reason !== undefined) throw new TroupeError('git/bad-url', messages.badUrl(reason), { class: 'config' });
  return url;
}

function cleanPart(part: string): string {
  const plain = part
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/-{2,}/g, '-');
  return plain
    .replace(/^[.-]+/, '')
    .replace(/(\.lock)+$/i, '')
    .replace(/[.-]+$/, '');
}

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');
}
