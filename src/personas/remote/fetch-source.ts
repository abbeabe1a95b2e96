// Fetches the code of a request to a file, and goes on where a slow line broke off. Believes nothing: the file is what was promised, or it is none.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, sleep, TroupeError } from '../../support/index.ts';
import type { Clock, ErrorClass, Logger } from '../../support/index.ts';
import type { SourceBundle } from '../model/types.ts';
import { remoteMessages as say } from './messages.ts';

/** What a download needs. */
export interface SourceFetch {
  /** Where it is written. A part that lies there already is gone on with. */
  readonly file: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Who sends nothing for so long is asked again. Default: 60 s. */
  readonly silenceMs?: number;
}

/** Times between tries that brought nothing; after the last one it is given up. */
const pausesMs = [500, 1_000, 2_000, 5_000, 10_000, 20_000];
const usualSilenceMs = 60_000;

/** Resolves when the whole file is there. Throws `persona/source`. */
export async function fetchSource(source: SourceBundle, how: SourceFetch): Promise<void> {
  const { file, clock, log, signal } = how;
  let inVain = 0;
  for (;;) {
    const before = await sizeOf(file);
    try {
      await fetchRest(source, how, before);
      break;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TroupeError) throw error;
      inVain = (await sizeOf(file)) > before ? 0 : inVain + 1;
      const pauseMs = pausesMs[inVain];
      if (pauseMs === undefined) throw failed(say.notFetched(messageOf(error)), 'transient');
      log.debug({ error: messageOf(error), bytes: await sizeOf(file) }, 'the download broke off; it goes on');
      await sleep(clock, pauseMs, signal);
    }
  }
  const sha256 = await digestOf(file);
  if (sha256 === source.sha256) return;
  await rm(file, { force: true });
  throw failed(say.otherCode(), 'failed');
}

/** What is missing of the file. */
async function fetchRest({ bundleUrl, sha256 }: SourceBundle, how: SourceFetch, from: number): Promise<void> {
  const { file, clock, signal, silenceMs = usualSilenceMs } = how;
  const silent = new AbortController();
  const listen = (): (() => void) => clock.after(silenceMs, () => silent.abort(new Error('it sends nothing')));
  let drop = listen();
  try {
    const headers = from === 0 ? {} : { range: `bytes=${from}-`, 'if-range': `"${sha256}"` };
    const response = await how.fetch(bundleUrl, {
      headers,
      redirect: 'error',
      signal: AbortSignal.any([signal, silent.signal]),
    });
    const { status, body } = response;
    // all of it was there already
    if (status === 416) return;
    if (status >= 400 && status < 500 && status !== 408 && status !== 429)
      throw failed(say.refusedCode(status), status === 401 || status === 403 ? 'auth' : 'failed');
    if (status !== 200 && status !== 206) throw new Error(`HTTP ${status}`);
    const out = createWriteStream(file, { flags: status === 206 ? 'a' : 'w', mode: 0o600 });
    await pipeline(
      body ?? Readable.from([]),
      async function* heard(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          drop();
          drop = listen();
          yield chunk;
        }
      },
      out,
    );
  } finally {
    drop();
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function digestOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk as Uint8Array);
  return digest.digest('hex');
}

function failed(message: string, kind: ErrorClass): TroupeError {
  return new TroupeError('persona/source', message, { class: kind });
}
