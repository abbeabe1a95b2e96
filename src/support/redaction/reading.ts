// Bytes with the places in a text that they were read from, so that what is found in a decoded text is taken out of the written one.

/** What a text says in one way of reading it. Only `length` bytes count. */
export interface Reading {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Where the writing of each byte begins and ends in the text; undefined: where the byte itself stands. */
  readonly from?: Int32Array;
  readonly to?: Int32Array;
}

/** A reading that is being written. */
export interface Tape {
  readonly bytes: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  length: number;
  /** Where an escape sequence of a terminal begins that has not ended yet; -1: there is none. */
  sequence: number;
  /** Where what is written next begins and ends in the text. */
  begin: number;
  end: number;
}

/** The bytes as they stand there. */
export function plainReading(bytes: Uint8Array): Reading {
  return { bytes, length: bytes.length };
}

/** An empty tape for so many bytes. */
export function createTape(size: number): Tape {
  return {
    bytes: new Uint8Array(size),
    from: new Int32Array(size),
    to: new Int32Array(size),
    length: 0,
    sequence: -1,
    begin: 0,
    end: 0,
  };
}

/** The tape, wiped; a larger one where it is too short. */
export function wiped(tape: Tape, size: number): Tape {
  if (tape.bytes.length < size) return createTape(2 * size);
  tape.length = 0;
  tape.sequence = -1;
  return tape;
}

/** Adds a byte that is written at the tape's place. */
export function push(tape: Tape, byte: number): void {
  const at = tape.length;
  tape.bytes[at] = byte;
  tape.from[at] = tape.begin;
  tape.to[at] = tape.end;
  tape.length = at + 1;
}

/** Where the writing of the byte at a place begins. */
export function beginOf({ from }: Reading, at: number): number {
  return from === undefined ? at : (from[at] ?? 0);
}

/** Where the writing of the byte at a place ends. */
export function endOf({ to }: Reading, at: number): number {
  return to === undefined ? at + 1 : (to[at] ?? 0);
}

/**
 * The reading without blanks, line ends and backslashes that escape nothing, on the tape; the same one where it has none: of several encodings
 * one in another, each may have taken such a backslash for its own.
 */
export function withoutBlanks(reading: Reading, tape: Tape): Reading {
  const { bytes, length, from, to } = reading;
  let first = 0;
  while (first < length && !isLeftOut(bytes[first] ?? 0)) first += 1;
  if (first === length) return reading;
  let kept = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isLeftOut(byte)) continue;
    tape.bytes[kept] = byte;
    tape.from[kept] = from === undefined ? at : (from[at] ?? 0);
    tape.to[kept] = to === undefined ? at + 1 : (to[at] ?? 0);
    kept += 1;
  }
  tape.length = kept;
  return tape;
}

/** Blank, tab or line end. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function isLeftOut(byte: number): boolean {
  return isBlank(byte) || byte === 0x5c;
}
