// Every form in which a secret is uttered, for secrets of three kinds: what is left of it is nothing.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { leftOf, secretForms } from '../../test/support/secret-forms.ts';
import { createRedactor } from './redact.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const kinds = {
  'a key': 'k9Zx-Qw7vTb2_Lm4Rn8Ys6Hd1Fg3Jc5',
  'a password': 'Zw3\'x"q/<v&9>\\k%41 hö7+L=m:p@2#e',
  'a private key': privateKey,
} as const;

const b64 = (text: string): string => Buffer.from(text).toString('base64');
/** What an encoding holds beside the secret. */
const around = ['ada:', '_json_key:', 'x-access-token:', '{"password":"', `{"auths":{"ghcr.io":{"auth":"YWRhO`].map(
  b64,
);

describe.each(Object.entries(kinds))('%s', (_kind, secret) => {
  const redactor = createRedactor([secret]);
  const many = createRedactor([...Array.from({ length: 500 }, (_, n) => `another-secret-${n}-9f8e7d${n}`), secret]);

  test.each(Object.entries(secretForms))('%s', (_name, formOf) => {
    const form = formOf(secret);
    // what stands around an encoded user is nobody's secret
    for (const text of [form, `before ${form} after`, JSON.stringify({ said: `x="${form}"\n` })])
      for (const one of [redactor, many]) {
        const kept = one.text(text);
        const left = leftOf(form, kept).filter((piece) => !around.some((word) => word.includes(piece.slice(0, -2))));
        expect(left, kept.slice(0, 400)).toEqual([]);
        expect(kept).toContain('[redacted]');
      }
  });
});
