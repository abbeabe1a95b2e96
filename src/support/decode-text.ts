// Bytes of a file → text that loses nothing: what is no UTF-8 stays visible, so that whoever reads the text can name it.

/**
 * The text of UTF-8 bytes. A byte that is none stands as the lone surrogate U+DC00 + byte, which no UTF-8 text holds;
 * a byte order mark stays.
 */
export function decodeText(bytes: Uint8Array): string {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return strict.decode(bytes);
  } catch {
    return pieces(bytes).join('');
  }
}

/** The byte that stands at a place of such a text; undefined where the text is in order. */
export function undecodedByte(text: string, at: number): number | undefined {
  const code = text.charCodeAt(at);
  const isLone = code >= 0xdc80 && code <= 0xdcff && !isHighSurrogate(text.charCodeAt(at - 1));
  return isLone ? code - 0xdc00 : undefined;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function pieces(bytes: Uint8Array): string[] {
  const found: string[] = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    found.push(decoder.decode(bytes.subarray(start, at)), String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
    at += 1;
    start = at;
  }
  found.push(decoder.decode(bytes.subarray(start)));
  return found;
}

/** How many bytes the character at a place has (RFC 3629, table 3-7 of Unicode); 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return isNext(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const least = first === 0xe0 ? 0xa0 : 0x80;
    const most = first === 0xed ? 0x9f : 0xbf;
    return second >= least && second <= most && isNext(third) ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  const least = first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xf4 ? 0x8f : 0xbf;
  return second >= least && second <= most && isNext(third) && isNext(fourth) ? 4 : 0;
}

function isNext(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}
