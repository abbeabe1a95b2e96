// The few GraphQL mutations that REST lacks, and whose a token is. Never a general GraphQL server: anything else is an error.
import { setDraft } from '../changes/pulls.ts';
import { addReviewComment } from '../changes/reviews.ts';
import { actorOf, holds, sees } from '../traffic/caller.ts';
import { isObject, defined } from '../../support/index.ts';
import { optionalText, text } from '../world/input.ts';
import type { Repository } from '../model/index.ts';
import { HttpError, ok, unauthorized, unprocessable } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { createRunFor } from './checks.ts';
import { protectionsOf } from './protections.ts';
import { onRoot, requestIn } from './route.ts';
import type { ApiRequest, Route } from './route.ts';
import { isPull } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { covers, mayAtLeast, nodeId, parseNodeId } from '../world/world.ts';

type Input = Readonly<Record<string, unknown>>;

/** `POST /graphql`. */
export const graphqlRoutes: readonly Route[] = [onRoot('POST /graphql', graphql)];

const mutations: Readonly<Record<string, (request: ApiRequest, input: Input) => unknown>> = {
  markPullRequestReadyForReview: (request, input) => changeDraft(request, input, false),
  convertPullRequestToDraft: (request, input) => changeDraft(request, input, true),
  minimizeComment,
  addPullRequestReviewThreadReply: replyToThread,
  createCheckRun: createCheck,
};

async function graphql(request: ApiRequest): Promise<Reply> {
  if (request.caller.kind === 'anonymous' || request.caller.kind === 'app') throw unauthorized();
  const query = optionalText(request.body, 'query') ?? '';
  if (/^\s*(query\s*)?\{\s*viewer\s*\{/.test(query)) return ok({ data: { viewer: viewerOf(request) } });
  const protections = protectionsOf(request, query);
  if (protections !== undefined) return ok({ data: protections });
  const variables = isObject(request.body['variables']) ? request.body['variables'] : {};
  const fields = fieldsOf(query);
  const unknown = fields.find(({ name }) => mutations[name] === undefined);
  if (fields.length === 0 || unknown !== undefined)
    return ok({
      errors: [graphqlError('undefinedField', `Field '${unknown?.name ?? ''}' doesn't exist on type 'Mutation'`)],
    });
  const data: Record<string, unknown> = {};
  const errors: unknown[] = [];
  // mutations are done one after another, and each answers for itself
  for (const { key, name, argument } of fields) {
    try {
      data[key] = await mutations[name]?.(request, inputOf(argument, variables));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const { status, body } = error.reply;
      const type = status === 404 ? 'NOT_FOUND' : status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE';
      const message = isObject(body) ? String(body['message']) : error.message;
      data[key] = null;
      errors.push({ ...graphqlError(type, message), path: [key] });
    }
  }
  return ok({ data, ...(errors.length === 0 ? {} : { errors }) });
}

/** The fields of a mutation: under which name each answers, what it is, and its input. */
function fieldsOf(query: string) {
  const start = query.indexOf('{', query.indexOf('mutation'));
  const body = query.includes('mutation') && start !== -1 ? query.slice(start + 1, query.lastIndexOf('}')) : '';
  return [...body.matchAll(/\b(?:(\w+)\s*:\s*)?(\w+)\s*\(\s*input\s*:\s*(\$\w+|\{[^{}]*\})\s*\)/g)].map(
    ([, alias, name = '', argument = '']) => ({ key: alias ?? name, name, argument }),
  );
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

/** The same as the route of REST, in GraphQL's words. */
async function createCheck(request: ApiRequest, input: Input) {
  const named = parseNodeId(text(input, 'repositoryId'));
  const repository = [...request.world.repositories.values()].find(
    (one) => named?.kind === 'R' && one.id === named.id && sees(request.caller, one),
  );
  if (repository === undefined) throw unresolved(text(input, 'repositoryId'));
  requireWrite(request, repository, 'checks');
  const check = await createRunFor(requestIn({ ...request, body: restOf(input) }, repository));
  return { checkRun: { id: nodeId('CR', check.id), databaseId: check.id } };
}

function restOf(input: Input): Input {
  const output = isObject(input['output']) ? input['output'] : undefined;
  const annotations = Array.isArray(output?.['annotations']) ? output['annotations'] : [];
  return {
    name: input['name'],
    head_sha: input['headSha'],
    external_id: input['externalId'],
    details_url: input['detailsUrl'],
    status: optionalText(input, 'status')?.toLowerCase(),
    conclusion: optionalText(input, 'conclusion')?.toLowerCase(),
    started_at: input['startedAt'],
    completed_at: input['completedAt'],
    ...defined({ actions: input['actions'] }),
    ...(output === undefined ? {} : { output: { ...output, annotations: annotations.map(annotationOf) } }),
  };
}

function annotationOf(annotation: unknown): Input {
  if (!isObject(annotation) || !isObject(annotation['location'])) throw unprocessable('An annotation needs a location');
  const { location, annotationLevel, ...rest } = annotation;
  return {
    ...rest,
    start_line: location['startLine'],
    end_line: location['endLine'],
    annotation_level: String(annotationLevel).toLowerCase(),
  };
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
    /\b(\w+)\s*:\s*(?:\$(\w+)|"((?:[^"\\]|\\.)*)"|(\w+))/g,
  ))
    input[key] = variable === undefined ? (quoted ?? word) : variables[variable];
  return input;
}
