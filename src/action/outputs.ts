// Run → outputs of the step and its exit code. Pure.
import type { RunState } from '../engine/index.ts';
import { isRunOver } from '../engine/index.ts';
import type { Redactor } from '../support/index.ts';
import { showRun } from '../view/index.ts';
import { runMessages } from './messages.ts';

/** `skipped`: nothing was started. */
export type Conclusion = 'succeeded' | 'degraded' | 'failed' | 'cancelled' | 'timed_out' | 'waiting' | 'skipped';

/** How the step ended. */
export interface ActionResult {
  readonly conclusion: Conclusion;
  readonly message: string;
  readonly state?: RunState;
  /** Where nothing was started: what the summary says in place of the usual. */
  readonly summary?: string;
  /** Where nothing was started: the workflows that were looked at, and why each did not answer. */
  readonly looked?: readonly { readonly workflow: string; readonly why: string }[];
}

/** How a run ended for the job. */
export function resultOf(state: RunState, redactor: Redactor): ActionResult {
  const { headline, links } = showRun({ state, redactor });
  const message = links.compare === undefined ? headline : `${headline}. ${runMessages.openHere(links.compare)}`;
  return { conclusion: conclusionOf(state), message, state };
}

/** The outputs of action.yml as text. `transcripts`: the folder with them; empty where there are none. */
export function outputsOf(result: ActionResult, transcripts: string): Readonly<Record<string, string>> {
  const { state } = result;
  const shown = state === undefined ? undefined : showRun({ state });
  // what the run made and took away again is not there for whoever comes next
  const branch = shown?.branch?.isDeleted === true ? undefined : shown?.branch?.name;
  const pull = state?.facts.pullRequest?.state === 'closed' ? undefined : state?.facts.pullRequest;
  return {
    conclusion: result.conclusion,
    'run-id': state?.id ?? '',
    branch: branch ?? '',
    'pull-request-number': pull === undefined ? '' : String(pull.number),
    'pull-request-url': pull?.url ?? '',
    'final-message': result.message,
    outputs: JSON.stringify(state?.outputs ?? {}),
    'cost-usd': state === undefined || !state.usage.complete ? '' : state.usage.costUsd,
    transcripts,
  };
}

/** Whether the job goes on as a success. */
export function isGood(conclusion: Conclusion): boolean {
  return ['succeeded', 'degraded', 'waiting', 'skipped'].includes(conclusion);
}

function conclusionOf(state: RunState): Conclusion {
  if (!isRunOver(state.status)) return 'waiting';
  // isRunOver has let only these pass
  return state.status as Exclude<Conclusion, 'waiting' | 'skipped'>;
}
