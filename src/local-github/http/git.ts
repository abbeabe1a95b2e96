// Clone, fetch and push over HTTP through the real `git upload-pack` and `git receive-pack`. Never answers for git itself.
import type { FastifyInstance } from 'fastify';
import { movingRefs } from '../changes/refs.ts';
import { withReason } from '../pushes/push-answer.ts';
import { rulesFolder } from '../pushes/push-rules.ts';
import { advertise, runService, serviceNamed } from './git-service.ts';
import type { Service, Wire } from './git-service.ts';
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
  const isFirst = path === 'info/refs';
  const service = serviceNamed(isFirst ? url.searchParams.get('service') : path);
  const writes = service === 'git-receive-pack';
  const admitted = admit(world, { owner, name, writes, authorization: request.headers.authorization });
  if ('status' in admitted) return refuse(wire, admitted);
  if (service === undefined) return refuse(wire, { status: 403, message: 'Please upgrade your git client.' });
  const { repository, actor } = admitted;
  const call = { dir: repository.dir, service, env: forHooks(admitted, service) };
  if (isFirst) {
    await advertise(call, wire);
  } else if (!writes || actor === undefined) {
    await runService(call, wire, (chunk) => void response.write(chunk));
  } else {
    // webhooks and heads first, then the answer: whoever pushed sees what followed from it
    const kept: Buffer[] = [];
    await movingRefs({ world, repository, actor }, () => runService(call, wire, (chunk) => void kept.push(chunk)));
    response.write(await withReason(repository.dir, Buffer.concat(kept)));
  }
  response.end();
}

/** What the hooks of a push are to know. */
function forHooks({ repository, workflows }: Admission, service: Service): Record<string, string> {
  if (service !== 'git-receive-pack') return {};
  return {
    LOCAL_GITHUB_RULES: rulesFolder(repository.dir),
    LOCAL_GITHUB_WORKFLOWS: workflows ? 'allowed' : 'refused',
  };
}
