// What a person can do about a push that a rule refused: told by the server's own words. Decides; knows git's and GitHub's sentences.
import { messages } from './messages.ts';

interface Refusal {
  readonly pattern: RegExp;
  readonly hint: string;
}

// First match wins: the narrow before the wide.
const refusals: readonly Refusal[] = [
  {
    pattern: /push protection|cannot contain secrets|secret[- ]scanning|unblock-secret/i,
    hint: messages.refusedFor.secret,
  },
  { pattern: /GH008|unknown git lfs object/i, hint: messages.refusedFor.lfs },
  {
    pattern: /GH001|large files? detected|file size limit|exceeds (?:(?!exceeds ).)*(?:size|limit)|file is too large/i,
    hint: messages.refusedFor.size,
  },
  {
    pattern: /verified signature|must be signed|signed commits|unsigned commit|signature required/i,
    hint: messages.refusedFor.signature,
  },
  { pattern: /without `?workflows`? permission|update workflow/i, hint: messages.refusedFor.workflows },
  { pattern: /commit message|commit-msg/i, hint: messages.refusedFor.message },
  { pattern: /(?:author|committer)(?:'s)? e-?mail|email address must/i, hint: messages.refusedFor.email },
  { pattern: /file path|path length|file extension|restricted files?/i, hint: messages.refusedFor.path },
  {
    pattern: /branch name|creations? being restricted|cannot create (?:ref|this)|name of the branch/i,
    hint: messages.refusedFor.branchName,
  },
  {
    pattern: /GH006|protected branch|through a pull request|required status check/i,
    hint: messages.refusedFor.protected,
  },
  { pattern: /deletion|cannot delete|non-fast-forward|force push/i, hint: messages.refusedFor.history },
  { pattern: /GH013|repository rule|rule violations/i, hint: messages.refusedFor.rule },
  { pattern: /hook declined/i, hint: messages.refusedFor.hook },
];

/** The hint for a refused push. */
export function refusalHint(said: string): string {
  return refusals.find(({ pattern }) => pattern.test(said))?.hint ?? messages.hint('git/refused');
}
