// Clone, fetch and push over HTTP through the real `git http-backend`. Never answers for git itself.
import { basename, dirname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { movingRefs } from '../changes/refs.ts';
import { withReason } from '../pushes/push-answer.ts';
import { rulesFolder } from '../pushes/push-rules.ts';
import { runCgi } from './git-cgi.ts';
import type { Wire } from './git-cgi.ts';
import { admit } from './git-admission.ts';
import type { Admission } from './git-admission.ts';
import { addGitRoute, refuse } from './git-route.ts';
import type { GitRequest } from './git-route.ts';
import type { ServerParts } from './parts.ts';

/** What git itself asks for. */
const services = [
  { method: 'GET', path: 'info/refs' },
  { method: 'POST', path: 'git-upload-pack' },
  { method: 'POST', path: 'git-receive-pack' },
] as const;

/** Adds what git clients ask for. */
export function addGit(app: FastifyInstance, parts: ServerParts): void {
  for (const { method, path } of services)
    addGitRoute(app, parts, { method, path, serve: (asked, wire) => serveGit(parts, asked, wire) });
}

async function serveGit({ world }: ServerParts, asked: GitRequest, wire: Wire): Promise<void> {
  const { request, response } = wire;
  const { owner, name, path, url } = asked;
  const writes = path === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const admitted = admit(world, { owner, name, writes, authorization: request.headers.authorization });
  if ('status' in admitted) return refuse(wire, admitted);
  const { repository, actor } = admitted;
  const cgi = cgiEnvironment(admitted, asked, wire);
  if (path !== 'git-receive-pack' || actor === undefined) {
    await runCgi(cgi, wire, (chunk) => void response.write(chunk));
  } else {
    // webhooks and heads first, then the answer: whoever pushed sees what followed from it
    const kept: Buffer[] = [];
    await movingRefs({ world, repository, actor }, () => runCgi(cgi, wire, (chunk) => void kept.push(chunk)));
    response.write(await withReason(repository.dir, Buffer.concat(kept)));
  }
  response.end();
}

function cgiEnvironment(
  { repository, actor, workflows }: Admission,
  { path, url }: GitRequest,
  { request }: Wire,
): Record<string, string> {
  const { headers } = request;
  return {
    GIT_PROJECT_ROOT: dirname(repository.dir),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repository.dir)}/${path}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: headers['content-type'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: actor?.user.login ?? '',
    LOCAL_GITHUB_RULES: rulesFolder(repository.dir),
    LOCAL_GITHUB_WORKFLOWS: workflows ? 'allowed' : 'refused',
    ...(typeof headers['git-protocol'] === 'string' ? { GIT_PROTOCOL: headers['git-protocol'] } : {}),
  };
}
