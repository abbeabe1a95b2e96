// Run → what GitHub should show, and bringing GitHub there.
export type * from './types.ts';
export { showRun, showStep } from './shown/shown-run.ts';
export type { ShownRun } from './shown/shown-run.ts';
export type { ShownRow } from './shown/shown-row.ts';
export { showGates } from './shown/gates.ts';
export type { ShownGate } from './shown/gates.ts';
export { exactCost } from './shown/amounts.ts';
export { billTable } from './bill-table.ts';
export { markOf } from './shown/messages.ts';
export { renderView } from './render-view.ts';
export { strangerKey } from './render-checks.ts';
export { renderPullRequest } from './render-pull-request.ts';
export { renderSummary } from './render-summary.ts';
export { createReconciler } from './reconcile.ts';
export type { Reconciled } from './reconcile.ts';
export { whenShown } from './shown/when-shown.ts';
export { createViewLoop } from './view-loop.ts';
