// The operation `hotfix_deploy`: finishes and merges.
import { completeOperation } from './complete.ts';
import type { OperationBody } from './operation.ts';

/** What does it. */
export const hotfixDeploy: OperationBody = { name: 'hotfix_deploy', operate: completeOperation };
