// What the demo and the tests see of the local GitHub. Shapes only.
export type { PushRule } from '../pushes/push-rules.ts';
export type * from './options.ts';
export type * from './faults.ts';
export type * from './records.ts';
export type * from './views.ts';
export type * from './person.ts';
export type * from './local-github.ts';
