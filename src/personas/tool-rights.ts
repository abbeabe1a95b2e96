// What a persona's tools mean for the place in which its provider runs. Pure: who can enforce it does.
import type { PersonaTool } from './types.ts';

/** What a persona needs of its surroundings. */
export interface ToolRights {
  /** It may open files of the repository; without it there is no worktree around it. */
  readonly seesFiles: boolean;
  /** It may write in the worktree: edits, or what commands leave behind. */
  readonly writes: boolean;
  /** It may reach further than its provider's own model. */
  readonly network: boolean;
}

/** The rights that come with the tools. Commands can do whatever a program can. */
export function rightsOf(tools: readonly PersonaTool[]): ToolRights {
  const has = new Set(tools);
  const executes = has.has('execute');
  const writes = executes || has.has('edit');
  return {
    seesFiles: writes || has.has('read') || has.has('search'),
    writes,
    network: executes || has.has('web'),
  };
}
