// One request over HTTP and its answer, read to its end: no redirect is followed, and no answer is without end. Interprets nothing.
import { defined, messageOf } from '../../support/index.ts';
import type { HttpAnswer } from './meaning.ts';

/** A result with a patch or a bundle: as much as a callback may bring. */
export const mostAnswerBytes = 16 * 1024 * 1024;

/** What is sent. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** The answer is larger than any may be. */
export class TooLarge extends Error {}

/** Sends it. Rejects with the words of the network, with the signal's reason, or with `TooLarge`. */
export async function exchange(fetching: typeof fetch, request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, signal } = request;
  const response = await fetching(url, { method, headers, redirect: 'manual', signal, ...defined({ body }) });
  return { status: response.status, headers: response.headers, body: await bytesOf(response) };
}

async function bytesOf({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostAnswerBytes) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Why nobody answered, in the words of what failed at the bottom: `fetch failed` tells nothing. */
export function whyUnreachable(error: unknown): string {
  let there: unknown = error;
  for (let depth = 0; depth < 4 && there instanceof Error && there.cause !== undefined; depth += 1) there = there.cause;
  return messageOf(there);
}
