// Which repositories the operator lets Troupe work for (decision 24). Decides only.
import type { AppIdentity } from '../../github/index.ts';
import type { OperatorSettings } from './types.ts';

/** Whether `owner/name` fits `owner/name` or `owner/*`. GitHub's names do not tell upper from lower case. */
export function matchesRepository(pattern: string, repository: string): boolean {
  const [patternOwner, patternName] = pattern.toLowerCase().split('/');
  const [owner, name] = repository.toLowerCase().split('/');
  return patternOwner === owner && (patternName === '*' || patternName === name);
}

/** Whether Troupe may work for a repository; by default those of the App owner's account. */
export function isAllowed(repository: string, operator: OperatorSettings, identity: AppIdentity): boolean {
  const patterns = operator.allow ?? [`${identity.owner}/*`];
  return patterns.some((pattern) => matchesRepository(pattern, repository));
}
