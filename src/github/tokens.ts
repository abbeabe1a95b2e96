// Installation tokens: asked right before use like everything else that is asked, renewed before they end, told to the redactor before anybody sees them.
import { TroupeError } from '../support/index.ts';
import type { Clock, Redactor } from '../support/index.ts';
import { createAppJwt } from './app-jwt.ts';
import type { TokenRights } from './api/token-rights.ts';
import type { Client, TokenSource } from './client/client.ts';
import { limits } from './client/limits.ts';
import { hints, messages } from './client/messages.ts';
import type { GitHubTime } from './client/github-time.ts';

/** The App's credentials. */
export interface AppTokens {
  installation(id: number): TokenSource;
  /** What the installation's token may do, as GitHub told it with the token. */
  rights(id: number): TokenRights;
  /** A token for one repository, narrowed to writing its contents; another one than `refused`. */
  git(installationId: number, repositoryId: number, refused?: string): Promise<string>;
}

/** What the App's credentials are made of. */
export interface AppTokensOptions {
  /** Sends what is signed by the App itself. */
  readonly app: Pick<Client, 'read'>;
  readonly clock: Clock;
  readonly time: GitHubTime;
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
  readonly permissions?: Readonly<Record<string, string>>;
}

/** What a token is narrowed to. */
interface Narrow {
  readonly repository_ids?: number[];
  readonly permissions?: { readonly contents: 'write'; readonly metadata: 'read' };
}

/** The part of its life that a token is used: of an hour 55 minutes, the rest is for the request that carries it. */
const usedLife = 11 / 12;

/** Signs for the App itself, for `/app…` only. */
export function createAppSource(
  appId: string,
  privateKey: string,
  { time, redactor }: { readonly time: GitHubTime; readonly redactor: Redactor },
): TokenSource {
  const sign = createAppJwt(appId, privateKey, time);
  return {
    async header() {
      const token = sign();
      redactor.add(token, limits.signedLifeMs);
      return `bearer ${token}`;
    },
    drop: () => false,
  };
}

/** Tokens of an App; several calls for the same one share a request. */
export function createAppTokens({ app, ...options }: AppTokensOptions): AppTokens {
  const held = new Map<string, Held>();
  const cached = cacheOf(held, options);

  function ask(what: string, installationId: number, narrow: Narrow): Promise<Answered> {
    // each makes a token of its own, so it may be asked again whatever became of the one before
    const answer = app.read(what, (request) =>
      request('POST /app/installations/{installation_id}/access_tokens', {
        installation_id: installationId,
        ...narrow,
      }),
    );
    return answer.then(({ data }) => told(data), refused(what));
  }

  function ofInstallation(id: number): Promise<string> {
    return cached(String(id), () => ask(`get a token of installation ${id}`, id, {}));
  }

  return {
    installation: (installationId) => {
      let latest = '';
      return {
        async header() {
          latest = `token ${await ofInstallation(installationId)}`;
          return latest;
        },
        drop(header) {
          // Several requests may be refused with the same token: only the first makes a new one necessary.
          if (header === latest) held.delete(String(installationId));
          return true;
        },
      };
    },
    rights: (installationId) => ({
      holder: () => 'app',
      async told(fresh) {
        const key = String(installationId);
        if (fresh) held.delete(key);
        await ofInstallation(installationId);
        return held.get(key)?.permissions;
      },
    }),
    git(installationId, repositoryId, unwanted) {
      const key = `${installationId}/${repositoryId}`;
      if (unwanted !== undefined && held.get(key)?.text === unwanted) held.delete(key);
      return cached(key, () =>
        ask(`get a token for git in repository ${repositoryId}`, installationId, {
          repository_ids: [repositoryId],
          permissions: { contents: 'write', metadata: 'read' },
        }),
      );
    },
  };
}

/** The answer, without what it leaves open. */
function told(data: { readonly token: string; readonly expires_at: string; readonly permissions?: object }): Answered {
  const { token, expires_at: expiresAt, permissions } = data;
  const levels = Object.entries(permissions ?? {}).flatMap(([name, level]: [string, unknown]) =>
    typeof level === 'string' ? [[name, level] as const] : [],
  );
  return { token, expiresAt, ...(permissions === undefined ? {} : { permissions: Object.fromEntries(levels) }) };
}

/** Who asks for a file and has no token would take it for missing: an installation that GitHub does not show has no credentials. */
function refused(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof TroupeError && error.code === 'github/not-found')
      throw new TroupeError('github/auth', messages.notInstalled(what), {
        class: 'auth',
        hint: hints.unauthorized.app,
        cause: error,
      });
    throw error;
  };
}

/** Tokens as they were asked for last, each until it has to be renewed. */
function cacheOf(held: Map<string, Held>, { clock, time, redactor }: Omit<AppTokensOptions, 'app'>) {
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
        if (permissions !== undefined) fresh.permissions = permissions;
        // both by GitHub's clock; ours may show anything
        const life = Date.parse(expiresAt) - time.now().getTime();
        if (life > 0) fresh.renewAt = clock.now() + Math.min(limits.tokenRenewMs, life * usedLife);
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
