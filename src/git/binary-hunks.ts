// How much the binary parts of a patch would grow to, before git is given it: a few bytes can stand for gigabytes. Applies nothing.
import { constants, inflateSync } from 'node:zlib';

/** The bytes of the largest file or delta that a binary part of the patch says it makes; 0 where it has none. */
export function largestBinary(patch: Uint8Array): number {
  const text = Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength).toString('latin1');
  let largest = 0;
  // as git reads it: any white space, a sign, a number
  for (const found of text.matchAll(/^(literal|delta) \s*\+?(\d+)/gm)) {
    const size = Number(found[2]);
    largest = Math.max(largest, size);
    if (found[1] === 'delta' && size <= mostDeltaBytes)
      largest = Math.max(largest, resultOfDelta(inflated(text, found.index, size)));
  }
  return largest;
}

/** What larger deltas make needs no look: they are too large themselves. */
const mostDeltaBytes = 64 * 1024 * 1024;

/** The size of what a delta makes stands at its beginning, behind the size of what it is made from. */
export function resultOfDelta(delta: Uint8Array): number {
  let at = 0;
  function next(): number {
    let value = 0;
    for (let scale = 1; at < delta.length; scale *= 128) {
      const byte = delta[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    return value;
  }
  next();
  return next();
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const digits = new Map(Array.from(alphabet, (letter, value) => [letter, value]));

/** The bytes of the part whose head stands there; empty where nobody can read them: then git cannot either. */
function inflated(text: string, head: number, size: number): Uint8Array {
  const lines: Buffer[] = [];
  for (let from = text.indexOf('\n', head) + 1; from > 0; from = text.indexOf('\n', from) + 1) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? undefined : end);
    const length = lengthOf(line);
    if (length === 0) break;
    lines.push(decoded(line.slice(1)).subarray(0, length));
  }
  try {
    return inflateSync(Buffer.concat(lines), {
      maxOutputLength: Math.max(1, size),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch {
    return new Uint8Array();
  }
}

/** A line begins with the letter of its length. */
function lengthOf(line: string): number {
  const code = line.charCodeAt(0);
  if (code >= 65 && code <= 90) return code - 64;
  return code >= 97 && code <= 122 ? code - 96 + 26 : 0;
}

function decoded(letters: string): Buffer {
  const bytes = Buffer.alloc(Math.floor(letters.length / 5) * 4);
  for (let word = 0; word * 4 < bytes.length; word += 1) {
    let value = 0;
    for (let at = word * 5; at < word * 5 + 5; at += 1) value = value * 85 + (digits.get(letters[at] ?? '') ?? 0);
    bytes.writeUInt32BE(value % 2 ** 32, word * 4);
  }
  return bytes;
}
