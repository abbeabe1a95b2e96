// The only place that calls GitHub's API.
export type * from './client/types.ts';
export { changedText, firstText } from './client/own-part.ts';
export { createGitHubApp } from './app.ts';
export { clockOff, clockOffAt } from './client/github-time.ts';
export { createTokenApp } from './token-app.ts';
export type { TokenApp } from './token-app.ts';
export type { RequestEntry } from './transport.ts';
export { madeOnce, sayOnce } from './say-once.ts';
export { createLocalPacers } from './client/pacers.ts';
export type { PacerOf } from './client/pacers.ts';
export type { PacerOptions } from './client/pacer.ts';
