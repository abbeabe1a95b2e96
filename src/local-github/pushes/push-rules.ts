// Rules that refuse pushes, as GitHub's do: what they hold for, what the server says, and the hook that says it. Never judges a merge.
import { defined } from '../../support/index.ts';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A rule of a repository. The first that a push breaks refuses all of it. */
export interface PushRule {
  /** Whole refs, with `*` for anything: `refs/heads/troupe/*`. Default: every ref. */
  readonly refs?: string;
  /** Broken by commits that change this path; a path of git, so `*.bin` works. Default: by every push. */
  readonly touches?: string;
  /** Broken by commits whose message this extended regular expression does not match. */
  readonly message?: string;
  /** Broken by deleting, and by nothing else. */
  readonly deletes?: boolean;
  /** What stands behind `remote: `, line by line; `{ref}` is the ref, `{sha}` the first commit that breaks the rule. */
  readonly says: readonly string[];
  /** What stands in the parentheses behind `[remote rejected]`. Default: that a pre-receive hook declined. */
  readonly reason?: string;
}

const ruleViolations = 'push declined due to repository rule violations';
const rulesPage = 'Review all repository rules at https://github.com/playhouse/cart/rules?ref={ref}';

/** A push that breaks rules of a ruleset: each with what follows it. */
function ruleset(...violations: readonly string[]): Pick<PushRule, 'says' | 'reason'> {
  const says = ['error: GH013: Repository rule violations found for {ref}.', rulesPage, '', ...violations, ''];
  return { says, reason: ruleViolations };
}

/** GitHub's own rules, in its words. */
export const githubPushRules = {
  signatures: (refs?: string): PushRule => ({
    ...defined({ refs }),
    ...ruleset('- Commits must have verified signatures.', '  Found 1 violation:', '', '  {sha}'),
  }),
  commitMessage: (message: string): PushRule => ({
    message,
    ...ruleset(`- Commit message must match a given regex pattern: ${message}`, '  Found 1 violation:', '', '  {sha}'),
  }),
  branchName: (refs: string): PushRule => ({
    refs,
    ...ruleset(
      '- Branch name must match a given regex pattern: ^(feature|fix)/',
      '- Cannot create ref due to creations being restricted.',
    ),
  }),
  secret: (path: string): PushRule => ({
    touches: path,
    ...ruleset(
      '- GITHUB PUSH PROTECTION',
      '  —————————————————————————————————————————',
      '    Resolve the following violations before pushing again',
      '',
      '    - Push cannot contain secrets',
      '',
      '      —— Amazon AWS Access Key ID ——————————————',
      '       locations:',
      '         - commit: {sha}',
      `           path: ${path}:1`,
      '',
      '       (?) To push, remove secret from commit(s) or follow this URL to allow the secret.',
      '       https://github.com/playhouse/cart/security/secret-scanning/unblock-secret/2bXyZ',
    ),
  }),
  largeFile: (path: string): PushRule => ({
    touches: path,
    says: [
      'error: Trace: 0f1e2d3c4b5a',
      'error: See https://gh.io/lfs for more information.',
      `error: File ${path} is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB`,
      'error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.',
    ],
  }),
  missingLfsObject: (path: string): PushRule => ({
    touches: path,
    says: [
      'error: GH008: Your push referenced at least 1 unknown Git LFS object:',
      '    4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393',
      "Try to push them with 'git lfs push --all'.",
    ],
  }),
  protectedBranch: (refs: string): PushRule => ({
    refs,
    says: [
      'error: GH006: Protected branch update failed for {ref}.',
      'error: ',
      'error: - Changes must be made through a pull request.',
      'error: - Required status check "ci" is expected.',
    ],
    reason: 'protected branch hook declined',
  }),
} as const;

/** Where the rules of a repository lie for the hook. */
export function rulesFolder(repositoryDir: string): string {
  return join(repositoryDir, 'push-rules');
}

/** Replaces the rules of a repository. */
export async function writePushRules(repositoryDir: string, rules: readonly PushRule[]): Promise<void> {
  const folder = rulesFolder(repositoryDir);
  await rm(folder, { recursive: true, force: true });
  for (const [index, rule] of rules.entries()) {
    const dir = join(folder, String(index).padStart(3, '0'));
    await mkdir(dir, { recursive: true });
    const parts = {
      refs: rule.refs ?? '*',
      says: `${rule.says.join('\n')}\n`,
      reason: rule.reason ?? '',
      touches: rule.touches,
      message: rule.message,
      deletes: rule.deletes === true ? 'yes' : undefined,
    };
    for (const [name, text] of Object.entries(parts)) if (text !== undefined) await writeFile(join(dir, name), text);
  }
}

/** The programs that git runs on pushes: they guard workflow files, and refuse what rules forbid. */
export async function writeGitHooks(dir: string): Promise<void> {
  const hooks = join(dir, 'hooks');
  await mkdir(hooks, { recursive: true });
  await writeFile(join(hooks, 'pre-receive'), preReceive);
  await chmod(join(hooks, 'pre-receive'), 0o755);
}

/** GitHub refuses pushes of Apps that change workflow files without the permission for it, and whatever rules forbid. */
const preReceive = `#!/bin/sh
[ "$LOCAL_GITHUB_WORKFLOWS" = refused ] || [ -d "$LOCAL_GITHUB_RULES" ] || exit 0
zero=0000000000000000000000000000000000000000

fits() {
  offender=$new
  pattern=$(cat "$1/refs")
  case "$ref" in $pattern) ;; *) return 1 ;; esac
  if [ -f "$1/deletes" ]; then [ "$new" = "$zero" ]; return; fi
  [ "$new" = "$zero" ] && return 1
  [ -f "$1/touches" ] || [ -f "$1/message" ] || return 0
  for commit in $(git rev-list --reverse "$new" --not --all); do
    offender=$commit
    if [ -f "$1/touches" ]; then
      [ -n "$(git diff-tree --root --no-commit-id --name-only -r "$commit" -- "$(cat "$1/touches")")" ] && return 0
    fi
    if [ -f "$1/message" ]; then
      git log -1 --format=%B "$commit" | head -n 1 | grep -Eq "$(cat "$1/message")" || return 0
    fi
  done
  return 1
}

while read -r old new ref; do
  for rule in "$LOCAL_GITHUB_RULES"/*; do
    [ -f "$rule/says" ] || continue
    fits "$rule" || continue
    while IFS= read -r line; do
      case "$line" in *"{ref}"*) line="\${line%%"{ref}"*}$ref\${line#*"{ref}"}" ;; esac
      case "$line" in *"{sha}"*) line="\${line%%"{sha}"*}$offender\${line#*"{sha}"}" ;; esac
      printf '%s\\n' "$line" >&2
    done < "$rule/says"
    cp "$rule/reason" "$LOCAL_GITHUB_RULES/declined"
    exit 1
  done
  [ "$LOCAL_GITHUB_WORKFLOWS" = refused ] || continue
  [ "$new" = "$zero" ] && continue
  path=$(git log --full-history --no-renames --format= --name-only "$new" --not --all -- .github/workflows)
  if [ -n "$path" ]; then
    path=\${path%%"
"*}
    echo "refusing to allow a GitHub App to create or update workflow \\\`$path\\\` without \\\`workflows\\\` permission" >&2
    exit 1
  fi
done
`;
