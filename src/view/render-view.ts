// Run → everything GitHub should show of it. Pure: the same input gives the same view.
import { headOf, renderChecks, renderStrangers, supersededChecks } from './render-checks.ts';
import { commentPlace } from './comment-place.ts';
import { renderComment, renderFailureIssue, renderNotice } from './render-comment.ts';
import { renderGates } from './render-gates.ts';
import { shownSteps } from './run-steps.ts';
import type { RenderInput, WantedSurface, WantedView } from './types.ts';

/** Checks where the run has a head, comments where the task has a place for them. */
export function renderView(input: RenderInput): WantedView {
  const { state } = input;
  const steps = shownSteps(state);
  const head = headOf(input);
  const issue = commentPlace(state);
  const checks = head === undefined ? [] : renderChecks(input, steps, head);
  const comments: readonly (WantedSurface | undefined)[] =
    issue === undefined
      ? [renderFailureIssue(input, steps)]
      : [renderComment(input, steps, issue), ...renderGates(input, steps, issue), renderNotice(input, steps, issue)];
  return {
    run: state.id,
    surfaces: [...checks, ...renderStrangers(input), ...comments.filter((comment) => comment !== undefined)],
    superseded: supersededChecks(input, steps, checks),
    since: state.createdAt,
  };
}
