// Protection of branches as GraphQL tells it: REST tells it to administrators only. Never changes it.
import { isObject } from '../../support/index.ts';
import { sees } from '../traffic/caller.ts';
import { mayAtLeast, repositoryNamed } from '../world/world.ts';
import type { ApiRequest } from './route.ts';

/** The answer to a query for protections; undefined for any other. */
export function protectionsOf({ world, body, caller }: ApiRequest, query: string): unknown {
  if (!/^\s*query\b[\s\S]*\bbranchProtectionRules\s*\(/.test(query)) return undefined;
  const variables = isObject(body['variables']) ? body['variables'] : {};
  const found = repositoryNamed(world, String(variables['owner']), String(variables['name']));
  if (found === undefined || !sees(caller, found)) return { repository: null };
  const nodes = [...found.protection].map(([pattern, { checks, approvals, signatures, locked }]) => ({
    pattern,
    isAdminEnforced: false,
    requiresApprovingReviews: approvals > 0,
    requiresStatusChecks: checks.length > 0,
    requiresCommitSignatures: signatures,
    requiresLinearHistory: false,
    lockBranch: locked,
  }));
  const viewerCanAdminister = caller.kind === 'user' && mayAtLeast(found, caller.user, 'admin');
  return { repository: { viewerCanAdminister, branchProtectionRules: { nodes } } };
}
