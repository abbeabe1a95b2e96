// Several check runs in one request: a run that ends shows all its steps on the last head at once. GraphQL, because REST takes one at a time.
import { isObject, TroupeError } from '../../support/index.ts';
import { askGraphql } from '../client/graphql.ts';
import type { GraphqlAnswer } from '../client/graphql.ts';
import { limits } from '../client/limits.ts';
import type { CheckRunWrite, RepositoryApi } from '../client/types.ts';
import { checkBody } from './checks.ts';
import { named } from './scope.ts';
import type { Scope } from './scope.ts';

/** Nobody applied a write that was answered like this, so the same may be asked of REST. */
const refusals: ReadonlySet<string> = new Set([
  'github/not-found',
  'github/permission',
  'github/setting',
  'github/refused',
  'github/invalid',
]);

/** The call that creates many. */
export function checkBatchCalls(scope: Scope): Required<Pick<RepositoryApi, 'createCheckRuns'>> {
  const { client, memory } = scope;
  return {
    async createCheckRuns(checks, write) {
      const { nodeId } = memory;
      const isPossible = checks.every(({ annotations = [] }) => annotations.length <= limits.annotationsPerRequest);
      if (nodeId === undefined || memory.onlyRest === true || !isPossible) return undefined;
      const what = `create ${checks.length} checks in ${named(scope)}`;
      const answer = await client
        .once(what, { write }, (request) => askGraphql(request, mutation(checks.length), variables(checks, nodeId)))
        .catch((error: unknown) => {
          if (error instanceof TroupeError && refusals.has(error.code)) return undefined;
          throw error;
        });
      if (answer === undefined || isUnknownHere(answer)) {
        memory.onlyRest = true;
        return undefined;
      }
      return checks.map((_, index) => idIn(answer, alias(index), what));
    },
  };
}

function mutation(count: number): string {
  const all = Array.from({ length: count }, (_, index) => alias(index));
  const inputs = all.map((name) => `$${name}: CreateCheckRunInput!`).join(', ');
  const fields = all.map((name) => `  ${name}: createCheckRun(input: $${name}) { checkRun { databaseId } }`);
  return `mutation(${inputs}) {\n${fields.join('\n')}\n}`;
}

function variables(checks: readonly CheckRunWrite[], repositoryId: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(checks.map((check, index) => [alias(index), inputOf(check, repositoryId)]));
}

/** The words of REST in those of GraphQL. */
function inputOf(check: CheckRunWrite, repositoryId: string): Readonly<Record<string, unknown>> {
  const body = checkBody(check, check.annotations ?? []);
  const { name, status, started_at, completed_at, details_url, output, actions } = body;
  const { annotations, ...texts } = output;
  return {
    repositoryId,
    headSha: check.headSha,
    externalId: check.externalId,
    name,
    status: status.toUpperCase(),
    ...('conclusion' in body ? { conclusion: body.conclusion.toUpperCase() } : {}),
    startedAt: started_at,
    completedAt: completed_at,
    detailsUrl: details_url,
    output: {
      ...texts,
      annotations: annotations?.map(({ path, start_line, end_line, annotation_level, message, title }) => ({
        path,
        location: { startLine: start_line, endLine: end_line },
        annotationLevel: annotation_level.toUpperCase(),
        message,
        title,
      })),
    },
    actions,
  };
}

/** The request was understood nowhere: nothing of it was done. */
function isUnknownHere({ data, errors }: GraphqlAnswer): boolean {
  return data === undefined && errors.some((error) => 'extensions' in error || 'type' in error);
}

/** The id of one of them; undefined: refused, and REST may be asked why. Throws `github/unclear` where nobody knows. */
function idIn({ data, errors }: GraphqlAnswer, name: string, what: string): number | undefined {
  const answer = data?.[name];
  const check = isObject(answer) ? answer['checkRun'] : undefined;
  const id = isObject(check) ? check['databaseId'] : undefined;
  if (typeof id === 'number') return id;
  const isRefused = errors.some(({ path, type }) => Array.isArray(path) && path[0] === name && type !== undefined);
  if (isRefused) return undefined;
  throw new TroupeError('github/unclear', `Cannot ${what}: GitHub did not say what became of it`, {
    class: 'transient',
  });
}

function alias(index: number): string {
  return `check${index}`;
}
