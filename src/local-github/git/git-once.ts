// Questions to git whose answer never changes: about objects by their whole ids, which are never removed here, and what git can. Asked once and kept.
import { git } from './git-process.ts';
import type { GitOptions, GitResult } from './git-process.ts';

/** Answers that are kept, and how large one may be. */
const mostAnswers = 4_000;
const mostBytes = 256 * 1024;

const answers = new Map<string, Promise<GitResult>>();

/** Whether every one of these is a whole object id: what is asked about it may be kept. */
export function areIds(...names: readonly string[]): boolean {
  return names.every((name) => /^[0-9a-f]{40}$/.test(name));
}

/** As `git`. Exit codes besides 0 that say something for good are in `keep`: "is no ancestor", but not "is not there". */
export async function gitOnce(
  dir: string,
  args: readonly string[],
  options: Pick<GitOptions, 'allow' | 'env'> & { readonly keep?: readonly number[] } = {},
): Promise<GitResult> {
  const { keep = [], ...rest } = options;
  const key = [dir, ...args, ...Object.entries(rest.env ?? {}).flat()].join('\0');
  const known = answers.get(key);
  if (known !== undefined) return known;
  const asked = git(dir, args, rest);
  answers.set(key, asked);
  try {
    const { code, stdout } = await asked;
    if ((code !== 0 && !keep.includes(code)) || stdout.length > mostBytes) answers.delete(key);
  } catch {
    answers.delete(key); // whoever asks again may be told something else
  }
  const oldest = answers.size > mostAnswers ? answers.keys().next().value : undefined;
  if (oldest !== undefined) answers.delete(oldest);
  return asked;
}
