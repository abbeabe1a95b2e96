// Hands the output of a process on to whoever reads it, no faster than it is read, and to its end also when a survivor holds the pipe.
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';

/** One output on its way. */
export interface Forwarding {
  readonly stream: PassThrough;
  /** The process is gone: takes what is left in its pipe without waiting for the reader, and ends the stream. */
  finish(): Promise<void>;
}

/** How long a pipe may be silent after its process ended before what it still holds is nobody's. */
const quietMs = 250;

/** `take` is told how many bytes came, and says how many of them may pass. */
export function forward(from: Readable, take: (bytes: number) => number): Forwarding {
  const stream = new PassThrough();
  let isOver = false;
  let heard = 0;
  from.on('data', (chunk: Buffer) => {
    heard += 1;
    const passing = chunk.subarray(0, take(chunk.length));
    // nobody reads any more: what still comes is nobody's
    if (stream.destroyed || passing.length === 0) return;
    if (!stream.write(passing) && !isOver) from.pause();
  });
  stream.on('drain', () => from.resume());
  stream.on('close', () => from.resume());
  from.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    from.once('end', resolve);
    from.once('close', resolve);
  });
  return {
    stream,
    async finish() {
      isOver = true;
      from.resume();
      await Promise.race([ended, quiet(() => heard)]);
      from.destroy();
      stream.end();
    },
  };
}

/** Resolves when nothing was heard for a while. A loop that was busy meanwhile first looks once more at what has come. */
async function quiet(heard: () => number): Promise<void> {
  for (let before = -1; before !== heard();) {
    before = heard();
    await new Promise<void>((resolve) => {
      setTimeout(() => setImmediate(resolve), quietMs).unref();
    });
  }
}
