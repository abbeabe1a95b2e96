// Rulesets as pushes meet them: for which branches each holds, and the refusal that git hears. Never answers a request.
import type { Repository, Ruleset } from '../model/index.ts';
import { githubPushRules } from './push-rules.ts';
import type { PushRule } from './push-rules.ts';

/** Whether the ruleset is about the branch. */
export function holdsFor(
  { include }: Pick<Ruleset, 'include'>,
  branch: string,
  { defaultBranch }: Pick<Repository, 'defaultBranch'>,
): boolean {
  const ref = `refs/heads/${branch}`;
  return include.some((pattern) => {
    if (pattern === '~ALL') return true;
    if (pattern === '~DEFAULT_BRANCH') return branch === defaultBranch;
    return matches(pattern, ref);
  });
}

/** What the hook refuses; rulesets that somebody may pass by refuse nobody here. */
export function pushRulesOf({ rulesets, defaultBranch }: Pick<Repository, 'rulesets' | 'defaultBranch'>): PushRule[] {
  return rulesets
    .filter(({ bypass }) => bypass.length === 0)
    .flatMap(({ include, rules }) =>
      include.flatMap((pattern) => {
        const all = pattern === '~ALL' ? 'refs/heads/*' : pattern;
        const refs = pattern === '~DEFAULT_BRANCH' ? `refs/heads/${defaultBranch}` : all.replaceAll('**', '*');
        return rules.flatMap((rule) => refusalsOf(rule, refs));
      }),
    );
}

function refusalsOf({ type, parameters }: Ruleset['rules'][number], refs: string): readonly PushRule[] {
  switch (type) {
    case 'required_signatures':
      return [githubPushRules.signatures(refs)];
    case 'pull_request':
    case 'required_status_checks':
      return [githubPushRules.protectedBranch(refs)];
    case 'creation':
    case 'update':
    case 'branch_name_pattern':
      return [githubPushRules.branchName(refs)];
    case 'commit_message_pattern':
      return parameters?.['operator'] === 'regex' && parameters['negate'] !== true
        ? [{ ...githubPushRules.commitMessage(String(parameters['pattern'])), refs }]
        : [];
    default:
      return [];
  }
}

/** As fnmatch does it with whole paths: `*` stays within a part, `**` does not. */
function matches(pattern: string, ref: string): boolean {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('')}$`).test(ref);
}
