// The lines of a stream, split where the bytes say so: a character that arrives in two pieces stays whole. Never keeps more than one line.
import type { Readable } from 'node:stream';
import { TroupeError } from '../../support/index.ts';
import { sandboxMessages as say } from './messages.ts';

const newline = 0x0a;

/** Each line without its end, as UTF-8; what follows the last end is a line, too. Throws `sandbox/line` for one with more than `mostBytes`. */
export async function* splitLines(stream: Readable, mostBytes: number): AsyncGenerator<string, void> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  function keep(piece: Buffer): void {
    bytes += piece.length;
    if (bytes > mostBytes) throw new TroupeError('sandbox/line', say.longLine(mostBytes), { class: 'contract' });
    pieces.push(piece);
  }
  function line(): string {
    const whole = Buffer.concat(pieces).toString('utf8');
    [pieces, bytes] = [[], 0];
    return whole.endsWith('\r') ? whole.slice(0, -1) : whole;
  }
  for await (const piece of stream) {
    // a stream without an encoding hands out bytes
    let rest = piece as Buffer;
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      keep(rest.subarray(0, at));
      yield line();
      rest = rest.subarray(at + 1);
    }
    if (rest.length > 0) keep(rest);
  }
  if (bytes > 0) yield line();
}
