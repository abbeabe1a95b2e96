// Shown run → everything GitHub should show of it. Pure: the same input gives the same view.
import { renderChecks, renderStrangers, supersededChecks } from './render-checks.ts';
import { renderComment, renderFailureIssue, renderNotice } from './render-comment.ts';
import { renderGates } from './render-gates.ts';
import { renderPullText } from './render-pull-request.ts';
import type { Rendering, WantedSurface, WantedView } from './types.ts';

/** Checks where the run has a head, comments where the task has a place for them. */
export function renderView(input: Rendering): WantedView {
  const { run } = input;
  const { issue } = run;
  const checks = run.head === undefined ? [] : renderChecks(input, run.head);
  const pull = renderPullText(input);
  const comments: readonly (WantedSurface | undefined)[] =
    issue === undefined
      ? [renderFailureIssue(input)]
      : [renderComment(input, issue), ...renderGates(input, issue), renderNotice(input, issue)];
  return {
    run: run.id,
    surfaces: [
      // first: while any other surface is open, a run that died here is looked at again
      ...(pull === undefined ? [] : [pull]),
      ...checks,
      ...renderStrangers(input),
      ...comments.filter((comment) => comment !== undefined),
    ],
    superseded: supersededChecks(input, checks),
    since: run.createdAt,
  };
}
