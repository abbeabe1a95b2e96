// Runs `git http-backend` for one request. Never answers for git itself.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { startHttpBackend } from '../git/index.ts';

/** A request and where its answer goes. */
export interface Wire {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Runs the CGI program to its end; `take` gets the body of its answer. */
export function runCgi(
  cgi: Readonly<Record<string, string>>,
  { request, response }: Wire,
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
    const [, name = '', value = ''] = /^([^:]+):(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else if (name !== '') response.setHeader(name, value.trim());
  }
  response.statusCode = status;
}
