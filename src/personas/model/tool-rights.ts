// What a persona's tools mean for the place in which its provider runs. Pure: who can enforce it does.
import type { Persona, PersonaTool } from './types.ts';

/** What a persona needs of its surroundings. */
export interface ToolRights {
  /** It may open files of the repository; without it there is no worktree around it. */
  readonly seesFiles: boolean;
  /** It may write in the worktree: edits, or what commands leave behind. */
  readonly writes: boolean;
  /** It may reach further than its provider's own model. */
  readonly network: boolean;
  /** Tools of the agent itself that it may use: what it was given, and reading for whoever is to change or run what is there. */
  readonly uses: ReadonlySet<PersonaTool>;
}

/** The rights that come with the tools. Commands can do whatever a program can. */
export function rightsOf(tools: readonly PersonaTool[]): ToolRights {
  const has = new Set(tools);
  const executes = has.has('execute');
  const writes = executes || has.has('edit');
  const seesFiles = writes || has.has('read') || has.has('search');
  return {
    seesFiles,
    writes,
    network: executes || has.has('web'),
    uses: new Set([...has, ...(seesFiles ? (['read', 'search'] as const) : [])]),
  };
}

/** What a persona without tools that see files may ask for where its file says nothing. */
const usualInfoRequests = 3;

/** How often a persona may ask for files instead of answering. */
export function infoRequestsOf({ tools, infoRequests }: Pick<Persona, 'tools' | 'infoRequests'>): number {
  return infoRequests ?? (rightsOf(tools).seesFiles ? 0 : usualInfoRequests);
}
