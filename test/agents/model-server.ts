// A model on this machine for real agent programs: aimock speaks the languages of the vendors, this plays the part and the faults. Reaches no network.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';
import { answerOf } from './moves.ts';
import type { Move } from './moves.ts';
import { withNamespaces, withoutNamespaces } from './namespaces.ts';

/** What the service does in place of an answer. */
export type Fault =
  | { readonly status: number; readonly body: object; readonly headers?: Readonly<Record<string, string>> }
  | 'hang';

/** How a model behaves in one test. */
export interface Part {
  /** What it does in a conversation whose prompt is this, in order; afterwards it says that it is done. */
  moves(prompt: string): readonly Move[];
  /** Instead of an answer. */
  readonly fault?: Fault;
  /** Finds the worktree in what the agent tells its model: places are relative to it. */
  readonly tree?: RegExp;
  /** Called before an answer. `asked`: how many were asked for, with this one. */
  onAsked?(asked: number): void;
}

/** A running model. */
export interface ModelServer {
  readonly url: string;
  /** What was asked, as it came: path and body; with the status of its answer once it was sent. */
  readonly requests: readonly { readonly path: string; readonly body: string; readonly status?: number }[];
  /** What was fetched from it that no model has: a planted program tells here that it ran. */
  readonly visited: readonly string[];
  /** Names of the tools that it was offered. */
  readonly offered: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Starts it on a free port of this machine. */
export async function startModel(part: Part): Promise<ModelServer> {
  const offered = new Set<string>();
  const mock = new LLMock({ port: 0, logLevel: 'silent' });
  mock.on({}, (request) => {
    for (const { function: tool } of request.tools ?? []) offered.add(tool.name);
    const tree = part.tree?.exec(JSON.stringify(request.messages))?.[0];
    return answerOf(request, { movesOf: (prompt) => part.moves(prompt), tree });
  });
  await mock.start();
  const requests: { path: string; body: string; status?: number }[] = [];
  const visited: string[] = [];
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const path = request.url ?? '/';
    const fault = request.method === 'POST' ? part.fault : undefined;
    const asked: (typeof requests)[number] = { path, body };
    response.once('finish', () => (asked.status = response.statusCode));
    if (request.method === 'POST') part.onAsked?.(requests.push(asked));
    if (path.startsWith('/planted/')) {
      visited.push(path.slice('/planted/'.length));
      response.end();
      return;
    }
    if (fault === 'hang') return;
    if (fault !== undefined) {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end(JSON.stringify(fault.body));
      return;
    }
    const flat = withoutNamespaces(body);
    const answer = await fetch(`${mock.url}${path}`, {
      method: request.method ?? 'GET',
      headers: headersFor(request),
      ...(request.method === 'GET' ? {} : { body: flat.body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
    response.end(withNamespaces(await answer.text(), flat.names));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a server that listens on a port has an address with one
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    visited,
    offered,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await mock.stop();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  // a request without an encoding gives buffers
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function headersFor(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' &&
      !/^(?:host|connection|content-length|accept-encoding|transfer-encoding|expect)$/.test(name)
        ? [[name, value]]
        : [],
    ),
  );
}
