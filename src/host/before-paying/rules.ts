// Whether the repository lets the run push its branch and merge it: rules of branches, and protection from before there were rules.
import type { BranchProtection, BranchRule } from '../../github/index.ts';
import { fitsPattern, isNamedBy } from './rule-patterns.ts';
import { ruleMessages as say } from './rule-messages.ts';
import type { Check, GitHubHere, Hindrance, PlannedRun } from './types.ts';
import { mergesOf, pushedBranch } from './writes.ts';
import type { PushedBranch } from './writes.ts';

type Host = PlannedRun['host'];
/** What a rule says to a run; undefined: nothing. */
type Judged = { readonly rule: Pick<BranchRule, 'ruleset'>; readonly found: Hindrance | undefined };
type Merge = ReturnType<typeof mergesOf>[number];

/** Everything that would turn a push or the merge back. */
export const rules: Check = {
  name: 'rules',
  async look({ host }, { github }) {
    const run = github === undefined ? undefined : pushedBranch(github.spec, github.now);
    if (github === undefined || run === undefined) return [];
    const found = await Promise.all([ofPushes(run, github, host), ofMerges(run, github, host)]);
    return [...new Map(found.flat().map((one) => [one.message, one])).values()];
  },
};

async function ofPushes(run: PushedBranch, github: GitHubHere, host: Host): Promise<readonly Hindrance[]> {
  const { api, spec } = github;
  const clear = spec.followUp === undefined ? github.clear : askedAnew;
  const place = `${spec.repository?.installationId ?? 0} ${spec.repository?.id ?? 0}`;
  const [all, protections, email] = await Promise.all([
    clear.list(`rules ${place} ${familyOf(run.branch)}`, async () => (await api.branchRules?.(run.branch)) ?? []),
    clear.list(`protections ${place}`, async () => (await api.branchProtections?.().catch(() => [])) ?? []),
    github.email(),
  ]);
  const judged = all.map((rule) => ({ rule, found: ofPush(rule, { run, email, host }) }));
  const old = protections.filter(({ pattern }) => isNamedBy(run.branch, pattern));
  return [...(await thatHold(judged, github)), ...old.flatMap((one) => ofProtection(one, run.branch, host))];
}

/** A run that goes on from another one comes late: the branch has been there for a while, and its rules may have changed. */
const askedAnew: GitHubHere['clear'] = { list: (_key, ask) => ask() };

/** The branches of a folder are under the same rules, mostly: what is free for one of them is for the next. */
function familyOf(branch: string): string {
  return branch.includes('/') ? branch.slice(0, branch.lastIndexOf('/') + 1) : branch;
}

interface Push {
  readonly run: PushedBranch;
  readonly email: string;
  readonly host: Host;
}

/** What one rule says to the pushes of a run. */
function ofPush({ type, parameters }: BranchRule, { run, email, host }: Push): Hindrance | undefined {
  const { branch, isNew, message } = run;
  switch (type) {
    case 'creation':
      return isNew ? say.creation(branch, host) : undefined;
    case 'update':
      return say.update(branch, host);
    case 'required_signatures':
      return say.signatures(branch, host);
    case 'pull_request':
    case 'merge_queue':
    case 'required_status_checks':
    case 'required_deployments':
      return say.onlyPullRequests(branch, host);
    case 'branch_name_pattern':
      return fitsPattern(parameters, [branch]) ? undefined : say.branchName(branch, parameters, host);
    case 'commit_message_pattern':
      if (message === undefined || fitsPattern(parameters, [message])) return undefined;
      return say.message(message, parameters, host);
    case 'commit_author_email_pattern':
    case 'committer_email_pattern':
      return fitsPattern(parameters, [email]) ? undefined : say.email(email, parameters, host);
    default:
      return undefined;
  }
}

function ofProtection(one: BranchProtection, branch: string, host: Host): readonly Hindrance[] {
  if (one.locked) return [say.update(branch, host)];
  return [
    ...(one.signatures ? [say.signatures(branch, host)] : []),
    ...(one.pullRequest || one.statusChecks ? [say.onlyPullRequests(branch, host)] : []),
  ];
}

async function ofMerges(run: PushedBranch, github: GitHubHere, host: Host): Promise<readonly Hindrance[]> {
  const merges = mergesOf(github.spec);
  if (merges.length === 0) return [];
  const { api } = github;
  const [all, { mergeMethods: offered }] = await Promise.all([api.branchRules?.(run.base) ?? [], api.info()]);
  const judged = merges.flatMap((merge) =>
    all.map((rule) => ({ rule, found: ofMerge(rule, merge, { base: run.base, host }) })),
  );
  const foreign = merges.flatMap(({ method }) =>
    method === undefined || offered === undefined || offered.includes(method) ? [] : [say.method(method, offered)],
  );
  return [...(await thatHold(judged, github)), ...foreign];
}

/** What one rule of the base says to a merge. */
function ofMerge(
  { type, parameters }: BranchRule,
  { method }: Merge,
  { base, host }: { readonly base: string; readonly host: Host },
): Hindrance | undefined {
  const allowed = parameters['allowed_merge_methods'];
  switch (type) {
    case 'update':
      return say.baseUpdate(base, host);
    case 'merge_queue':
      return say.mergeQueue(base, host);
    case 'required_linear_history':
      return method === 'merge' ? say.linear(base, host) : undefined;
    case 'required_signatures':
      // a squashed commit is GitHub's own, and signed
      return method === undefined || method === 'squash' ? undefined : say.baseSignatures(base, host);
    case 'pull_request':
      return method === undefined || !Array.isArray(allowed) || allowed.includes(method)
        ? undefined
        : say.method(method, allowed.map(String));
    default:
      return undefined;
  }
}

/** Without what we may pass by: asked only of rulesets that stand in the way. */
async function thatHold(judged: readonly Judged[], { api }: GitHubHere): Promise<readonly Hindrance[]> {
  const against = judged.flatMap(({ rule, found }) => (found === undefined ? [] : [{ ruleset: rule.ruleset, found }]));
  const rulesets = [...new Set(against.map(({ ruleset }) => ruleset))].filter((id) => id !== undefined);
  const passed = new Map(
    await Promise.all(rulesets.map(async (id) => [id, (await api.passesRuleset?.(id)) ?? false] as const)),
  );
  return against.flatMap(({ ruleset, found }) =>
    ruleset !== undefined && passed.get(ruleset) === true ? [] : [found],
  );
}
