// Run → what GitHub should show, and bringing GitHub there.
export type * from './types.ts';
export { showRun, showStep } from './shown-run.ts';
export type { ShownRun } from './shown-run.ts';
export type { ShownRow } from './shown-row.ts';
export { exactCost } from './amounts.ts';
export { markOf } from './messages.ts';
export { renderView } from './render-view.ts';
export { strangerKey } from './render-checks.ts';
export { renderPullRequest } from './render-pull-request.ts';
export { renderSummary } from './render-summary.ts';
export { createReconciler } from './reconcile.ts';
export type { Reconciled, Reconciler } from './reconcile.ts';
export { whenShown } from './when-shown.ts';
export { createViewLoop } from './view-loop.ts';
export type { ViewLoop } from './view-loop.ts';
export { quotePersonaText } from './quote/quote-persona-text.ts';
