// Signs what an address says, so that nobody else makes one. Pure.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The signature of these words under a secret, in base64 that an address holds. */
export function signedWith(secret: string, words: readonly string[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(words)).digest('base64url');
}

/** Whether two texts are the same, in a time that tells nothing of them. */
export function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given, 'utf8'), Buffer.from(wanted, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
}
