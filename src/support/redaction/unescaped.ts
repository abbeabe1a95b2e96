// What a text says once every escape in it is undone, however deep they lie in each other: percent, HTML, JSON, colours of terminals. Linear.
import { entities } from './entities.ts';
import { beginOf, endOf, push } from './reading.ts';
import type { Reading, Tape } from './reading.ts';

const backslash = 0x5c;
const percent = 0x25;
const escape = 0x1b;
/** From the first byte of an escape to its last. */
const longestEscape = 12;
/** `&CounterClockwiseContourIntegral;` is none of ours. */
const longestEntity = longestEscape;
/** A title of a terminal's window is no longer. */
const longestSequence = 256;
/** What stands for another character behind a backslash; any mark stands for itself. */
const named: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, e: escape };

/**
 * The reading with every escape undone, on the tape; the same one where it has none. Each byte is laid on what was read before it, and whatever ends there
 * now is replaced by what it means: `%2541` is `%41` and then `A`, in one pass. Characters that nobody sees are left out.
 */
export function unescaped(reading: Reading, tape: Tape): Reading {
  const { bytes, length } = reading;
  let first = 0;
  while (first < length && !begins(bytes[first] ?? 0)) first += 1;
  if (first === length) return reading;
  // what an escape begins with lies no further back than this
  let near = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (begins(byte)) near = longestEscape;
    tape.begin = beginOf(reading, at);
    tape.end = endOf(reading, at);
    if (near > 0 || tape.sequence >= 0) {
      lay(tape, byte);
      while (undoes(tape)) near = longestEscape;
      near -= 1;
    } else push(tape, byte);
  }
  return tape;
}

/** Whether an escape may begin with the byte, or it is left out. */
function begins(byte: number): boolean {
  return (
    byte === backslash ||
    byte === percent ||
    byte === 0x26 ||
    byte === escape ||
    byte === 0 ||
    byte === 8 ||
    byte === 0x7f ||
    byte >= 0xc2
  );
}

function lay(tape: Tape, byte: number): void {
  // one that names something ends with another escape
  const isNaming = tape.sequence >= 0 && tape.bytes[tape.sequence + 1] === 0x5d;
  if (byte === escape && !isNaming) tape.sequence = tape.length;
  push(tape, byte);
}

/** Undoes what ends with the last byte. false: nothing does. */
function undoes(tape: Tape): boolean {
  const { bytes, length } = tape;
  if (length === 0) return false;
  if (tape.sequence >= 0) return endsSequence(tape);
  const last = bytes[length - 1] ?? 0;
  if (last === 0 || last === 8 || last === 0x7f) return drop(tape, 1);
  if (last >= 0x80) return isUnseen(tape, last);
  if (bytes[length - 2] === backslash) return undoesPair(tape, last);
  if (isHex(last)) return undoesDigits(tape);
  if (last === 0x3b) return undoesEntity(tape);
  return last === 0x7d && undoesBraces(tape);
}

/** `\n`, `\"`, `\\`; a backslash at the end of a line goes with it. */
function undoesPair(tape: Tape, last: number): boolean {
  if (last === 0x0a || last === 0x0d) return drop(tape, 2);
  const letter = String.fromCharCode(last);
  // digits, and letters that digits follow
  if (/[0-9ux]/.test(letter)) return false;
  const meant = named[letter] ?? last;
  // a backslash stays one: what it stands before comes next
  replace(tape, 2, [meant]);
  return meant !== backslash;
}

/** `%2f`, `\x2f`, `\u002f`, `\057`. */
function undoesDigits(tape: Tape): boolean {
  const { bytes, length } = tape;
  if (bytes[length - 3] === percent) return undoesHex(tape, { digits: 2, before: 1 });
  const [third, fourth, sixth] = [bytes[length - 3], bytes[length - 4], bytes[length - 6]];
  if (third === 0x78 && fourth === backslash) return undoesHex(tape, { digits: 2, before: 2 });
  if (sixth === backslash && bytes[length - 5] === 0x75) return undoesHex(tape, { digits: 4, before: 2 });
  if (fourth !== backslash) return false;
  const text = written(tape, 3);
  if (!/^[0-3][0-7]{2}$/.test(text)) return false;
  replace(tape, 4, [Number.parseInt(text, 8)]);
  return true;
}

function undoesHex(tape: Tape, { digits, before }: { readonly digits: number; readonly before: number }): boolean {
  const text = written(tape, digits);
  if (!/^[0-9a-f]+$/i.test(text)) return false;
  const value = Number.parseInt(text, 16);
  // two digits are a byte, four a character
  replace(tape, digits + before, digits === 2 ? [value] : utf8(value));
  return true;
}

/** `\u{2f}`. */
function undoesBraces(tape: Tape): boolean {
  const found = /\\u\{([0-9a-f]{1,6})\}$/i.exec(written(tape, 10));
  if (found === null) return false;
  replace(tape, found[0].length, utf8(Number.parseInt(found[1] ?? '', 16)));
  return true;
}

/** `&amp;`, `&#38;`, `&#x26;`. */
function undoesEntity(tape: Tape): boolean {
  const found = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));$/i.exec(written(tape, longestEntity));
  if (found === null) return false;
  const [whole, decimal, hex, name = ''] = found;
  const digits = decimal ?? hex;
  const value = digits === undefined ? entities[name] : Number.parseInt(digits, decimal === undefined ? 16 : 10);
  if (value === undefined) return false;
  replace(tape, whole.length, utf8(value));
  return true;
}

/** A sequence that colours, moves or names something for a terminal is left out once it is whole. */
function endsSequence(tape: Tape): boolean {
  const { bytes, length, sequence } = tape;
  const kind = bytes[sequence + 1];
  const last = bytes[length - 1] ?? 0;
  if (length - sequence === 1) return false;
  if (length - sequence > longestSequence) tape.sequence = -1;
  else if (kind === 0x5d)
    return last === 7 || (last === backslash && bytes[length - 2] === escape) ? dropSequence(tape) : false;
  else if (kind !== 0x5b) return dropSequence(tape);
  else if (length - sequence > 2 && last >= 0x40 && last <= 0x7e) return dropSequence(tape);
  return false;
}

function dropSequence(tape: Tape): boolean {
  const count = tape.length - tape.sequence;
  tape.sequence = -1;
  return drop(tape, count);
}

function isUnseen(tape: Tape, last: number): boolean {
  const { bytes, length } = tape;
  const [third, second] = [bytes[length - 3], bytes[length - 2]];
  if (second === 0xc2) return last === 0xad && drop(tape, 2);
  if (third === 0xe2 ? isUnseenPair(second, last) : third === 0xef && second === 0xbb && last === 0xbf)
    return drop(tape, 3);
  return false;
}

/** The two bytes behind 0xe2: zero width, joiners, marks of direction; word joiners and what nobody may use. */
function isUnseenPair(second: number | undefined, last: number): boolean {
  if (second === 0x81) return last >= 0xa0 && last <= 0xaf;
  return second === 0x80 && ((last >= 0x8b && last <= 0x8f) || (last >= 0xaa && last <= 0xae));
}

function drop(tape: Tape, count: number): false {
  tape.length -= count;
  return false;
}

/** The last bytes as text, a character for each. */
function written({ bytes, length }: Tape, count: number): string {
  return String.fromCharCode(...bytes.subarray(Math.max(0, length - count), length));
}

/** Puts bytes in the place of the last ones. Never more of them. */
function replace(tape: Tape, count: number, by: readonly number[]): void {
  const begin = tape.length - count;
  tape.begin = tape.from[begin] ?? 0;
  tape.end = tape.to[tape.length - 1] ?? 0;
  tape.length = begin;
  for (const byte of by) lay(tape, byte);
  if (by.length === 3) joinSurrogates(tape);
}

/** Two halves of a character that JSON wrote apart are one. */
function joinSurrogates(tape: Tape): void {
  const [a, b = 0, c = 0, d, e = 0, f = 0] = tape.bytes.subarray(Math.max(0, tape.length - 6), tape.length);
  if (tape.length < 6 || a !== 0xed || d !== 0xed || (b & 0xf0) !== 0xa0 || (e & 0xf0) !== 0xb0) return;
  const value = 0x10000 + ((((b & 0x0f) << 6) | (c & 0x3f)) << 10) + (((e & 0x0f) << 6) | (f & 0x3f));
  replace(tape, 6, utf8(value));
}

/** A character in UTF-8; half of one by the same rule. */
function utf8(value: number): number[] {
  if (value < 0x80) return [value];
  const tail = 0x80 | (value & 0x3f);
  if (value < 0x800) return [0xc0 | (value >> 6), tail];
  const middle = 0x80 | ((value >> 6) & 0x3f);
  if (value < 0x10000) return [0xe0 | (value >> 12), middle, tail];
  return [0xf0 | ((value >> 18) & 7), 0x80 | ((value >> 12) & 0x3f), middle, tail];
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
