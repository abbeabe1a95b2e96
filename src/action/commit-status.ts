// One commit status per run, `troupe / <workflow>`: what the token of a job can always show. Says nothing about steps.
import type { RunState } from '../engine/index.ts';
import type { RepositoryApi } from '../github/index.ts';
import type { Observer } from '../host/index.ts';
import { hintOf, isSha, messageOf, oneLine } from '../support/index.ts';
import type { Logger, Sha } from '../support/index.ts';
import { showRun } from '../view/index.ts';
import type { ShownRun } from '../view/index.ts';
import { runMessages } from './messages.ts';

/** Keeps the status of a run. */
export interface CommitStatuses extends Observer {
  changed(state: RunState): void;
  /** Earlier heads that another process of this job may have left pending. */
  know(heads: Iterable<string>): void;
  /** Resolves when GitHub shows the last state, or never will. */
  flush(): Promise<void>;
}

/** A description has at most this many characters. */
const descriptionCharacters = 140;

/** The statuses over the repository's API. `jobUrl`: where the reader sees the job. */
export function createCommitStatuses(ports: {
  readonly api: RepositoryApi;
  readonly jobUrl: string;
  readonly log: Logger;
}): CommitStatuses {
  const shown = new Map<Sha, string>();
  let latest: RunState | undefined;
  let working: Promise<void> | undefined;
  let refused = false;

  async function bring(): Promise<void> {
    while (latest !== undefined) {
      const run = showRun({ state: latest });
      latest = undefined;
      for (const sha of headsOf(run, shown.keys())) await show(run, sha);
    }
  }

  function begin(): void {
    working ??= bring().finally(() => {
      working = undefined;
      if (latest !== undefined) begin();
    });
  }

  async function show(run: ShownRun, sha: Sha): Promise<void> {
    const status = statusOf(run);
    const text = JSON.stringify(status);
    if (refused || shown.get(sha) === text) return;
    try {
      await ports.api.commitStatus(sha, { ...status, targetUrl: ports.jobUrl });
      shown.set(sha, text);
    } catch (error) {
      refused = true;
      ports.log.warn({ error: messageOf(error), hint: hintOf(error) }, runMessages.noStatus);
    }
  }

  return {
    know(heads) {
      for (const sha of heads) if (isSha(sha) && !shown.has(sha)) shown.set(sha, '');
    },
    name: 'commit-status',
    changed(state) {
      latest = state;
      begin();
    },
    async flush() {
      while (working !== undefined) await working;
    },
  };
}

/** The head as it is now; at the end also earlier ones, so that none stays pending. */
function headsOf({ head, isOver }: ShownRun, earlier: Iterable<Sha>): Set<Sha> {
  const heads = new Set<Sha>(isOver ? earlier : []);
  if (head !== undefined) heads.add(head);
  return heads;
}

function statusOf(run: ShownRun): {
  context: string;
  state: 'pending' | 'success' | 'failure' | 'error';
  description: string;
} {
  const context = `troupe / ${run.workflow.id}`;
  const description = oneLine(descriptionOf(run), descriptionCharacters);
  switch (run.status) {
    case 'succeeded':
    case 'degraded':
      return { context, state: 'success', description };
    case 'failed':
    case 'timed_out':
      return { context, state: 'failure', description };
    case 'cancelled':
      return { context, state: 'error', description };
    default:
      return { context, state: 'pending', description };
  }
}

/** The little room is for what a person has to know: where something is missing, what and why. */
function descriptionOf({ status, reason, rehearsal, isOver, headline }: ShownRun): string {
  if (status === 'degraded' && reason !== undefined) return `${rehearsal ? 'Rehearsal: ' : ''}${reason}`;
  // not each step: every change costs a request
  return isOver || status === 'waiting' || status === 'paused' ? headline : 'running';
}
