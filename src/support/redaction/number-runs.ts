// Bytes that a text writes as numbers: hex in one piece or with marks between, `0x68, 0x75`, `[104, 117]`. Pure and linear.
import { beginOf, createTape, endOf, isBlank, push } from './reading.ts';
import type { Reading } from './reading.ts';

/** Fewer bytes hold no secret. */
const fewest = 6;
const hexDigit = 1;
const between = 2;
/** What a byte is in a run of hex digits. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) =>
  valueOf(byte) >= 0 ? hexDigit : [0x3a, 0x2c, 0x2d, 0x3b].includes(byte) ? between : 0,
);
/** Blanks and marks between two numbers. */
const widestGap = 8;

/** Every run of hex digits as the bytes that it means, from its first digit on and from its second. Of a text without blanks. */
export function hexRuns(reading: Reading): Reading[] {
  const { bytes, length } = reading;
  const runs: Reading[] = [];
  let [begin, digits] = [0, 0];
  for (let at = 0; at <= length; at += 1) {
    const kind = at < length ? (kinds[bytes[at] ?? 0] ?? 0) : 0;
    if (kind === hexDigit) digits += 1;
    else if (kind !== between && !(bytes[at] === 0x78 && bytes[at - 1] === 0x30 && at < length)) {
      if (digits >= 2 * fewest) runs.push(...pairsBetween(reading, begin, at));
      begin = at + 1;
      digits = 0;
    }
  }
  return runs;
}

function pairsBetween(reading: Reading, begin: number, end: number): Reading[] {
  const digits: number[] = [];
  for (let at = begin; at < end; at += 1) {
    // the zero of `0x`
    if (reading.bytes[at + 1] === 0x78 && at + 1 < end) at += 1;
    else if (kinds[reading.bytes[at] ?? 0] === hexDigit) digits.push(at);
  }
  return [paired(reading, digits, 0), paired(reading, digits, 1)];
}

/** Every list of numbers below 256 as the bytes that it means. */
export function decimalRuns(reading: Reading): Reading[] {
  const { bytes, length } = reading;
  const runs: Reading[] = [];
  let numbers: (readonly [begin: number, end: number])[] = [];
  let gap = 0;
  function end(): void {
    if (numbers.length >= fewest) runs.push(listed(reading, numbers));
    if (numbers.length > 0) numbers = [];
  }
  for (let at = 0; at < length;) {
    const stop = endOfDigits(reading, at);
    if (stop === at) {
      const byte = bytes[at] ?? 0;
      gap += 1;
      if (gap > widestGap || !(isBlank(byte) || byte === 0x2c || byte === 0x3b)) end();
      at += 1;
      continue;
    }
    if (stop - at > 3 || numberAt(reading, at, stop) > 255) end();
    else numbers.push([at, stop]);
    gap = 0;
    at = stop;
  }
  end();
  return runs;
}

function listed(reading: Reading, numbers: readonly (readonly [begin: number, end: number])[]): Reading {
  const tape = createTape(numbers.length);
  for (const [begin, end] of numbers) {
    tape.begin = beginOf(reading, begin);
    tape.end = endOf(reading, end - 1);
    push(tape, numberAt(reading, begin, end));
  }
  return tape;
}

function numberAt({ bytes }: Reading, begin: number, end: number): number {
  let value = 0;
  for (let at = begin; at < end; at += 1) value = value * 10 + (bytes[at] ?? 0) - 0x30;
  return value;
}

function endOfDigits({ bytes, length }: Reading, begin: number): number {
  let at = begin;
  while (at < length && isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}

function paired(reading: Reading, digits: readonly number[], first: number): Reading {
  const tape = createTape(digits.length >> 1);
  for (let n = first; n + 1 < digits.length; n += 2) {
    const [high = 0, low = 0] = [digits[n], digits[n + 1]];
    const value = valueOf(reading.bytes[high] ?? 0) * 16 + valueOf(reading.bytes[low] ?? 0);
    tape.begin = beginOf(reading, high);
    tape.end = endOf(reading, low);
    push(tape, value);
  }
  return tape;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function valueOf(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
