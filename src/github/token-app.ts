// A plain token seen as an App: for Actions, where the job's token or an App's token is all there is. Has no deliveries and no installations.
import { isObject, TroupeError } from '../support/index.ts';
import type { Clock, Logger, Redactor } from '../support/index.ts';
import { createClient, createOctokit } from './client/client.ts';
import type { Client } from './client/client.ts';
import { graphql } from './client/graphql.ts';
import { createLocalPacers } from './client/pacers.ts';
import type { PacerOf } from './client/pacers.ts';
import type { TokenHolder } from './client/permissions.ts';
import { createMemories } from './api/scope.ts';
import { createRepositoryApi } from './repository-api.ts';
import { createGitHubTime } from './client/github-time.ts';
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
  /** Paces the token's requests, as those of installation 0. Absent: this process alone uses its limits. */
  readonly pacerOf?: PacerOf;
  /** Time between writes; 0 switches pacing off (tests). Without `pacerOf` only. */
  readonly writeIntervalMs?: number;
  readonly signal?: AbortSignal;
}

/** Whose token it is: of the job, of another App, or of a person. */
export type TokenKind = TokenHolder;

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
  const time = createGitHubTime(clock, log);
  const pacerOf = options.pacerOf ?? createLocalPacers({ clock, ...interval, ...signal });
  // until it was asked: a job has an installation's token, and nothing else looks like a person's
  let known: TokenKind = token.startsWith('ghs_') ? 'job' : 'person';
  const client = createClient({
    octokit: createOctokit(options.baseUrl, createTransport({ clock, time, ...requestLog, ...signal }), {
      log,
      redactor,
    }),
    tokens: { header: () => Promise.resolve(`token ${token}`), drop: () => false },
    pacer: pacerOf(0),
    clock,
    time,
    log,
    holder: () => known,
    ...signal,
  });
  const memoryOf = createMemories();
  const identity = identityReader(client, options.owner, (login) => (known = kindOf(login)));
  return {
    identity,
    async kind() {
      return kindOf((await identity()).botLogin);
    },
    installations: () => Promise.resolve([]),
    repositories: () => Promise.resolve([]),
    repository: (_installation, owner, name) =>
      createRepositoryApi({
        client,
        owner,
        repo: name,
        redactor,
        memory: memoryOf(owner, name),
        rights: { holder: () => known },
        botLogin: async () => (await identity()).botLogin,
      }),
    async gitToken() {
      options.signal?.throwIfAborted();
      return token;
    },
    time,
    deliveries: none,
    delivery: none,
  };
}

function kindOf(login: string): TokenKind {
  if (login === jobLogin) return 'job';
  return login.endsWith('[bot]') ? 'app' : 'person';
}

/** Whose the token is, asked once; a passing failure is not remembered. */
function identityReader(client: Client, owner: string, onKnown: (login: string) => void): () => Promise<AppIdentity> {
  let known: Promise<AppIdentity> | undefined;
  return function identity() {
    if (known !== undefined) return known;
    const asked = readViewer(client, owner);
    known = asked;
    void asked.then(({ botLogin }) => onKnown(botLogin)).catch(() => undefined);
    // a passing failure must not be remembered
    asked.catch(() => (known = undefined));
    return asked;
  };
}

// REST tells a person's token whose it is and refuses an installation's; GraphQL answers both.
async function readViewer(client: Client, owner: string): Promise<AppIdentity> {
  try {
    const data = await client.read('read whose the token is', (request) =>
      graphql(request, 'query { viewer { login databaseId } }', {}),
    );
    const viewer = isObject(data) && isObject(data['viewer']) ? data['viewer'] : {};
    const login = typeof viewer['login'] === 'string' ? viewer['login'] : jobLogin;
    return identityOf(login, Number(viewer['databaseId'] ?? jobBotId), owner);
  } catch (error) {
    if (
      !(error instanceof TroupeError) ||
      !['github/permission', 'github/setting', 'github/graphql'].includes(error.code)
    )
      throw error;
    return identityOf(jobLogin, jobBotId, owner);
  }
}

function none(): never {
  throw new TroupeError('github/permission', 'Cannot use the deliveries of an App: there is only a token', {
    class: 'auth',
  });
}

function identityOf(login: string, id: number, owner: string): AppIdentity {
  const slug = login.replace(/\[bot\]$/, '');
  return { id, slug, name: slug, owner, botLogin: login, botId: id };
}
