// Names as git and the disk have them, bytes, beside names as people read them. Touches no disk.
import { isUtf8 } from 'node:buffer';
import { withoutEnd } from '../support/index.ts';

declare const raw: unique symbol;

/** A path inside a tree, one character for each byte. Compared and handed to git as it is; never shown. */
export type RawName = string & { readonly [raw]: true };

/** The fields of `-z` output. */
export function rawFields(output: Buffer): readonly string[] {
  return output
    .toString('latin1')
    .split('\0')
    .filter((field) => field !== '');
}

/** One character for each byte is what a raw name is: the caller says that this text is one. */
export function rawName(bytes: string): RawName {
  return bytes as RawName;
}

/** The name that a text stands for. */
export function rawOf(text: string): RawName {
  return rawName(Buffer.from(text, 'utf8').toString('latin1'));
}

/** The bytes of a name. */
export function bytesOf(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}

/** Where a name lies on the disk: the only form in which it may be opened. */
export function placeOf(folder: string, name: RawName): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`, 'utf8'), bytesOf(name)]);
}

/** The bytes of names for a command that reads them with `-z`. */
export function listOfNames(names: readonly RawName[]): Buffer {
  return bytesOf(names.map((name) => `${name}\0`).join(''));
}

/** Names for a command that reads lines: each one quoted as git reads it. */
export function linesOfNames(names: readonly RawName[]): Buffer {
  return bytesOf(names.map((name) => `${quoteBytes(name)}\n`).join(''));
}

/** Whether the name is text. */
export function isText(name: RawName): boolean {
  return isUtf8(bytesOf(name));
}

/** The name as text for comparing with patterns; what is no text becomes U+FFFD. */
export function looseText(name: RawName): string {
  return bytesOf(name).toString('utf8');
}

/** One name of a path as the most careless disk compares it: no case, no invisible characters, no dots, blanks or streams at its end. */
export function foldedName(name: string): string {
  const [plain = ''] = name
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .split(':', 1);
  return withoutEnd(plain, '. ');
}

/** The name as lists and results carry it: text as it is; anything that is no text, or would be misread, quoted as git does it. */
export function shownName(name: RawName): string {
  const text = looseText(name);
  return isText(name) && !/^"|\p{Cc}/u.test(text) ? text : quoteBytes(name);
}

/** A name of `shownName`, for comparing with patterns: its bytes again, where it is quoted. */
export function unquoted(shown: string): string {
  const [, inner] = /^"(.*)"$/s.exec(shown) ?? [];
  if (inner === undefined) return shown;
  const bytes = inner.replaceAll(/\\([0-7]{3}|.)/gs, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (unescapes[code] ?? code),
  );
  // a quoted name has one character for each byte
  return looseText(rawName(bytes));
}

/** A name within a sentence: always in quotes, on one line. */
export function inQuotes(shown: string): string {
  if (/^".*"$/s.test(shown) && shown.includes('\\')) return shown;
  return misleading.test(shown) ? quoteBytes(rawOf(shown)) : `"${shown}"`;
}

/** Control characters, ends of lines, and what turns the direction of the words behind it. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '\n': 'n', '\t': 't', '\r': 'r' };
const unescapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** As git's `core.quotePath` writes a name. */
function quoteBytes(name: RawName): string {
  // oxlint-disable-next-line no-control-regex -- control characters and bytes over 127 are what is written in digits
  const body = name.replaceAll(/["\\]|[\u0000-\u001f\u007f-\u00ff]/g, (byte) => {
    const short = escapes[byte];
    return short === undefined ? `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}` : `\\${short}`;
  });
  return `"${body}"`;
}
