// Run → everything GitHub should show of it. Pure: the same input gives the same view.
import { commentPlace } from './comment-place.ts';
import { renderChecks, renderStrangers, supersededChecks } from './render-checks.ts';
import { renderComment, renderFailureIssue, renderNotice } from './render-comment.ts';
import { renderGates } from './render-gates.ts';
import { allSteps } from './run-steps.ts';
import { shownOf } from './shown-run.ts';
import type { RenderInput, Rendering, WantedSurface, WantedView } from './types.ts';

/** Checks where the run has a head, comments where the task has a place for them. */
export function renderView(given: RenderInput): WantedView {
  const { state } = given;
  const all = allSteps(state);
  const run = shownOf(given, all);
  const input: Rendering = { ...given, run, steps: all.filter(({ inTable }) => inTable) };
  const issue = commentPlace(state);
  const checks = run.head === undefined ? [] : renderChecks(input, run.head);
  const comments: readonly (WantedSurface | undefined)[] =
    issue === undefined
      ? [renderFailureIssue(input)]
      : [renderComment(input, issue), ...renderGates(input, issue), renderNotice(input, issue)];
  return {
    run: state.id,
    surfaces: [...checks, ...renderStrangers(input), ...comments.filter((comment) => comment !== undefined)],
    superseded: supersededChecks(input, checks),
    since: state.createdAt,
  };
}
