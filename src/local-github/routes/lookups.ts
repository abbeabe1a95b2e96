// What the parameters of a path name, found in the request's repository. 404 where there is none.
import { labelNamed } from '../changes/labels.ts';
import { resolveRef } from '../git/index.ts';
import { numberParam } from '../world/input.ts';
import type { CheckRun, CheckSuite, Comment, Issue, Label } from '../model/index.ts';
import { notFound, unprocessable } from '../world/replies.ts';
import { isPull } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { findComment, findIssue } from '../world/world.ts';
import type { RepositoryRequest } from './route.ts';

type Named = Pick<RepositoryRequest, 'repository' | 'params'>;

/** `{issue_number}`. */
export function issueOf({ repository, params }: Named): Issue {
  return findIssue(repository, numberParam(params, 'issue_number'));
}

/** `{pull_number}`. */
export function pullOf({ repository, params }: Named): PullIssue {
  const issue = findIssue(repository, numberParam(params, 'pull_number'));
  if (!isPull(issue)) throw notFound();
  return issue;
}

/** `{comment_id}`. */
export function commentOf({ repository, params }: Named): Comment {
  return findComment(repository, numberParam(params, 'comment_id'));
}

/** The label `{name}`. */
export function labelOf({ repository, params }: Named): Label {
  return there(labelNamed(repository, params['name'] ?? ''));
}

/** `{check_run_id}`. */
export function runOf({ repository, params }: Named): CheckRun {
  return there(repository.checks.get(numberParam(params, 'check_run_id')));
}

/** `{check_suite_id}`. */
export function suiteOf({ repository, params }: Named): CheckSuite {
  const id = numberParam(params, 'check_suite_id');
  return there(repository.suites.find((suite) => suite.id === id));
}

/** The commit that a parameter names; 422 where there is none. */
export async function commitOf({ repository, params }: Named, key: 'ref' | 'sha' = 'ref'): Promise<string> {
  const sha = await resolveRef(repository.dir, params[key] ?? '');
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params[key]}`);
  return sha;
}

function there<Thing>(found: Thing | undefined): Thing {
  if (found === undefined) throw notFound();
  return found;
}
