// GraphQL for the few things REST cannot do. Errors in a 200 answer are errors here.
import { isObject, TroupeError } from '../../support/index.ts';
import type { Request } from './client.ts';

/** What GraphQL answered: both parts may be there at once. */
export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly errors: readonly Readonly<Record<string, unknown>>[];
}

/** Sends one GraphQL request and answers with what came, errors and all. */
export async function askGraphql(
  request: Request,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<GraphqlAnswer> {
  const { baseUrl } = request.endpoint.DEFAULTS;
  const answer = await request('POST /graphql', {
    // GitHub Enterprise Server has REST under /api/v3 and GraphQL under /api.
    baseUrl: baseUrl.replace(/\/api\/v3$/, '/api'),
    query,
    variables,
  });
  const body: unknown = answer.data;
  if (!isObject(body)) return { data: undefined, errors: [] };
  const { data, errors } = body;
  return {
    data: isObject(data) ? data : undefined,
    errors: Array.isArray(errors) ? errors.filter((error) => isObject(error)) : [],
  };
}

/** Sends one GraphQL request; an answer with errors throws `github/graphql`. */
export async function graphql(
  request: Request,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { data, errors } = await askGraphql(request, query, variables);
  if (errors.length === 0) return data;
  const text = errors.map((error) => String(error['message'])).join('; ');
  throw new TroupeError('github/graphql', `GitHub refused: ${text}`);
}
