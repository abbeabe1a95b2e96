// What every group of calls works with: the client and the repository's name. Shapes only.
import type { Redactor } from '../../support/index.ts';
import type { TokenRights } from './token-rights.ts';
import type { Client } from '../client/client.ts';

/** One repository through one client. */
export interface Scope {
  readonly client: Client;
  readonly owner: string;
  readonly repo: string;
  /** For words of others that are cut: a secret that is cut in two is none that anybody finds. */
  readonly redactor: Redactor;
  /** Our login, to tell our comments and issues from other people's. */
  botLogin(): Promise<string>;
  /** Absent: nobody knows, and nothing is tried. */
  readonly rights?: TokenRights;
  /** What answers told of the repository; shared by everything that asks for it. */
  readonly memory: ScopeMemory;
}

/** Kept while the process lives. Only what never changes, and what saves a request. */
export interface ScopeMemory {
  /** The repository's id in GraphQL. */
  nodeId?: string;
  /** This server creates no checks through GraphQL. */
  onlyRest?: boolean;
}

/** Memories by repository. */
export function createMemories(): (owner: string, repo: string) => ScopeMemory {
  const memories = new Map<string, ScopeMemory>();
  return (owner, repo) => {
    const key = `${owner}/${repo}`.toLowerCase();
    const memory = memories.get(key) ?? {};
    memories.set(key, memory);
    return memory;
  };
}

/** The repository as the parameters of a route. */
export function at({ owner, repo }: Scope): { readonly owner: string; readonly repo: string } {
  return { owner, repo };
}

/** GitHub's ids as Octokit's types have them. */
export type Id = number | bigint;

/** An id as a number: GitHub's are far below 2^53. */
export function idOf(id: Id): number {
  return Number(id);
}

/** `owner/name`, for messages. */
export function named({ owner, repo }: Scope): string {
  return `${owner}/${repo}`;
}
