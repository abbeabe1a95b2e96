// GraphQL for the few things REST cannot do. Errors in a 200 answer are errors here.
import { isObject, TroupeError } from '../support/index.ts';
import type { Request } from './client.ts';

/** Sends one GraphQL request; an answer with errors throws `github/graphql`. */
export async function graphql(
  request: Request,
  query: string,
  variables: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { baseUrl } = request.endpoint.DEFAULTS;
  const answer = await request('POST /graphql', {
    // GitHub Enterprise Server has REST under /api/v3 and GraphQL under /api.
    baseUrl: baseUrl.replace(/\/api\/v3$/, '/api'),
    query,
    variables,
  });
  const data: unknown = answer.data;
  const errors = isObject(data) && Array.isArray(data['errors']) ? data['errors'] : [];
  if (errors.length === 0) return isObject(data) ? data['data'] : undefined;
  const text = errors.map((error) => (isObject(error) ? String(error['message']) : 'unknown error')).join('; ');
  throw new TroupeError('github/graphql', `GitHub refused: ${text}`);
}
