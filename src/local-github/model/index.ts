// The state of the local GitHub besides git: people, Apps, issues, checks. Shapes only.
export type * from './accounts.ts';
export type * from './issues.ts';
export type * from './checks.ts';
export type * from './workflows.ts';
export type * from './repository.ts';
