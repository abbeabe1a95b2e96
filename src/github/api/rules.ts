// What a repository asks of whoever pushes or merges: rules of branches, and protection from before there were rules. Reads only.
import { isObject } from '../../support/index.ts';
import { allPages } from '../client/client.ts';
import { graphql } from '../client/graphql.ts';
import type { BranchProtection, RepositoryApi } from '../client/types.ts';
import { at, named } from './scope.ts';
import type { Scope } from './scope.ts';

/** Reads about rules. */
export function ruleCalls(
  scope: Scope,
): Pick<Required<RepositoryApi>, 'branchRules' | 'passesRuleset' | 'branchProtections'> {
  const { client } = scope;
  return {
    async branchRules(branch) {
      const rows = await allPages(async (page) => {
        const { data } = await client.read(`read the rules of branch ${branch} of ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/rules/branches/{branch}', { ...at(scope), branch, ...page }),
        );
        return data;
      });
      return rows.map((rule) => ({
        type: rule.type,
        ruleset: rule.ruleset_id === undefined ? undefined : Number(rule.ruleset_id),
        parameters: 'parameters' in rule && isObject(rule.parameters) ? rule.parameters : {},
      }));
    },
    async passesRuleset(id) {
      try {
        const { data } = await client.read(`read ruleset ${id} of ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...at(scope), ruleset_id: id }),
        );
        return data.current_user_can_bypass === 'always' || data.current_user_can_bypass === 'exempt';
      } catch {
        return false;
      }
    },
    async branchProtections() {
      const data = await client.read(`read the protected branches of ${named(scope)}`, (request) =>
        graphql(request, protectionQuery, { owner: scope.owner, name: scope.repo }),
      );
      const repository = isObject(data) && isObject(data['repository']) ? data['repository'] : {};
      const { branchProtectionRules: rules } = repository;
      const nodes = isObject(rules) && Array.isArray(rules['nodes']) ? rules['nodes'] : [];
      const isAdmin = repository['viewerCanAdminister'] === true;
      return nodes.filter((node) => isObject(node) && (!isAdmin || node['isAdminEnforced'] === true)).map(toProtection);
    },
  };
}

// REST tells it to administrators only, and not by pattern
const protectionQuery = `query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    viewerCanAdminister
    branchProtectionRules(first: 100) {
      nodes { pattern isAdminEnforced lockBranch requiresCommitSignatures requiresApprovingReviews requiresStatusChecks requiresLinearHistory }
    }
  }
}`;

function toProtection(node: Readonly<Record<string, unknown>>): BranchProtection {
  return {
    pattern: typeof node['pattern'] === 'string' ? node['pattern'] : '',
    locked: node['lockBranch'] === true,
    signatures: node['requiresCommitSignatures'] === true,
    pullRequest: node['requiresApprovingReviews'] === true,
    statusChecks: node['requiresStatusChecks'] === true,
    linearHistory: node['requiresLinearHistory'] === true,
  };
}
