// Signs the App's own credentials by GitHub's time. Never sends or keeps them.
import { createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { GitHubTime } from './client/github-time.ts';

/** GitHub takes at most ten minutes; one is left for a clock that runs ahead of ours. */
const lifeSeconds = 9 * 60;
/** A clock of ours that runs ahead must not make the token look as if it came from the future. */
const skewSeconds = 30;

/** Makes JSON web tokens of an App, each good for nine minutes. */
export function createAppJwt(appId: string, privateKey: string, time: Pick<GitHubTime, 'now'>): () => string {
  let key: KeyObject | undefined;
  return () => {
    key ??= createPrivateKey(privateKey.replaceAll(String.raw`\n`, '\n'));
    const now = Math.floor(time.now().getTime() / 1000);
    const head = encoded({ alg: 'RS256', typ: 'JWT' });
    const claims = encoded({ iat: now - skewSeconds, exp: now + lifeSeconds, iss: appId });
    const signature = sign('RSA-SHA256', Buffer.from(`${head}.${claims}`), key).toString('base64url');
    return `${head}.${claims}.${signature}`;
  };
}

function encoded(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
