// The GitHub App: its identity, installations, deliveries, and one paced client per installation.
import { defined, isObject, messageOf, toJson, TroupeError } from '../support/index.ts';
import type { Clock, Logger, Redactor, Troubles } from '../support/index.ts';
import { toRepositoryInfo } from './api/repository.ts';
import { idOf, createMemories } from './api/scope.ts';
import type { Id } from './api/scope.ts';
import { allPages, createClient, createOctokit } from './client/client.ts';
import type { Client } from './client/client.ts';
import { limits } from './client/limits.ts';
import { createLocalPacers } from './client/pacers.ts';
import type { PacerOf } from './client/pacers.ts';
import { createPlaces } from './places.ts';
import { createRepositoryApi } from './repository-api.ts';
import { createGitHubTime } from './client/github-time.ts';
import type { GitHubTime } from './client/github-time.ts';
import { createAppSource, createAppTokens } from './tokens.ts';
import { watched } from './standing.ts';
import { createTransport } from './transport.ts';
import type { RequestEntry } from './transport.ts';
import type { AppIdentity, DeliveryInfo, GitHubApp } from './client/types.ts';

/** What an App needs. `baseUrl` is the API's, without a slash at the end. */
export interface GitHubAppOptions {
  readonly appId: string;
  readonly privateKey: string;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Called for each request that was sent. */
  readonly requestLog?: (entry: RequestEntry) => void;
  /** Time between writes of one installation; 0 switches pacing off (tests). Without `pacerOf` only. */
  readonly writeIntervalMs?: number;
  /** How long an answer may take; 30 s by default. */
  readonly requestTimeoutMs?: number;
  /** Paces the requests of an installation (0: of the App itself). Absent: this process alone uses its limits. */
  readonly pacerOf?: PacerOf;
  /** Told when GitHub does not answer, or refuses key or clock, and when it does no more. */
  readonly troubles?: Pick<Troubles, 'failed' | 'worked'>;
  /** Ends waiting and running requests when the host stops. */
  readonly signal?: AbortSignal;
}

interface DeliveryAnswer {
  readonly id: Id;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly delivered_at: string;
  readonly status_code: number;
  readonly installation_id: Id | null;
  readonly repository_id: Id | null;
}

/** The App over HTTP. Makes no request by itself. */
export function createGitHubApp(options: GitHubAppOptions): GitHubApp {
  const { clock, log } = options;
  const signal = defined({ signal: options.signal });
  const interval = defined({ intervalMs: options.writeIntervalMs });
  const time = createGitHubTime(clock, log);
  options.redactor.add(options.privateKey);
  const newOctokit = octokitsOf(options, time, (id) => places.doubt(id));
  const source = createAppSource(options.appId, options.privateKey, { time, redactor: options.redactor });
  const pacerOf = options.pacerOf ?? createLocalPacers({ clock, ...interval, ...signal });
  const app = createClient({ octokit: newOctokit(), tokens: source, pacer: pacerOf(0), clock, time, log, ...signal });
  const tokens = createAppTokens({ app, clock, time, redactor: options.redactor });
  const clients = new Map<number, Client>();
  const memoryOf = createMemories();

  function clientOf(installationId: number): Client {
    let client = clients.get(installationId);
    if (client === undefined) {
      client = createClient({
        octokit: newOctokit(),
        tokens: tokens.installation(installationId),
        pacer: pacerOf(installationId),
        clock,
        time,
        log,
        ...signal,
      });
      clients.set(installationId, client);
    }
    return client;
  }

  const places = createPlaces({ app, clock, clientOf });
  const installations = () => installationsOf(app);
  const identity = identityReader({ app, clientOf, log });
  return {
    identity,
    installations,
    places,
    repositories: (installationId) => repositoriesOf(clientOf(installationId)),
    repository(installationId, owner, name) {
      return createRepositoryApi({
        client: clientOf(installationId),
        owner,
        repo: name,
        redactor: options.redactor,
        memory: memoryOf(owner, name),
        rights: tokens.rights(installationId),
        botLogin: async () => (await identity()).botLogin,
      });
    },
    gitToken: (installationId, repositoryId, refused) => tokens.git(installationId, repositoryId, refused),
    ...deliveriesOf(app),
    time,
  };
}

function octokitsOf(options: GitHubAppOptions, time: GitHubTime, moved: (id: number) => void) {
  const { clock, requestLog, signal, requestTimeoutMs: timeoutMs } = options;
  return () => {
    const transport = createTransport({ clock, time, moved, ...defined({ requestLog, signal, timeoutMs }) });
    return createOctokit(options.baseUrl, seen(transport, time, options), options);
  };
}

function seen(transport: typeof fetch, time: GitHubTime, { troubles, ...options }: GitHubAppOptions): typeof fetch {
  return troubles === undefined ? transport : watched(transport, { ...options, time, troubles });
}

/** The App's webhook deliveries, as GitHub keeps them. */
function deliveriesOf(app: Client): Pick<GitHubApp, 'deliveries' | 'delivery'> {
  return {
    async deliveries(cursor) {
      const { data, headers } = await app.read('list deliveries', (request) =>
        request('GET /app/hook/deliveries', { per_page: limits.pageSize, ...defined({ cursor }) }),
      );
      const next = nextCursor(headers.link);
      return { items: data.map(toDeliveryInfo), ...defined({ next }) };
    },
    async delivery(id) {
      const { data } = await app.read(`read delivery ${id}`, (request) =>
        request('GET /app/hook/deliveries/{delivery_id}', { delivery_id: id }),
      );
      const payload: unknown = data.request.payload;
      return { event: data.event, guid: data.guid, payload: isObject(payload) ? toJson(payload) : null };
    },
  };
}

async function repositoriesOf(client: Client): ReturnType<GitHubApp['repositories']> {
  const rows = await allPages(async (page) => {
    const { data } = await client.read('list repositories', (request) =>
      request('GET /installation/repositories', page),
    );
    return data.repositories;
  });
  return rows.map(toRepositoryInfo);
}

async function installationsOf(app: Client): ReturnType<GitHubApp['installations']> {
  const rows = await allPages(async (page) => {
    const { data } = await app.read('list installations', (request) => request('GET /app/installations', page));
    return data;
  });
  return rows
    .filter((row) => !row.suspended_at)
    .map((row) => ({
      id: idOf(row.id),
      account: accountName(row.account),
    }));
}

/** What an identity is read with. */
interface Asked {
  readonly app: Client;
  readonly log: GitHubAppOptions['log'];
  clientOf(installationId: number): Client;
}

/** Who the App is, asked once; asked again while the bot's user id is not known. */
function identityReader(asked: Asked): () => Promise<AppIdentity> {
  let known: Promise<AppIdentity> | undefined;
  return function identity() {
    if (known !== undefined) return known;
    const reading = readIdentity(asked);
    known = reading;
    reading.then(
      (found) => {
        if (found.botId === 0) known = undefined;
      },
      () => {
        known = undefined;
      },
    );
    return reading;
  };
}

async function readIdentity(asked: Asked): Promise<AppIdentity> {
  const { data } = await asked.app.read('read the App', (request) => request('GET /app'));
  const slug = data?.slug ?? '';
  if (data === null || slug === '') {
    throw new TroupeError('github/auth', 'Cannot read the App: GitHub sent no name', { class: 'auth' });
  }
  const owner = data.owner !== null && 'login' in data.owner ? data.owner.login : '';
  const botLogin = `${slug}[bot]`;
  return { id: idOf(data.id), slug, name: data.name, owner, botLogin, botId: await botIdOf(asked, botLogin) };
}

/** The bot's user id, for commit addresses; 0 while no installation can be asked: an App's own credentials cannot. */
async function botIdOf({ app, log, clientOf }: Asked, botLogin: string): Promise<number> {
  try {
    const [first] = await installationsOf(app);
    if (first === undefined) return 0;
    const { data } = await clientOf(first.id).read(`read user ${botLogin}`, (request) =>
      request('GET /users/{username}', { username: botLogin }),
    );
    return idOf(data.id);
  } catch (error) {
    log.warn({ botLogin, error: messageOf(error) }, 'cannot read the id of the bot user');
    return 0;
  }
}

function toDeliveryInfo(row: DeliveryAnswer): DeliveryInfo {
  return {
    id: idOf(row.id),
    guid: row.guid,
    event: row.event,
    action: row.action,
    deliveredAt: row.delivered_at,
    statusCode: row.status_code,
    installationId: row.installation_id === null ? null : idOf(row.installation_id),
    repositoryId: row.repository_id === null ? null : idOf(row.repository_id),
  };
}

/** The cursor of the next page as the `link` header names it. */
function nextCursor(link: string | undefined): string | undefined {
  const url = /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return url === undefined ? undefined : (new URL(url).searchParams.get('cursor') ?? undefined);
}

/** An account's name: people and organisations have a login, enterprises a slug. */
function accountName(account: { readonly login?: string; readonly slug?: string } | null): string {
  return account?.login ?? account?.slug ?? '';
}
