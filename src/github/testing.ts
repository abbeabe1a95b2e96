// GitHub that answers as a test says, with nock in its place. For the tests of this folder.
import { generateKeyPairSync } from 'node:crypto';
import nock from 'nock';

// it takes every connection of the process over, and files that know nothing of it share one: only while somebody uses it
nock.restore();

/** One request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What is answered. `tear`: the connection is torn without an answer. */
export interface CannedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly tear?: boolean;
}

/** GitHub in whose place nock answers as a test says; tokens are given out unless the test does it. `close` when done. */
export function cannedGitHub(
  answer: (request: SeenRequest, index: number) => CannedAnswer | undefined,
  url = 'https://github.acme.test/api/v3',
) {
  const seen: SeenRequest[] = [];
  let tokens = 0;

  function given(request: SeenRequest): CannedAnswer {
    const isToken = request.path.endsWith('/access_tokens');
    if (isToken) tokens += 1;
    else seen.push(request);
    return answer(request, seen.length) ?? (isToken ? token(tokens) : { status: 404, body: { message: 'Not Found' } });
  }

  const { origin, pathname } = new URL(url);
  const base = pathname === '/' ? '' : pathname;
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
  const scope = nock(origin).persist();
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    scope.intercept(/.*/, method).reply(async (request: Request) => {
      const text = await request.text();
      const {
        status = 200,
        headers = {},
        body,
        tear,
      } = given({
        method,
        path: request.url.slice(origin.length + base.length),
        headers: Object.fromEntries(request.headers),
        body: text === '' ? undefined : JSON.parse(text),
      });
      if (tear === true) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      const sent = body === undefined ? '' : JSON.stringify(body);
      return [status, sent, { 'content-type': 'application/json', ...headers }];
    });
  return {
    url,
    seen,
    tokens: () => tokens,
    close() {
      nock.cleanAll();
      nock.enableNetConnect();
      nock.restore();
    },
  };
}

/** A private key as GitHub gives them out. */
export function newPrivateKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
}

function token(number: number): CannedAnswer {
  return {
    status: 201,
    body: {
      token: `ghs_1_${'x'.repeat(30)}${number}`,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions: {},
      repository_selection: 'all',
    },
  };
}
