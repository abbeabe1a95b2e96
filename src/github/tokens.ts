// Installation tokens: asked right before use, renewed before they end, told to the redactor before anybody sees them.
import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/rest';
import type { Clock, Redactor } from '../support/index.ts';
import { createAppJwt } from './app-jwt.ts';
import type { TokenRights } from './api/token-rights.ts';
import type { TokenSource } from './client/client.ts';
import { limits } from './client/limits.ts';

/** The App's credentials. */
export interface AppTokens {
  /** Signed by the App itself, for `/app…` only. */
  app(): TokenSource;
  installation(id: number): TokenSource;
  /** What the installation's token may do, as GitHub told it with the token. */
  rights(id: number): TokenRights;
  /** A token for one repository, narrowed to writing its contents; another one than `refused`. */
  git(installationId: number, repositoryId: number, refused?: string): Promise<string>;
}

/** What the App's credentials are made of. */
export interface AppTokensOptions {
  readonly appId: string;
  readonly privateKey: string;
  readonly octokit: Octokit;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

interface Held {
  readonly token: Promise<string>;
  renewAt: number;
  text?: string;
  permissions?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly token: string;
  readonly expiresAt: string;
  readonly permissions?: Readonly<Record<string, string | undefined>>;
}

/** The part of its life that a token is used: of an hour 55 minutes, the rest is for the request that carries it. */
const usedLife = 11 / 12;

/** Tokens of an App; several calls for the same one share a request. */
export function createAppTokens({ appId, privateKey, octokit, clock, redactor }: AppTokensOptions): AppTokens {
  const auth = createAppAuth({ appId, createJwt: createAppJwt(privateKey, clock), request: octokit.request });
  const held = new Map<string, Held>();
  const cached = cacheOf(held, { clock, redactor });

  return {
    app: () => ({
      async header() {
        const { token } = await auth({ type: 'app' });
        redactor.add(token, limits.signedLifeMs);
        return `bearer ${token}`;
      },
      drop: () => false,
    }),
    installation: (installationId) => {
      const key = String(installationId);
      let latest = '';
      return {
        async header() {
          latest = `token ${await cached(key, () => auth({ type: 'installation', installationId, refresh: true }))}`;
          return latest;
        },
        drop(header) {
          // Several requests may be refused with the same token: only the first makes a new one necessary.
          if (header === latest) held.delete(key);
          return true;
        },
      };
    },
    rights: (installationId) => ({
      holder: () => 'app',
      async told(fresh) {
        const key = String(installationId);
        if (fresh) held.delete(key);
        await cached(key, () => auth({ type: 'installation', installationId, refresh: true }));
        return held.get(key)?.permissions;
      },
    }),
    git(installationId, repositoryId, refused) {
      const key = `${installationId}/${repositoryId}`;
      if (refused !== undefined && held.get(key)?.text === refused) held.delete(key);
      return cached(key, () =>
        auth({
          type: 'installation',
          installationId,
          refresh: true,
          repositoryIds: [repositoryId],
          permissions: { contents: 'write', metadata: 'read' },
        }),
      );
    },
  };
}

/** What the answer tells, without what it leaves open. */
function told(permissions: NonNullable<Answered['permissions']>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(permissions).flatMap(([name, level]) => (level === undefined ? [] : [[name, level]])),
  );
}

/** Tokens as they were asked for last, each until it has to be renewed. */
function cacheOf(held: Map<string, Held>, { clock, redactor }: Pick<AppTokensOptions, 'clock' | 'redactor'>) {
  return function cached(key: string, ask: () => Promise<Answered>): Promise<string> {
    const known = held.get(key);
    const now = clock.now();
    if (known !== undefined && known.renewAt > now) return known.token;
    const asked = ask();
    const fresh: Held = { token: asked.then(({ token }) => token), renewAt: now + limits.tokenRenewMs };
    asked.then(
      ({ token, expiresAt, permissions }) => {
        redactor.add(token, limits.tokenLifeMs);
        fresh.text = token;
        if (permissions !== undefined) fresh.permissions = told(permissions);
        const life = Date.parse(expiresAt) - now;
        if (life > 0) fresh.renewAt = now + Math.min(limits.tokenRenewMs, life * usedLife);
      },
      // A failed request must not be remembered for 55 minutes.
      () => {
        if (held.get(key) === fresh) held.delete(key);
      },
    );
    held.set(key, fresh);
    return fresh.token;
  };
}
