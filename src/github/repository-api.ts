// One repository seen through one client: the groups of calls put together, and their words past the redaction gate before any of them cuts.
import { checkBatchCalls } from './api/check-batch.ts';
import { checkCalls } from './api/checks.ts';
import { commentCalls } from './api/comments.ts';
import { failedCheckCalls } from './api/failed-checks.ts';
import { issueCalls } from './api/issues.ts';
import { pullCalls } from './api/pulls.ts';
import { releaseCalls } from './api/releases.ts';
import { repositoryCalls } from './api/repository.ts';
import { ruleCalls } from './api/rules.ts';
import { rightsCalls } from './api/token-rights.ts';
import { reviewCalls } from './api/reviews.ts';
import type { Scope } from './api/scope.ts';
import { workflowCalls } from './api/workflows.ts';
import { withWordsRedacted } from './client/outgoing-words.ts';
import type { RepositoryApi } from './client/types.ts';

/** Calls of which one argument is words; elsewhere words have a name. */
const spoken = { createComment: 1, updateComment: 1 } as const;

/** The repository's API over the scope's client. */
export function createRepositoryApi(scope: Scope): RepositoryApi {
  const api: RepositoryApi = {
    owner: scope.owner,
    name: scope.repo,
    ...repositoryCalls(scope),
    ...ruleCalls(scope),
    ...rightsCalls(scope),
    ...issueCalls(scope),
    ...commentCalls(scope),
    ...checkCalls(scope),
    ...checkBatchCalls(scope),
    ...failedCheckCalls(scope),
    ...pullCalls(scope),
    ...reviewCalls(scope),
    ...releaseCalls(scope),
    ...workflowCalls(scope),
  };
  return withWordsRedacted(api, { redactor: scope.redactor, spoken });
}
