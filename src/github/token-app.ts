// A plain token seen as an App: for Actions, where the job's token or an App's token is all there is. Has no deliveries and no installations.
import { isObject, TroupeError } from '../support/index.ts';
import type { Clock, Logger, Redactor } from '../support/index.ts';
import { createClient, createOctokit } from './client/client.ts';
import { graphql } from './client/graphql.ts';
import { createPacer } from './client/pacer.ts';
import { createMemories } from './api/scope.ts';
import { createRepositoryApi } from './repository-api.ts';
import { createTransport } from './transport.ts';
import type { RequestEntry } from './transport.ts';
import type { AppIdentity, GitHubApp } from './client/types.ts';

/** What a token needs. `owner`: the account that stands for the App's owner. */
export interface TokenAppOptions {
  readonly token: string;
  readonly baseUrl: string;
  readonly owner: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly requestLog?: (entry: RequestEntry) => void;
  readonly writeIntervalMs?: number;
  readonly signal?: AbortSignal;
}

/** Whose token it is: of the job, of another App, or of a person. */
export type TokenKind = 'job' | 'app' | 'person';

/** An App behind one token. */
export interface TokenApp extends GitHubApp {
  kind(): Promise<TokenKind>;
}

/** The login that the token of a job writes as. */
const jobLogin = 'github-actions[bot]';
/** Its id on github.com; it makes the address of its commits. */
const jobBotId = 41_898_282;

/** The token as an App. Makes no request by itself. */
export function createTokenApp(options: TokenAppOptions): TokenApp {
  const { clock, log, redactor, token } = options;
  redactor.add(token);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const requestLog = options.requestLog === undefined ? {} : { requestLog: options.requestLog };
  const interval = options.writeIntervalMs === undefined ? {} : { intervalMs: options.writeIntervalMs };
  const client = createClient({
    octokit: createOctokit(options.baseUrl, createTransport({ clock, ...requestLog, ...signal }), log),
    tokens: { header: () => Promise.resolve(`token ${token}`), drop: () => false },
    pacer: createPacer({ clock, ...interval, ...signal }),
    clock,
    log,
    ...signal,
  });
  const memoryOf = createMemories();
  let known: Promise<AppIdentity> | undefined;

  function identity(): Promise<AppIdentity> {
    if (known !== undefined) return known;
    const asked = readViewer();
    known = asked;
    // a passing failure must not be remembered
    asked.catch(() => (known = undefined));
    return asked;
  }

  // REST tells a person's token whose it is and refuses an installation's; GraphQL answers both.
  async function readViewer(): Promise<AppIdentity> {
    try {
      const data = await client.read('read whose the token is', (request) =>
        graphql(request, 'query { viewer { login databaseId } }', {}),
      );
      const viewer = isObject(data) && isObject(data['viewer']) ? data['viewer'] : {};
      const login = typeof viewer['login'] === 'string' ? viewer['login'] : jobLogin;
      return identityOf(login, Number(viewer['databaseId'] ?? jobBotId), options.owner);
    } catch (error) {
      if (!(error instanceof TroupeError) || !['github/permission', 'github/graphql'].includes(error.code)) throw error;
      return identityOf(jobLogin, jobBotId, options.owner);
    }
  }

  function none(): never {
    throw new TroupeError('github/permission', 'Cannot use the deliveries of an App: there is only a token', {
      class: 'auth',
    });
  }

  return {
    identity,
    async kind() {
      const { botLogin } = await identity();
      if (botLogin === jobLogin) return 'job';
      return botLogin.endsWith('[bot]') ? 'app' : 'person';
    },
    installations: () => Promise.resolve([]),
    repositories: () => Promise.resolve([]),
    repository: (_installation, owner, name) =>
      createRepositoryApi({
        client,
        owner,
        repo: name,
        memory: memoryOf(owner, name),
        botLogin: async () => (await identity()).botLogin,
      }),
    gitToken: () => Promise.resolve(token),
    deliveries: none,
    delivery: none,
  };
}

function identityOf(login: string, id: number, owner: string): AppIdentity {
  const slug = login.replace(/\[bot\]$/, '');
  return { id, slug, name: slug, owner, botLogin: login, botId: id };
}
