// A GitHub on this machine, for the demo and for tests.
export { startLocalGitHub } from './local-github.ts';
export { createDemoWorld } from './demo-world.ts';
export type { DemoWorld, DemoWorldOptions } from './demo-world.ts';
export { demoFix, demoIssue, demoRepository } from './demo-repository.ts';
export { terminalMarkdown } from './pages/markdown/index.ts';
export { githubPushRules } from './pushes/push-rules.ts';
export type * from './types/index.ts';
