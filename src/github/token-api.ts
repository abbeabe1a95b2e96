// One repository through a plain token: for the command line and for Actions.
import { createTokenApp } from './token-app.ts';
import type { TokenAppOptions } from './token-app.ts';
import type { RepositoryApi } from './client/types.ts';

/** What a repository behind a token needs. */
export interface TokenApiOptions extends TokenAppOptions {
  readonly name: string;
}

/** The repository's API with the token's rights. */
export function createTokenApi(options: TokenApiOptions): RepositoryApi {
  return createTokenApp(options).repository(0, options.owner, options.name);
}
