// The forms in which a secret travels that undoing escapes does not lead back: base64 at any place of a longer text, base32, backwards, quoted. Pure.

/** Shorter values are not taken as secrets: they would eat ordinary words. */
export const shortest = 6;

/** The secret in each form; none for one that is too short. Escapes, blanks and hex are undone by whoever reads a text. */
export function formsOf(secret: string): Buffer[] {
  if (secret.length < shortest) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const wide = Buffer.from(secret, 'utf16le');
  const wideToo = Buffer.from(wide).swap16();
  const texts = [
    secret,
    Array.from(secret).toReversed().join(''),
    ...quoted(secret),
    secret.replaceAll('\\', ''),
    ...written(secret).flatMap((text) => inBase64(Buffer.from(text, 'utf8'))),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    ...inBase64(bytes).flatMap((text) => inBase64(Buffer.from(text, 'latin1'))),
    ...inBase64(wide),
    ...inBase64(wideToo),
    ...[0, 1, 2, 3, 4].map((shift) => inBase32(bytes, shift)),
  ].filter((text) => text.length >= shortest);
  return [...[...new Set(texts)].map((text) => Buffer.from(text, 'utf8')), wide, wideToo];
}

/** As it stands in a command, a table of values or a form. */
function quoted(secret: string): string[] {
  return [
    secret.replaceAll("'", String.raw`'\''`),
    secret.replaceAll("'", "''"),
    secret.replaceAll('"', '""'),
    secret.replaceAll(' ', '+'),
    encodeURIComponent(secret).replaceAll('%20', '+'),
  ];
}

/** As it stands in what is put into base64 as a whole: plain, JSON, JSON in JSON, an address, HTML. */
function written(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    ...new Set([
      secret,
      json,
      JSON.stringify(json).slice(1, -1),
      encodeURIComponent(secret),
      html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
      html.replaceAll('"', '&#34;').replaceAll("'", '&#x27;'),
    ]),
  ];
}

/** What base64 of a longer text holds of it, wherever it begins there: whole characters only. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
    const end = Math.floor((whole.length * 4) / 3);
    const start = Math.ceil((shift * 4) / 3);
    const cut = (text: string): string => text.slice(start, end);
    return [...new Set([cut(whole.toString('base64')), cut(whole.toString('base64url'))])];
  });
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The same in base32, where five bytes are eight characters. */
function inBase32(bytes: Buffer, shift: number): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of [...Array.from({ length: shift }, () => 0), ...bytes]) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += letters.charAt((held >> (bits - 5)) & 31);
  }
  return text.slice(Math.ceil((shift * 8) / 5));
}

/**
 * Whether a value reads like a setting: an address without credentials, a path or a list of them, or words and small numbers (`production`,
 * `gpt-4o`). Operators hand such values to agents beside their keys, and ordinary files hold them.
 */
export function readsLikeSetting(value: string): boolean {
  if (/^https?:\/\/[^@?#]*$/i.test(value)) return value.slice(8).split(/[/.:]/).every(isOrdinary);
  if (value.startsWith('/') && value.split(':').every(isPath)) return true;
  return value.split(/[-_.:/]/).every(isOrdinary);
}

/** `/opt/homebrew/opt/node@24/bin`: of every part of a path a person chose the name. */
function isPath(path: string): boolean {
  return path === '' || (path.startsWith('/') && path.split(/[/@+._-]/).every(isPart));
}

function isPart(part: string): boolean {
  return /^(?:[A-Za-z]?[a-z]{0,23}\d{0,4}[a-z]?|[A-Z]{1,12}|\d{1,8}[a-z]{0,2}|[A-Za-z]{1,12}\d{1,3}[a-z]{1,8})$/.test(
    part,
  );
}

function isOrdinary(part: string): boolean {
  return /^(?:[A-Za-z]?[a-z]{0,11}\d{0,3}[a-z]?|\d{1,8}[a-z]{0,2})$/.test(part);
}
