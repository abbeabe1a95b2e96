// The operation `feature_complete`: finishes and merges.
import { completeOperation } from './complete.ts';
import type { OperationBody } from './operation.ts';

/** What does it. */
export const featureComplete: OperationBody = { name: 'feature_complete', operate: completeOperation };
