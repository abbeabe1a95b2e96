// Answers the questions of one request from what its persona may do, and tells each of them. Looks where paths lead; changes nothing.
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { canonicalJson, defined } from '../../support/index.ts';
import { rightsOf } from '../model/tool-rights.ts';
import type { PersonaTool } from '../model/types.ts';
import { decidePermission } from './decide-permission.ts';
import type { AnsweredQuestion, PermissionAnswer, PermissionPort, PermissionQuestion } from './permission.ts';

/** Whose questions are answered. */
export interface PermissionOptions {
  readonly tools: readonly PersonaTool[];
  /** The worktree of the request; absent: its persona sees no files. */
  readonly worktree?: string;
  /** Told of each question once, in the order of the answers: for progress and for the transcript. */
  onAnswer(answered: AnsweredQuestion): void;
}

/** The port of one request. A question that comes a second time is the same one: it gets the same answer and is not told again. */
export function createPermissionPort({ tools, worktree, onAnswer }: PermissionOptions): PermissionPort {
  const rights = rightsOf(tools);
  const given = new Map<string, Promise<PermissionAnswer>>();
  async function answer(question: PermissionQuestion): Promise<PermissionAnswer> {
    const outside = worktree === undefined ? undefined : await firstOutside(question.paths, worktree);
    const decided = decidePermission({
      tool: question.tool,
      rights,
      hasTree: worktree !== undefined,
      ...defined({ outside }),
    });
    onAnswer({ question, ...decided });
    return decided.answer;
  }
  return {
    decide(question) {
      const key = canonicalJson(question);
      const known = given.get(key) ?? answer(question);
      given.set(key, known);
      return known;
    },
  };
}

async function firstOutside(paths: readonly string[], worktree: string): Promise<string | undefined> {
  const root = await realpath(worktree);
  for (const path of paths) if (!(await isInside(path, root))) return path;
  return undefined;
}

async function isInside(path: string, root: string): Promise<boolean> {
  if (path.includes('\0')) return false;
  const place = await realPlace(resolve(root, path));
  if (place === undefined) return false;
  const way = relative(root, place);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith('../'));
}

/** Where a path leads when links are followed, also when its last parts are not there yet. A link that leads nowhere may lead anywhere. */
async function realPlace(path: string): Promise<string | undefined> {
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined) return realpath(path).catch(() => undefined);
  const above = dirname(path) === path ? path : await realPlace(dirname(path));
  return above === undefined ? undefined : join(above, basename(path));
}
