// The few GraphQL mutations that REST lacks, and whose a token is. Never a general GraphQL server: anything else is an error.
import { setDraft } from '../changes/pulls.ts';
import { addReviewComment } from '../changes/reviews.ts';
import { actorOf, holds, sees } from '../caller.ts';
import { isObject } from '../../support/index.ts';
import { optionalText, text } from '../input.ts';
import type { Repository } from '../model/index.ts';
import { HttpError, ok, unauthorized } from '../replies.ts';
import type { Reply } from '../replies.ts';
import { onRoot, requestIn } from './route.ts';
import type { ApiRequest, Route } from './route.ts';
import { isPull } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { covers, mayAtLeast, nodeId, parseNodeId } from '../world.ts';

type Input = Readonly<Record<string, unknown>>;

/** `POST /graphql`. */
export const graphqlRoutes: readonly Route[] = [onRoot('POST /graphql', graphql)];

const mutations: Readonly<Record<string, (request: ApiRequest, input: Input) => unknown>> = {
  markPullRequestReadyForReview: (request, input) => changeDraft(request, input, false),
  convertPullRequestToDraft: (request, input) => changeDraft(request, input, true),
  minimizeComment,
  addPullRequestReviewThreadReply: replyToThread,
};

async function graphql(request: ApiRequest): Promise<Reply> {
  if (request.caller.kind === 'anonymous' || request.caller.kind === 'app') throw unauthorized();
  const query = optionalText(request.body, 'query') ?? '';
  if (/^\s*(query\s*)?\{\s*viewer\s*\{/.test(query)) return ok({ data: { viewer: viewerOf(request) } });
  const variables = isObject(request.body['variables']) ? request.body['variables'] : {};
  const [, name = '', argument = ''] =
    /mutation[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)\s*\(\s*input\s*:\s*(\$\w+|\{[^}]*\})/.exec(query) ?? [];
  const mutation = mutations[name];
  if (mutation === undefined)
    return ok({ errors: [graphqlError('undefinedField', `Field '${name}' doesn't exist on type 'Mutation'`)] });
  try {
    return ok({ data: { [name]: await mutation(request, inputOf(argument, variables)) } });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const type = error.reply.status === 404 ? 'NOT_FOUND' : error.reply.status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE';
    const message = isObject(error.reply.body) ? String(error.reply.body['message']) : error.message;
    return ok({ data: { [name]: null }, errors: [{ ...graphqlError(type, message), path: [name] }] });
  }
}

function viewerOf({ caller }: ApiRequest) {
  const { login, id } = actorOf(caller).user;
  return { login, databaseId: id };
}

async function changeDraft(request: ApiRequest, input: Input, draft: boolean) {
  const { repository, issue } = pullNamed(request, text(input, 'pullRequestId'));
  await setDraft(requestIn(request, repository), issue, draft);
  return { pullRequest: { id: nodeId('PR', issue.pull.id), number: issue.number, isDraft: issue.pull.draft } };
}

function minimizeComment(request: ApiRequest, input: Input) {
  const id = text(input, 'subjectId');
  const named = parseNodeId(id);
  for (const repository of request.world.repositories.values()) {
    const comment = named?.kind === 'IC' ? repository.comments.get(named.id) : undefined;
    if (comment === undefined || !sees(request.caller, repository)) continue;
    requireWrite(request, repository, 'issues');
    comment.minimized = (optionalText(input, 'classifier') ?? 'OUTDATED').toLowerCase();
    return { minimizedComment: { id, isMinimized: true, minimizedReason: comment.minimized } };
  }
  throw unresolved(id);
}

async function replyToThread(request: ApiRequest, input: Input) {
  const id = text(input, 'pullRequestReviewThreadId');
  const named = parseNodeId(id);
  for (const repository of request.world.repositories.values())
    for (const issue of repository.issues.values()) {
      const parent = issue.pull?.reviewComments.find((comment) => comment.id === named?.id);
      if (parent === undefined || !isPull(issue) || !sees(request.caller, repository)) continue;
      requireWrite(request, repository, 'pull_requests');
      const { path, line, commitId, reviewId } = parent;
      const body = optionalText(input, 'body') ?? '';
      const wish = { body, path, line, commitId, reviewId, inReplyTo: parent.id };
      const comment = await addReviewComment(requestIn(request, repository), issue, wish);
      return { comment: { id: nodeId('PRRC', comment.id) } };
    }
  throw unresolved(id);
}

function pullNamed(request: ApiRequest, id: string): { readonly repository: Repository; readonly issue: PullIssue } {
  const named = parseNodeId(id);
  for (const repository of request.world.repositories.values())
    for (const issue of repository.issues.values())
      if (named?.kind === 'PR' && isPull(issue) && issue.pull.id === named.id && sees(request.caller, repository)) {
        requireWrite(request, repository, 'pull_requests');
        return { repository, issue };
      }
  throw unresolved(id);
}

function requireWrite({ caller }: ApiRequest, repository: Repository, name: string): void {
  const allowed =
    caller.kind === 'installation'
      ? covers(caller.installation, repository) && holds(caller.token.permissions ?? {}, name, 'write')
      : caller.kind === 'user' && mayAtLeast(repository, caller.user, 'write');
  if (!allowed) throw new HttpError(403, { message: 'Resource not accessible by integration' });
}

function unresolved(id: string): HttpError {
  return new HttpError(404, { message: `Could not resolve to a node with the global id of '${id}'.` });
}

function graphqlError(type: string, message: string) {
  return { type, message, locations: [{ line: 1, column: 1 }] };
}

/** `$input`, or an object whose values are variables or text. */
function inputOf(argument: string, variables: Input): Input {
  if (argument.startsWith('$')) {
    const value = variables[argument.slice(1)];
    return isObject(value) ? value : {};
  }
  const input: Record<string, unknown> = {};
  for (const [, key = '', variable, quoted, word] of argument.matchAll(
    /(\w+)\s*:\s*(?:\$(\w+)|"((?:[^"\\]|\\.)*)"|(\w+))/g,
  ))
    input[key] = variable === undefined ? (quoted ?? word) : variables[variable];
  return input;
}
