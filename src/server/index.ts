// HTTP: webhook intake, health, metrics.
export type * from './types.ts';
export { createServer } from './create-server.ts';
