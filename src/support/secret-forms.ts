// The forms in which a secret travels: as it is, in base64 at any place of a longer text, hex, addresses, JSON, backwards. Pure.

/** Shorter values are not taken as secrets: they would eat ordinary words. */
export const shortest = 6;

/** The secret in each form of text; none for one that is too short. */
export function formsOf(secret: string): string[] {
  if (secret.length < shortest) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const inAddress = encodeURIComponent(secret);
  const forms = [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    ...[0, 1, 2].flatMap((shift) => withinBase64(bytes, shift)),
    hex,
    hex.toUpperCase(),
    inAddress,
    inAddress.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    Array.from(secret).toReversed().join(''),
    // git's basic authentication header carries the token in this form
    Buffer.from(`x-access-token:${secret}`, 'utf8').toString('base64'),
  ];
  return [...new Set(forms.map((form) => form.replace(/=+$/, '')))].filter((form) => form.length >= shortest);
}

/** What base64 of a longer text holds of it, where it begins `shift` bytes behind a group of three: whole characters only. */
function withinBase64(bytes: Buffer, shift: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
  const end = Math.floor((whole.length * 4) / 3);
  const start = Math.ceil((shift * 4) / 3);
  return [whole.toString('base64').slice(start, end), whole.toString('base64url').slice(start, end)];
}

/**
 * Whether a value reads like a setting: an address without credentials, a path, or words and small numbers (`production`, `gpt-4o`).
 * Operators hand such values to agents beside their keys, and ordinary files hold them.
 */
export function readsLikeSetting(value: string): boolean {
  if (/^https?:\/\/[^@?#]*$/i.test(value)) return value.slice(8).split(/[/.:]/).every(isOrdinary);
  return value.split(/[-_.:/]/).every(isOrdinary);
}

function isOrdinary(part: string): boolean {
  return /^(?:[A-Za-z]?[a-z]{0,11}\d{0,3}[a-z]?|\d{1,8}[a-z]{0,2})$/.test(part);
}
