// Where people's words become refs and paths. What passes here can stand in a git command; nothing else may.
import { TroupeError, oneLine, slug, withoutEnd, withoutStart } from '../support/index.ts';
import type { BranchName } from '../support/index.ts';
import { messages } from './messages.ts';

/** Bytes of a name that we make. */
const longest = 200;
/** Bytes of a name that exists: a path on a disk has no more. */
const longestThere = 4_000;

/**
 * The reason why no branch can have this name; undefined when one can. The rules of `git check-ref-format --branch`
 * (https://git-scm.com/docs/git-check-ref-format) and nothing else: what exists was named by others.
 */
export function refProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (Buffer.byteLength(name) > longestThere) return `it is longer than ${longestThere} bytes`;
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  if (name.startsWith('-')) return 'it starts with "-"';
  // oxlint-disable-next-line no-control-regex -- what git forbids
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'it contains a control character';
  if (name.includes(' ')) return 'it contains a space';
  if (/[~^:?*[\\]/.test(name)) return 'it contains one of ~ ^ : ? * [ \\';
  if (name.includes('..')) return 'it contains ".."';
  if (name.includes('@{') || name === '@') return 'it contains "@{" or is "@"';
  if (name.endsWith('.')) return 'it ends with "."';
  if (name === 'HEAD') return 'it is a reserved name';
  for (const part of name.split('/')) {
    if (part === '') return 'it has an empty part';
    if (part.startsWith('.')) return 'a part starts with "."';
    if (part.endsWith('.lock')) return 'a part ends with ".lock"';
  }
  return undefined;
}

/** The reason why we would not name a branch like that; undefined when we would. Git's rules, and stricter. */
export function branchProblem(name: string): string | undefined {
  const forbidden = refProblem(name);
  if (forbidden !== undefined) return forbidden;
  if (Buffer.byteLength(name) > longest) return `it is longer than ${longest} bytes`;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u.test(name)) return 'it contains an invisible character';
  if (/\p{Z}/u.test(name)) return 'it contains a space';
  if (/[$`'"<>|;&(){}!#%]/.test(name)) return 'it contains a character that shells read';
  if (name.startsWith('refs/')) return 'it is a reserved name';
  if (name.split('/').some((part) => part.toLowerCase().endsWith('.lock'))) return 'a part ends with ".lock"';
  return undefined;
}

/** The name of a branch of ours; throws `git/bad-ref` with the reason when we would not name one like that. */
export function checkBranchName(name: string): BranchName {
  return branded(name, branchProblem(name), messages.badRefHint);
}

/** The name of a branch that others may have made: what git accepts is accepted. Throws `git/bad-ref` with the reason. */
export function existingBranchName(name: string): BranchName {
  return branded(name, refProblem(name), messages.noRefHint);
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
  const joined = withoutEnd(parts.join('/').slice(0, 120), '/.-');
  const name = joined === '' || branchProblem(joined) !== undefined ? `troupe/${slug(text)}` : joined;
  return checkBranchName(name);
}

/** The branch name with a number behind it: `x-2`. */
export function numberedBranch(name: BranchName, number: number): BranchName {
  const tail = `-${number}`;
  let points = Array.from(name.slice(0, longest));
  while (Buffer.byteLength(points.join('')) > longest - tail.length) points = points.slice(0, -1);
  return checkBranchName(`${points.join('')}${tail}`);
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

function branded(name: string, problem: string | undefined, hint: string): BranchName {
  if (problem !== undefined)
    throw new TroupeError('git/bad-ref', messages.badRef(oneLine(printable(name), 60), problem), {
      class: 'config',
      hint,
    });
  // the rules above are what the brand stands for
  return name as BranchName;
}

function cleanPart(part: string): string {
  const plain = part
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/-{2,}/g, '-');
  return withoutEnd(withoutLock(withoutStart(plain, '.-')), '.-');
}

/** Git takes no name that ends in `.lock`, however often it says so. */
function withoutLock(name: string): string {
  let end = name.length;
  while (name.slice(0, end).slice(-5).toLowerCase() === '.lock') end -= 5;
  return name.slice(0, end);
}

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');
}
