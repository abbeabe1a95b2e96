// Run → what GitHub should show, and bringing GitHub there.
export type * from './types.ts';
export { compareUrl } from './compare-url.ts';
export { headOf } from './render-checks.ts';
export { renderView } from './render-view.ts';
export { strangerKey } from './render-checks.ts';
export { renderPullRequest } from './render-pull-request.ts';
export { renderSummary, runHeadline } from './render-summary.ts';
export { createReconciler } from './reconcile.ts';
export type { Reconciled, Reconciler } from './reconcile.ts';
export { whenShown } from './when-shown.ts';
export { createViewLoop } from './view-loop.ts';
export type { ViewLoop } from './view-loop.ts';
export { quotePersonaText } from './quote/quote-persona-text.ts';
