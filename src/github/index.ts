// The only place that calls GitHub's API.
export type * from './client/types.ts';
export { createGitHubApp } from './app.ts';
export type { GitHubAppOptions } from './app.ts';
export { createTokenApp } from './token-app.ts';
export type { TokenApp, TokenAppOptions, TokenKind } from './token-app.ts';
export type { RequestEntry } from './transport.ts';
