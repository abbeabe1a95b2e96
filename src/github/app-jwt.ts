// Signs the App's own credentials by the clock that is handed in. Never sends or keeps them.
import { createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isoTime } from '../support/index.ts';
import type { Clock } from '../support/index.ts';

/** GitHub takes at most ten minutes; one is left for a clock that runs ahead of ours. */
const lifeSeconds = 9 * 60;
/** A clock of ours that runs ahead must not make the token look as if it came from the future. */
const skewSeconds = 30;

/** Makes JSON web tokens of an App, in the shape that `@octokit/auth-app` takes. */
export function createAppJwt(
  privateKey: string,
  clock: Clock,
): (appId: string | number) => Promise<{ jwt: string; expiresAt: string }> {
  let key: KeyObject | undefined;
  return async (appId) => {
    key ??= createPrivateKey(privateKey.replaceAll(String.raw`\n`, '\n'));
    const now = Math.floor(clock.now() / 1000);
    const expires = now + lifeSeconds;
    const head = encoded({ alg: 'RS256', typ: 'JWT' });
    const claims = encoded({ iat: now - skewSeconds, exp: expires, iss: String(appId) });
    const signature = sign('RSA-SHA256', Buffer.from(`${head}.${claims}`), key).toString('base64url');
    return { jwt: `${head}.${claims}.${signature}`, expiresAt: isoTime(expires * 1000) };
  };
}

function encoded(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
