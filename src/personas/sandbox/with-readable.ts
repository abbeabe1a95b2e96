// A sandbox that shows some folders more: those that the history of a worktree lies in.
import type { Sandbox } from '../model/types.ts';

/** The same sandbox, with folders shown read-only to whatever it starts. */
export function withReadable(sandbox: Sandbox, folders: readonly string[]): Sandbox {
  const readable = (own: readonly string[] | undefined): string[] => [...(own ?? []), ...folders];
  return {
    ...sandbox,
    open: (open) => sandbox.open({ ...open, readable: readable(open.readable) }),
    run: (run) => sandbox.run({ ...run, readable: readable(run.readable) }),
  };
}
