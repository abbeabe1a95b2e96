// Where a text holds what looks like a secret, known or not: keys of vendors, headers, credentials in addresses, JWTs, private keys. Linear.
import type { Span } from './known-secrets.ts';
import { vendorAddresses, vendorShapes, wordLikeShapes } from './vendor-shapes.ts';

/** A pattern whose first group, where it has one, is what is secret; and whether what was found is one. */
interface Shape {
  /** Most texts hold none of these, and are not gone through. */
  readonly hints: readonly string[];
  readonly pattern: RegExp;
  readonly isSecret?: (value: string) => boolean;
}

// a key may follow the n of a line end that JSON has escaped
const start = String.raw`(?:(?<![A-Za-z0-9]|\\[nrt])|(?<=\\[nrt]))`;
const startOfWords = String.raw`(?:(?<![\w-])|(?<=\\[nrt]))`;
const vendors = new RegExp(`${start}(?:${Object.values(vendorShapes).flat().join('|')})`, 'g');
/** `://a:bcd@` */
const shortestShape = 8;
/** No key of a vendor is shorter, or has other characters. */
const longWord = /[\w.~:+/=\\-]{20,}/g;
const shapes: readonly Shape[] = [
  { hints: ['://'], pattern: new RegExp(`(?<=://)(?:${vendorAddresses.join('|')})`, 'g') },
  {
    // `risk-assessment-of-…` holds `sk-…` and is no key
    hints: ['sk-', 'pypi-', 'tvly-'],
    pattern: new RegExp(`${startOfWords}(?:${wordLikeShapes.join('|')})`, 'g'),
    isSecret: hasMark,
  },
  {
    hints: ['eyJ'],
    pattern: new RegExp(String.raw`${startOfWords}eyJ[\w-]{10,}\.(?:eyJ)?[\w-]{10,}(?:\.[\w-]*){1,3}`, 'g'),
  },
  {
    hints: ['earer', 'EARER', 'asic', 'ASIC', 'oken', 'OKEN'],
    pattern: /(?<![\w-])(?:bearer|basic|token)\s{1,4}([A-Za-z0-9._~+/-]{16,}={0,2})/gi,
    isSecret: isRandom,
  },
  {
    hints: ['uthorization', 'AUTHORIZATION'],
    pattern:
      /(?<![\w-])(?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic|token|digest|bot)\s{1,4}([A-Za-z0-9._~+/=%-]{6,})/gi,
    isSecret: isOfHeader,
  },
  {
    hints: ['uthorization', 'AUTHORIZATION', 'pi-', 'PI-', 'oken', 'OKEN', 'ookie', 'COOKIE'],
    pattern:
      /(?<![\w-])(?:(?:proxy-)?authorization|x-api-key|api-key|x-auth-token|private-token|set-cookie|cookie)["']?\s{0,4}[:=]\s{0,4}["']?([A-Za-z0-9._~+/=%-]{6,})/gi,
    isSecret: isRandom,
  },
  {
    hints: ['://'],
    pattern: /(?<=:\/\/)[^\s/?#@:"'<>`\\]{0,100}:([^\s/?#@"'<>`\\]{3,300})@/g,
    isSecret: isCredential,
  },
  { hints: ['://'], pattern: /(?<=:\/\/)([^\s/?#@:"'<>`\\]{16,300})@/g, isSecret: isRandom },
  {
    hints: ['ccountKey', 'ccessKey', 'ccess_key', 'CCESS_KEY', 'sig='],
    pattern:
      /(?:AccountKey=|SharedAccessKey=|aws_secret_access_key["']?\s{0,4}[:=]\s{0,4}["']?|SecretAccessKey["']?\s{0,4}[:=]\s{0,4}["']?|[?&]sig=)([A-Za-z0-9+/%]{30,}={0,2})/gi,
    isSecret: isRandom,
  },
];
const keyBegins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const keyEnds = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
/** What a private key is written in: base64, its headers, line ends as they are or as JSON writes them, marks of a quote. */
const keyBody = /(?:[A-Za-z0-9+/=\s:,.>|*"'&;-]|\\[nrtu"\\])*/y;
const leastOfKey = /[A-Za-z0-9+/]{12}/;

/** Every stretch that looks like one, in no order. */
export function secretShapes(text: string): Span[] {
  if (text.length < shortestShape) return [];
  const spans = text.includes('-----BEGIN ') ? privateKeys(text) : [];
  for (const { 0: word, index } of text.matchAll(longWord))
    for (const found of word.matchAll(vendors))
      spans.push({ begin: index + found.index, end: index + found.index + found[0].length });
  for (const { hints, pattern, isSecret } of shapes) {
    if (!hints.some((hint) => text.includes(hint))) continue;
    for (const found of text.matchAll(pattern)) {
      const value = found[1] ?? found[0];
      if (isSecret !== undefined && !isSecret(value)) continue;
      const begin = found.index + found[0].lastIndexOf(value);
      spans.push({ begin, end: begin + value.length });
    }
  }
  return spans;
}

/** Whole keys, and what is there of one that was cut. */
function privateKeys(text: string): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const { 0: marker, index } of text.matchAll(keyBegins)) {
    if (index < done) continue;
    keyBody.lastIndex = index + marker.length;
    const body = keyBody.exec(text)?.[0] ?? '';
    const close = body.indexOf('-----END');
    const inside = close < 0 ? body : body.slice(0, close);
    done = index + marker.length + inside.length;
    if (!leastOfKey.test(inside)) continue;
    keyEnds.lastIndex = done;
    done += close < 0 ? 0 : (keyEnds.exec(text)?.[0] ?? '').length;
    spans.push({ begin: index, end: done });
  }
  return spans;
}

/** A digit or a capital behind what every key begins with. */
function hasMark(value: string): boolean {
  return /[A-Z0-9]/.test(value.slice(value.indexOf('-')));
}

/** No words of a language, no placeholder, no name of a variable. */
function isRandom(value: string): boolean {
  return isCredential(value) && /\d/.test(value) && (/[A-Z]/.test(value) || /[a-z]\d+[a-z]/.test(value));
}

/** What stands behind the kind of a header: a token, or a user and a password. */
function isOfHeader(value: string): boolean {
  if (!isCredential(value)) return false;
  return /\d/.test(value) || isPair(Buffer.from(value, 'base64').toString('latin1'));
}

/** `user:password`. */
function isPair(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text) && text.slice(1, -1).includes(':');
}

const placeholder =
  /^(?:[$%{[<*]|x{3,}|\.{3}|redacted|your|user(?:name)?$|pass(?:word|wd)?$|secret$|token$|key$|undefined$|null$|none$|true$|false$|string$|process\.|secrets\.|env\.|bearer$|basic$)/i;

/** Something that is meant, not a word that stands for it. */
function isCredential(value: string): boolean {
  return !placeholder.test(value) && !/[{}$<>]|\*\*\*/.test(value) && !/^[A-Za-z]{1,8}$/.test(value);
}
