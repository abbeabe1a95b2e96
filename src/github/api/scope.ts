// What every group of calls works with: the client and the repository's name. Shapes only.
import type { Client } from '../client.ts';

/** One repository through one client. */
export interface Scope {
  readonly client: Client;
  readonly owner: string;
  readonly repo: string;
  /** Our login, to tell our comments and issues from other people's. */
  botLogin(): Promise<string>;
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
