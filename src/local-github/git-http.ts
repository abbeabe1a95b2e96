// Clone, fetch and push over HTTP through the real `git http-backend`. Never answers for git itself.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { createGunzip } from 'node:zlib';
import { callerOf, holds, sees } from './caller.ts';
import type { Caller } from './caller.ts';
import { startHttpBackend } from './git-process.ts';
import type { Actor, Repository } from './model.ts';
import { HttpError } from './replies.ts';
import { covers, fullName, mayAtLeast, repositoryNamed } from './world.ts';
import type { World } from './world.ts';
import { movingRefs } from './changes/refs.ts';
import { withReason } from './push-answer.ts';
import { rulesFolder } from './push-rules.ts';

/** Answers requests of git clients. False when the request is not one. */
export async function serveGit(
  world: World,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [, owner = '', name = '', rest = ''] =
    /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname) ?? [];
  if (rest === '') return false;
  const writes = rest === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const admitted = admit(world, { owner, name, writes, authorization: request.headers.authorization });
  if ('status' in admitted) {
    refuse(response, admitted);
    return true;
  }
  const { repository, actor, workflows } = admitted;
  const cgi = cgiEnvironment(repository, { url, rest, request, user: actor?.user.login ?? '', workflows });
  if (rest !== 'git-receive-pack' || actor === undefined) {
    await runCgi(cgi, request, response, (chunk) => void response.write(chunk));
  } else {
    // webhooks and heads first, then the answer: whoever pushed sees what followed from it
    const kept: Buffer[] = [];
    await movingRefs(world, repository, actor, () => runCgi(cgi, request, response, (chunk) => void kept.push(chunk)));
    response.write(await withReason(repository.dir, Buffer.concat(kept)));
  }
  response.end();
  return true;
}

interface Refusal {
  readonly status: number;
  readonly message: string;
}
interface Admission {
  readonly repository: Repository;
  readonly actor: Actor | undefined;
  /** Whether files under .github/workflows may be pushed. */
  readonly workflows: boolean;
}

function admit(
  world: World,
  wish: {
    readonly owner: string;
    readonly name: string;
    readonly writes: boolean;
    readonly authorization: string | undefined;
  },
): Refusal | Admission {
  let caller: Caller;
  try {
    caller = callerOf(world, wish.authorization);
  } catch (error) {
    if (error instanceof HttpError) return { status: 401, message: 'Invalid username or token.' };
    throw error;
  }
  const moved = world.formerNames.get(`${wish.owner}/${wish.name}`.toLowerCase());
  const repository = repositoryNamed(world, wish.owner, wish.name) ?? world.repositories.get(moved ?? 0);
  const visible = repository !== undefined && sees(caller, repository);
  if (caller.kind === 'app') return { status: 401, message: 'Invalid username or token.' };
  if (caller.kind === 'anonymous')
    return visible && !wish.writes
      ? { repository, actor: undefined, workflows: false }
      : { status: 401, message: 'Authentication required.' };
  if (!visible) return { status: 404, message: 'Repository not found.' };
  if (!mayGit(caller, repository, wish.writes))
    return { status: 403, message: `Permission to ${fullName(repository)}.git denied to ${nameOf(caller)}.` };
  if (wish.writes && repository.archived)
    return { status: 403, message: 'This repository was archived so it is read-only.' };
  if (caller.kind === 'user') return { repository, actor: { user: caller.user }, workflows: true };
  const { app } = caller.installation;
  return {
    repository,
    actor: { user: app.bot, app },
    workflows: holds(caller.token.permissions ?? {}, 'workflows', 'write'),
  };
}

function mayGit(
  caller: Exclude<Caller, { kind: 'app' | 'anonymous' }>,
  repository: Repository,
  writes: boolean,
): boolean {
  if (caller.kind === 'user') return mayAtLeast(repository, caller.user, writes ? 'write' : 'read');
  if (!writes && !repository.private) return true;
  return (
    covers(caller.installation, repository) &&
    holds(caller.token.permissions ?? {}, 'contents', writes ? 'write' : 'read')
  );
}

function nameOf(caller: Caller): string {
  if (caller.kind === 'user') return caller.user.login;
  return caller.kind === 'installation' ? caller.installation.app.bot.login : 'nobody';
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(refusal.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
  });
  response.end(`remote: ${refusal.message}\n`);
}

function cgiEnvironment(
  repository: Repository,
  at: {
    readonly url: URL;
    readonly rest: string;
    readonly request: IncomingMessage;
    readonly user: string;
    readonly workflows: boolean;
  },
): Record<string, string> {
  const { headers } = at.request;
  return {
    GIT_PROJECT_ROOT: dirname(repository.dir),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repository.dir)}/${at.rest}`,
    QUERY_STRING: at.url.search.slice(1),
    REQUEST_METHOD: at.request.method ?? 'GET',
    CONTENT_TYPE: headers['content-type'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: at.user,
    LOCAL_GITHUB_RULES: rulesFolder(repository.dir),
    LOCAL_GITHUB_WORKFLOWS: at.workflows ? 'allowed' : 'refused',
    ...(typeof headers['git-protocol'] === 'string' ? { GIT_PROTOCOL: headers['git-protocol'] } : {}),
  };
}

/** Runs the CGI program to its end; `take` gets the body of its answer. */
function runCgi(
  cgi: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
  take: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = startHttpBackend(cgi);
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    body.pipe(child.stdin);
    body.on('error', () => child.stdin.destroy());
    child.stdin.on('error', () => undefined); // git may answer before it read everything
    child.stderr.resume();
    let head = Buffer.alloc(0);
    let started = false;
    child.stdout.on('data', (chunk: Buffer) => {
      if (started) return take(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      started = true;
      writeHead(response, head.subarray(0, end).toString('latin1'));
      if (head.length > end + 4) take(head.subarray(end + 4));
    });
    child.once('error', reject);
    child.once('close', () => {
      if (!started) response.statusCode = 500;
      resolve();
    });
  });
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else if (name !== '') response.setHeader(name, value);
  }
  response.statusCode = status;
}
