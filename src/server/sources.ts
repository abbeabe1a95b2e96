// The route for the code of requests: an address that is signed, parts of the file where a slow line broke off. Nothing of an address reaches the log.
import { createReadStream } from 'node:fs';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sourcePath } from '../support/index.ts';
import { serverMessages } from './messages.ts';
import type { ServerOptions, SourceFile, SourceFiles } from './types.ts';

/** Requests per minute and address. */
const requestsPerMinute = 600;

interface Asked {
  Params: { id: string };
  Querystring: Readonly<Record<string, unknown>>;
}

/** Adds the route. */
export async function addSources(app: FastifyInstance, { log }: ServerOptions, sources: SourceFiles): Promise<void> {
  await app.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000 });
  app.get<Asked>(`${sourcePath('')}:id`, { helmet: false }, async (request, reply) => {
    const { id } = request.params;
    const [commit, until, signature] = ['commit', 'until', 'signature'].map((name) => textOf(request.query[name]));
    const found = await sources.find({
      requestId: id,
      commit: commit ?? '',
      until: until ?? '',
      signature: signature ?? '',
    });
    if (typeof found !== 'string') return send(reply, found, request.headers);
    const [status, error] =
      found === 'forged'
        ? ([401, serverMessages.wrongSourceSignature] as const)
        : ([410, serverMessages.sourceOver] as const);
    log.warn({ status, reason: error }, 'code for a persona was refused');
    return reply.code(status).send({ error });
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The file, or what follows a byte of it: `Range: bytes=<from>-`, as whoever resumes a download asks. */
async function send(
  reply: FastifyReply,
  { path, bytes, sha256 }: SourceFile,
  { range, 'if-range': ifRange }: Readonly<Record<string, string | string[] | undefined>>,
): Promise<FastifyReply> {
  const etag = `"${sha256}"`;
  reply.header('accept-ranges', 'bytes').header('etag', etag).header('cache-control', 'private, no-store');
  reply.type('application/x-git-bundle');
  const part = ifRange === undefined || ifRange === etag ? partOf(textOf(range), bytes) : undefined;
  if (part === 'none') return reply.code(416).header('content-range', `bytes */${bytes}`).type('text/plain').send('');
  if (part === undefined) return reply.header('content-length', bytes).send(createReadStream(path));
  const { from, to } = part;
  reply.code(206).header('content-range', `bytes ${from}-${to}/${bytes}`);
  return reply.header('content-length', to - from + 1).send(createReadStream(path, { start: from, end: to }));
}

/** One range of RFC 9110; undefined: the whole, as for whatever else is asked. */
function partOf(range: string, bytes: number): { readonly from: number; readonly to: number } | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? bytes - 1 : Math.min(bytes - 1, Number(last));
  return from < bytes && from <= to ? { from, to } : 'none';
}
