// Looks for what is left of uttered secrets: any sixteen characters of any form, however it was cut and whatever it was put into. Knows no redactor.
import { randomBytes, generateKeyPairSync } from 'node:crypto';
import type { NamedText } from './leaks.ts';
import { secretForms } from './secret-forms.ts';

/** Secrets of three kinds, new each time: a key, a password with every odd sign, a private key. */
export function threeSecrets(): readonly [key: string, password: string, privateKey: string] {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const odd = randomBytes(12).toString('base64url');
  return [randomBytes(24).toString('base64url'), `Zw3'x"q/<v&9>\\k%41 h${odd}7+L=m:p@2#e`, privateKey];
}

/** Each form of a secret, as it would be uttered. */
export function uttered(secret: string): readonly string[] {
  return Object.values(secretForms).map((formOf) => formOf(secret));
}

const width = 16;
const mostUsual = 10;

/** A search for the secrets: where something of which form of which of them is left. */
export function searchForForms(secrets: readonly string[]): (texts: readonly NamedText[]) => string[] {
  const known = new Map<string, string>();
  for (const [index, secret] of secrets.entries())
    for (const [name, formOf] of Object.entries(secretForms))
      for (const piece of piecesOf(formOf, secret)) if (!known.has(piece)) known.set(piece, `secret ${index}, ${name}`);
  return (texts) =>
    texts.flatMap(({ name, bytes }) => {
      const text = bytes.toString('latin1');
      const found = new Set<string>();
      for (let at = 0; at + width <= text.length; at += 1) {
        const what = known.get(text.slice(at, at + width));
        if (what !== undefined) found.add(what);
      }
      return [...found].map((what) => `${name}: ${what}`);
    });
}

/** All that the form of this secret has and that of another secret has not: `x-access-token:` in base64 says nothing. */
function* piecesOf(formOf: (secret: string) => string, secret: string): Generator<string> {
  const inJson = (text: string): string => JSON.stringify(text);
  const other = secret.replaceAll(/-----[A-Z ]+-----|[A-Za-z0-9]/g, (one) =>
    one.length > 1 ? one : one === 'q' ? 'r' : 'q',
  );
  // a few bits at the edge of what is encoded together are nobody's secret
  const usual = new Set(
    [...windowsOf(formOf(other)), ...windowsOf(inJson(formOf(other)))].flatMap((piece) => [
      piece.slice(0, mostUsual),
      piece.slice(-mostUsual),
    ]),
  );
  for (const piece of [...windowsOf(formOf(secret)), ...windowsOf(inJson(formOf(secret)))])
    if (!usual.has(piece.slice(0, mostUsual)) && !usual.has(piece.slice(-mostUsual)) && isTelling(piece)) yield piece;
}

function windowsOf(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  // of the first and the last characters of an encoding a part is of what stands beside the secret
  return Array.from({ length: Math.max(0, bytes.length - width - 7) }, (_, at) => bytes.slice(at + 4, at + 4 + width));
}

/** Numbers alone are of times and sizes as well. */
function isTelling(piece: string): boolean {
  return /[A-Za-z]/.test(piece) || new Set(piece).size > 7;
}
