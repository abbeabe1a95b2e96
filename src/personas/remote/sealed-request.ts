// What a job is told that everybody may read: where its request lies, sealed with the key that the bot and the job share. Pure but for random bytes.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { isObject, parseJson, TroupeError } from '../../support/index.ts';
import { remoteMessages as say } from './messages.ts';

/** Where a request lies. */
export interface RequestPlace {
  readonly requestId: string;
  /** Signed, and over with the request. */
  readonly url: string;
}

/** Characters of a key below which somebody could guess it. */
export const leastKeyCharacters = 32;

const [cipher, purpose] = ['aes-256-gcm', 'troupe persona request 1'] as const;
const [ivBytes, tagBytes] = [12, 16];

/** The text that whoever has the key opens, and nobody else makes. */
export function sealRequest(key: string, { requestId, url }: RequestPlace): string {
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, keyBytes(key), iv);
  const sealed = [sealing.update(JSON.stringify({ request_id: requestId, url }), 'utf8'), sealing.final()];
  return Buffer.concat([iv, ...sealed, sealing.getAuthTag()]).toString('base64url');
}

/** What was sealed. Throws `persona/sealed` where it was sealed with another key, or not at all. */
export function openRequest(key: string, text: string): RequestPlace {
  const value = opened(key, Buffer.from(text, 'base64url'));
  const { request_id: requestId, url } = isObject(value) ? value : {};
  if (typeof requestId !== 'string' || typeof url !== 'string') throw unsealed();
  return { requestId, url };
}

function opened(key: string, bytes: Buffer): unknown {
  if (bytes.length <= ivBytes + tagBytes) throw unsealed();
  try {
    const opening = createDecipheriv(cipher, keyBytes(key), bytes.subarray(0, ivBytes));
    opening.setAuthTag(bytes.subarray(-tagBytes));
    const parts = [opening.update(bytes.subarray(ivBytes, -tagBytes)), opening.final()];
    return parseJson(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw unsealed();
  }
}

/** A key as people make one, of whatever length. */
function keyBytes(key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
}

function unsealed(): TroupeError {
  return new TroupeError('persona/sealed', say.unsealed(), { class: 'config', hint: say.unsealedHint() });
}
