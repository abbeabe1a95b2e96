// Stories over real HTTP: clone, fetch and push through git http-backend that asks for a token, and where the token never stands.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { createRedactor, TroupeError } from '../support/index.ts';
import { checkBranchName, createGitStore } from './index.ts';
import type { GitStore, RemoteRepository } from './index.ts';

const token = 'ghs_42_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI0MiJ9.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw';
const branch = checkBranchName('troupe/7-fix');

let world: GitWorld;
let server: Server;
let store: GitStore;
let remote: RemoteRepository;
let valid: string;
/** Set: answer with this status before anything else. */
let broken: number | undefined;
let commandLines: string[];

beforeEach(async () => {
  world = makeGitWorld({ 'README.md': '# Widgets\n' });
  world.git('config', 'http.receivepack', 'true');
  valid = token;
  broken = undefined;
  commandLines = [];
  server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a listening TCP server has an address of this kind
  const { port } = server.address() as AddressInfo;
  store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  remote = { key: '42', cloneUrl: `http://127.0.0.1:${port}/widgets.git`, token: async () => valid };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  world.remove();
});

test('clone, fetch and push work with the token, and the token stands in no file, argument or URL', async () => {
  const repository = await store.open(remote);
  const sha = await repository.emptyCommit(world.first, {
    message: 'Start',
    author: { name: 'troupe[bot]', email: 'bot@example.test' },
    trailers: [],
  });
  await repository.push({ commit: sha, branch, expected: null });
  await repository.fetch();
  expect(world.head(branch)).toBe(sha);
  expect(await repository.lookUpBranch(branch)).toBe(sha);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  for (const file of readdirSync(join(world.dir, 'data'), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name)).toString('latin1');
    expect([file.name, text.includes(token), text.includes(basic)]).toEqual([file.name, false, false]);
  }
  if (existsSync('/proc/self/cmdline')) expect(commandLines.length).toBeGreaterThan(0);
  for (const line of commandLines) {
    expect(line).not.toContain(token);
    expect(line).not.toContain(basic);
  }
});

test('a token that is not accepted is `git/auth`, without the token in the message', async () => {
  const repository = await store.open(remote);
  valid = 'another-token-of-the-server';
  const stale = { ...remote, token: async () => token };
  const error = await (await store.open(stale)).fetch().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'git/auth', class: 'auth' });
  expect(String(error)).not.toContain(token);
  await expect(repository.fetch()).resolves.toBeUndefined();
});

test('a server that breaks is transient, a repository that is not there is not', async () => {
  broken = 502;
  await expect(store.open(remote)).rejects.toMatchObject({ code: 'git/network', class: 'transient' });
  broken = undefined;
  const repository = await store.open(remote);
  expect(await repository.remoteBranch(checkBranchName('main'))).toBe(world.first);
  const missing = { ...remote, key: '43', cloneUrl: remote.cloneUrl.replace('widgets', 'nothing') };
  await expect(store.open(missing)).rejects.toMatchObject({ code: 'git/not-found' });
});

test('a push that GitHub’s rules refuse says so', async () => {
  const repository = await store.open(remote);
  world.git('config', 'receive.denyDeletes', 'true');
  const sha = await repository.emptyCommit(world.first, {
    message: 'x',
    author: { name: 'a', email: 'b' },
    trailers: [],
  });
  await repository.push({ commit: sha, branch, expected: null });
  const error = await repository.deleteRemoteBranch(branch, sha).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TroupeError);
  expect(error).toMatchObject({ code: 'git/refused' });
});

test('a fork’s commit that no branch holds is fetched by its id', async () => {
  const fork = world.commit('topic', { 'b.txt': 'b' });
  world.git('update-ref', 'refs/pull/1/head', fork);
  world.git('update-ref', '-d', 'refs/heads/topic');
  const repository = await store.open(remote);
  await repository.ensureCommit(fork);
  expect(await repository.readFile(fork, 'b.txt')).toBe('b');
});

function serve(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (broken !== undefined) return end(response, broken);
  const given = (request.headers.authorization ?? '').replace('Basic ', '');
  if (Buffer.from(given, 'base64').toString() !== `x-access-token:${valid}`) {
    response.setHeader('www-authenticate', 'Basic realm="git"');
    return end(response, 401);
  }
  for (const pid of processes().filter((name) => /^\d+$/.test(name))) {
    const line = commandLineOf(pid);
    if (line.includes('git')) commandLines.push(line);
  }
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      GIT_PROJECT_ROOT: world.dir,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'troupe',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const cut = answer.indexOf('\r\n\r\n');
    const headers = answer.subarray(0, cut).toString().split('\r\n');
    for (const header of headers) {
      const [name = '', value = ''] = header.split(/:\s*/, 2);
      if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(cut + 4));
  });
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Process ids where the system shows them as files; none elsewhere, where git's own arguments cannot be looked at. */
function processes(): readonly string[] {
  return existsSync('/proc/self/cmdline') ? readdirSync('/proc') : [];
}
