// Helpers for stories on the local GitHub: a world in a temporary folder, a client that speaks to it, a place where webhooks arrive.
import { execFile } from 'node:child_process';
import { createHmac, createSign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld, DemoWorldOptions, LocalGitHub, RegisteredApp } from '../../src/local-github/index.ts';

const run = promisify(execFile);

/** The demo's world in a temporary folder. `close` also removes the folder. */
export async function createWorld(
  options: Partial<DemoWorldOptions> = {},
): Promise<DemoWorld & { close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'local-github-'));
  const world = await createDemoWorld({ dir, ...options });
  return { ...world, close: () => closeWith(world.github, dir) };
}

/** What our requests did that GitHub does not know or allow. Stories end with this being empty. */
export function complaints(github: LocalGitHub): readonly string[] {
  return [
    ...github.unknownRoutes.map((route) => `unknown route: ${route}`),
    ...github.violations.map(({ route, problems }) => `${route}: ${problems.join('; ')}`),
  ];
}

/** The JWT of an App, as octokit makes it. */
export function jwtOf(
  app: RegisteredApp,
  claims: { readonly iat?: number; readonly exp?: number; readonly alg?: string } = {},
): string {
  const now = Math.floor(Date.now() / 1000);
  const header = encode({ alg: claims.alg ?? 'RS256', typ: 'JWT' });
  const body = encode({ iat: claims.iat ?? now - 30, exp: claims.exp ?? now + 570, iss: String(app.appId) });
  const signer = createSign('RSA-SHA256').update(`${header}.${body}`);
  return `${header}.${body}.${signer.sign(app.privateKey, 'base64url')}`;
}

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A client with one token or JWT; undefined is nobody. */
export function apiClient(github: LocalGitHub, token: string | undefined) {
  return async function request(
    route: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> {
    const [method = 'GET', path = '/'] = route.split(' ');
    const url = path.startsWith('http') ? path : `${path === '/graphql' ? `${github.url}/api` : github.apiUrl}${path}`;
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        accept: 'application/vnd.github+json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}

/** An installation token, narrowed where asked. */
export async function installationToken(
  world: Pick<DemoWorld, 'github' | 'app' | 'installationId'>,
  narrow?: unknown,
): Promise<string> {
  const asApp = apiClient(world.github, jwtOf(world.app));
  const { status, body } = await asApp(`POST /app/installations/${world.installationId}/access_tokens`, narrow);
  if (status !== 201) throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
  return String(dig(body, 'token'));
}

/** A value deep inside JSON: `dig(body, 'labels.0.name')`. undefined when it is not there. */
export function dig(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name === key)?.[1];
  }
  return at;
}

/** One webhook that arrived. */
export interface Arrived {
  readonly event: string;
  readonly action: string | undefined;
  readonly id: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The sha256 signature is the one of the secret. */
  readonly signed: boolean;
  readonly payload: unknown;
}

/** A server that takes webhooks and checks their signature. `answer` is the status it gives. */
export async function startReceiver(secret: string, answer: () => number = () => 202) {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const payload: unknown = JSON.parse(bytes.toString('utf8'));
      const action = dig(payload, 'action');
      const wanted = `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
      arrived.push({
        event: String(request.headers['x-github-event']),
        action: typeof action === 'string' ? action : undefined,
        id: String(request.headers['x-github-delivery']),
        headers: request.headers,
        signed: request.headers['x-hub-signature-256'] === wanted,
        payload,
      });
      response.writeHead(answer()).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a TCP server that listens has an address with a port
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/github/webhooks`,
    arrived,
    /** `issues.labeled` and so on, in the order of arrival. */
    names: (): string[] => arrived.map(({ event, action }) => (action === undefined ? event : `${event}.${action}`)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Runs the git of this machine as a person would, without anybody's configuration. Rejects with git's words. */
export async function runGit(cwd: string, args: readonly string[], token?: string): Promise<string> {
  const basic = Buffer.from(`x-access-token:${token ?? ''}`).toString('base64');
  const auth = token === undefined ? [] : ['-c', `http.extraHeader=Authorization: Basic ${basic}`];
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  const { stdout } = await run('git', [...identity, ...auth, ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: cwd,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
    },
  });
  return stdout.trim();
}

async function closeWith(github: { close(): Promise<void> }, dir: string): Promise<void> {
  await github.close();
  await rm(dir, { recursive: true, force: true });
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
