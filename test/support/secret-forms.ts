// The forms in which a secret may be uttered, each with what of it must not be left. Data and pure functions; knows nothing of how any is found.

/** A way to write a secret; `around` is what stands beside it within an encoding and may stay. */
export type FormOf = (secret: string) => string;

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const b64 = (text: string | Buffer): string => (typeof text === 'string' ? utf8(text) : text).toString('base64');
const hex = (text: string): string => utf8(text).toString('hex');
const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
const pairs = (text: string): string[] => hex(text).match(/../g) ?? [];
const units = (text: string): string[] =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'));
const wrapped = (text: string, width: number, end: string): string =>
  (text.match(new RegExp(`[^]{1,${width}}`, 'g')) ?? []).join(end);
const every = (text: string, width: number, between: string): string => wrapped(text, width, between);
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const lower = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/** By name. */
export const secretForms: Readonly<Record<string, FormOf>> = {
  plain: (secret) => secret,
  trimmed: (secret) => secret.trim(),
  backwards: (secret) => Array.from(secret).toReversed().join(''),
  base64: (secret) => b64(secret),
  'base64 without padding': (secret) => b64(secret).replace(/=+$/, ''),
  'base64 for addresses': (secret) => utf8(secret).toString('base64url'),
  'base64 in lines of 76': (secret) => wrapped(b64(secret), 76, '\n'),
  'base64 in lines of 20': (secret) => wrapped(b64(secret), 20, '\n'),
  'base64 in lines of 64 that end as on Windows': (secret) => wrapped(b64(secret), 64, '\r\n'),
  'base64 for addresses, in lines': (secret) => wrapped(utf8(secret).toString('base64url'), 40, '\n  '),
  'base64 of user:key': (secret) => b64(`ada:${secret}`),
  'base64 of another user:key': (secret) => b64(`_json_key:${secret}`),
  'base64 of key:': (secret) => b64(`${secret}:`),
  'base64 of the header that git sends': (secret) => b64(`x-access-token:${secret}`),
  'base64 one byte on': (secret) => b64(`a${secret}bc`),
  'base64 two bytes on': (secret) => b64(`ab${secret}c`),
  'base64 of base64': (secret) => b64(b64(secret)),
  'base64 of JSON': (secret) => b64(JSON.stringify({ password: secret })),
  'base64 of JSON in base64': (secret) => b64(JSON.stringify({ auths: { 'ghcr.io': { auth: b64(`ada:${secret}`) } } })),
  'base64 of an address': (secret) => b64(encodeURIComponent(secret)),
  'base64 of UTF-16': (secret) => b64(Buffer.from(secret, 'utf16le')),
  'base64 in an address': (secret) => encodeURIComponent(b64(secret)),
  'base64 in JSON, in lines': (secret) => inner(wrapped(b64(secret), 60, '\n')),
  base32: (secret) => base32(utf8(secret)),
  'lower-case hex': (secret) => hex(secret),
  'upper-case hex': (secret) => hex(secret).toUpperCase(),
  'hex with blanks': (secret) => pairs(secret).join(' '),
  'hex with colons': (secret) => pairs(secret).join(':').toUpperCase(),
  'hex in lines': (secret) => wrapped(hex(secret), 60, '\n'),
  'hex as an array': (secret) =>
    pairs(secret)
      .map((pair) => `0x${pair}`)
      .join(', '),
  'hex with \\x': (secret) =>
    pairs(secret)
      .map((pair) => `\\x${pair}`)
      .join(''),
  'numbers as an array': (secret) => JSON.stringify([...utf8(secret)]),
  'octal escapes': (secret) => [...utf8(secret)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  'an address': (secret) => encodeURIComponent(secret),
  'an address in lower case': (secret) => lower(encodeURIComponent(secret)),
  'an address, every byte': (secret) =>
    pairs(secret)
      .map((pair) => `%${pair}`)
      .join(''),
  'an address in an address': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'a form': (secret) => new URLSearchParams({ a: secret }).toString().slice(2),
  'HTML by name': (secret) => html(secret).replaceAll("'", '&apos;'),
  'HTML in decimals': (secret) => Array.from(secret, (one) => `&#${one.codePointAt(0)};`).join(''),
  'HTML in hex': (secret) =>
    Array.from(secret, (one) => `&#x${one.codePointAt(0)?.toString(16).toUpperCase()};`).join(''),
  'HTML of JSON': (secret) => html(inner(secret)).replaceAll("'", '&#39;'),
  JSON: (secret) => inner(secret),
  'JSON in JSON': (secret) => inner(inner(secret)),
  'JSON in JSON in JSON': (secret) => inner(inner(inner(secret))),
  'JSON as Go writes it': (secret) =>
    inner(secret).replaceAll(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
  'unicode escapes': (secret) =>
    units(secret)
      .map((unit) => `\\u${unit}`)
      .join(''),
  'unicode escapes in braces': (secret) =>
    Array.from(secret, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`).join(''),
  'UTF-16': (secret) => Array.from(secret).join('\0'),
  'in colours': (secret) => every(secret, 5, '\u001b[1;32m'),
  'in colours, as JSON': (secret) => inner(every(secret, 5, '\u001b[0m')),
  'with characters that nobody sees': (secret) => every(secret, 4, '\u200b'),
  'in soft wraps': (secret) => every(secret, 24, '\n    '),
  'over ends of lines in a shell': (secret) => every(secret.replaceAll('\n', ' '), 30, '\\\n'),
  'in quotes of a shell': (secret) => secret.replaceAll("'", String.raw`'\''`),
  'in quotes of a table': (secret) => secret.replaceAll('"', '""'),
};

/** Pieces of a form that are long enough to be worth something: every stretch of 12 characters, but for three at each end. */
export function leftOf(form: string, text: string): string[] {
  const core = form.slice(3, -3);
  const pieces = Array.from({ length: Math.max(0, core.length - 11) }, (_, at) => core.slice(at, at + 12));
  return pieces.filter((piece) => /[A-Za-z0-9]{3}/.test(piece) && text.includes(piece));
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
    .join('');
}
