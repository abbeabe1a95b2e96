// Runs what `git http-backend` would run for one request: the same programs, without the two processes around each. Never answers for git itself.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { git, gitOnce, startGit } from '../git/index.ts';

/** A request and where its answer goes. */
export interface Wire {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What git clients speak to. */
export type Service = 'git-upload-pack' | 'git-receive-pack';

/** The program of a repository, and what its hooks are to know. */
export interface ServiceCall {
  readonly dir: string;
  readonly service: Service;
  readonly env: Readonly<Record<string, string>>;
}

/** The service a text names. */
export function serviceNamed(name: string | null): Service | undefined {
  return name === 'git-upload-pack' || name === 'git-receive-pack' ? name : undefined;
}

/** What a server says first: what it can, and to older clients and before a push which refs there are. */
export async function advertise({ dir, service, env }: ServiceCall, { request, response }: Wire): Promise<void> {
  const protocol = protocolOf(request);
  const isSecond = service === 'git-upload-pack' && protocol === 'version=2';
  // with version 2 it says nothing of what there is
  const ask = isSecond ? gitOnce : git;
  // `--advertise-refs` is what git has understood all along, `--http-backend-info-refs` its newer name
  const args = [programOf(service), '--stateless-rpc', '--advertise-refs', dir];
  const { stdout } = await ask(dir, args, { env: { ...env, ...protocolSetting(protocol) } });
  writeHead(response, `application/x-${service}-advertisement`);
  if (!isSecond) response.write(`${packetLine(`# service=${service}\n`)}0000`);
  response.write(stdout);
}

/** Runs the program to its end; `take` gets what it says. */
export function runService(
  { dir, service, env }: ServiceCall,
  { request, response }: Wire,
  take: (chunk: Buffer) => void,
): Promise<void> {
  writeHead(response, `application/x-${service}-result`);
  return new Promise((resolve, reject) => {
    const args = [programOf(service), '--stateless-rpc', dir];
    const child = startGit(args, { ...env, ...protocolSetting(protocolOf(request)) });
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    body.pipe(child.stdin);
    body.on('error', () => child.stdin.destroy());
    child.stdin.on('error', () => undefined); // git may answer before it read everything
    child.stderr.resume();
    child.stdout.on('data', take);
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

function programOf(service: Service): string {
  return service.slice('git-'.length);
}

function protocolOf(request: IncomingMessage): string | undefined {
  const protocol = request.headers['git-protocol'];
  return typeof protocol === 'string' ? protocol : undefined;
}

function protocolSetting(protocol: string | undefined): Record<string, string> {
  return protocol === undefined ? {} : { GIT_PROTOCOL: protocol };
}

function writeHead(response: ServerResponse, type: string): void {
  response.statusCode = 200;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-cache, max-age=0, must-revalidate');
}

function packetLine(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;
}
