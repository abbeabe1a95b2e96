// Holds the state of one local GitHub and finds things in it. Never answers requests and never changes what it finds.
import { EventEmitter } from 'node:events';
import { isoTime } from '../../support/index.ts';
import type { Clock } from '../../support/index.ts';
import { notFound } from './replies.ts';
import type { App, Comment, Installation, Issue, Repository, Token, User } from '../model/index.ts';
import type { DeliveryRecord, Permission, Runner } from '../types/index.ts';

/** The state, and what every part needs: ids, time, addresses. */
export interface World {
  readonly dir: string;
  readonly clock: Clock;
  readonly tokenLifetimeMs: number;
  /** Set once the port is known. */
  url: string;
  apiUrl: string;
  readonly users: Map<string, User>;
  readonly apps: Map<number, App>;
  readonly installations: Map<number, Installation>;
  readonly repositories: Map<number, Repository>;
  /** Former full names, lower case → repository id. */
  readonly formerNames: Map<string, number>;
  readonly tokens: Map<string, Token>;
  readonly deliveries: StoredDelivery[];
  readonly changes: EventEmitter;
  readonly locks: Map<number, Promise<unknown>>;
  /** Absent: what is dispatched stays in the queue. */
  runner?: Runner;
  nextId(): number;
  /** Seconds precision, as GitHub writes times. */
  now(): string;
  /** Something happened that `until` may wait for. */
  changed(): void;
  /** Sends the webhook that a change makes. Resolves when the payload is fixed, not when it arrived. */
  emit(event: Emission): Promise<void>;
}

/** A delivery with what the deliveries API shows of it. */
export interface StoredDelivery extends DeliveryRecord {
  statusCode: number;
  status: string;
  durationMs: number;
  readonly url: string;
  readonly body: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody: string;
}

/** A state change that webhooks tell of. */
export interface Emission {
  readonly event: string;
  readonly action?: string;
  readonly repository?: Repository;
  readonly sender: User;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Only this App hears of it, whatever it subscribed to. */
  readonly onlyApp?: App;
  readonly installation?: Installation;
}

/** An empty world. */
export function createWorld(
  options: { readonly dir: string; readonly clock: Clock; readonly tokenLifetimeMs: number },
  emit: (world: World, event: Emission) => Promise<void>,
): World {
  let id = 1_000_000;
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  const world: World = {
    ...options,
    url: '',
    apiUrl: '',
    users: new Map(),
    apps: new Map(),
    installations: new Map(),
    repositories: new Map(),
    formerNames: new Map(),
    tokens: new Map(),
    deliveries: [],
    changes,
    locks: new Map(),
    nextId: () => (id += 1 + (id % 7)),
    now: () => `${isoTime(options.clock.now()).slice(0, 19)}Z`,
    changed: () => void changes.emit('change'),
    emit: (event) => emit(world, event),
  };
  return world;
}

/** A user by login; throws 404 when there is none. */
export function findUser(world: World, login: string): User {
  const user = world.users.get(login.toLowerCase());
  if (user === undefined) throw notFound();
  return user;
}

/** A repository by owner and name; undefined when there is none. */
export function repositoryNamed(world: World, owner: string, name: string): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  for (const repository of world.repositories.values())
    if (fullName(repository).toLowerCase() === wanted) return repository;
  return undefined;
}

/** A repository by full name; throws 404 when there is none. */
export function findRepository(world: World, full: string): Repository {
  const [owner = '', name = ''] = full.split('/');
  const repository = repositoryNamed(world, owner, name);
  if (repository === undefined) throw notFound();
  return repository;
}

/** An issue or pull request by number; throws 404 when there is none. */
export function findIssue(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number);
  if (issue === undefined) throw notFound();
  return issue;
}

/** A comment by id; throws 404 when there is none. */
export function findComment(repository: Repository, id: number): Comment {
  const comment = repository.comments.get(id);
  if (comment === undefined) throw notFound();
  return comment;
}

/** `owner/name`. */
export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

const ranks: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** What a person may do in a repository. */
export function permissionOf(repository: Repository, user: User): Permission {
  if (repository.owner.id === user.id) return 'admin';
  return repository.collaborators.get(user.id) ?? (repository.private ? 'none' : 'read');
}

/** Whether a person may do what the permission allows. */
export function mayAtLeast(repository: Repository, user: User, permission: Permission): boolean {
  return ranks.indexOf(permissionOf(repository, user)) >= ranks.indexOf(permission);
}

/** Whether an installation covers a repository. */
export function covers(installation: Installation, repository: Repository): boolean {
  if (installation.account.id !== repository.owner.id) return false;
  return installation.repositories === 'all' || installation.repositories.has(repository.id);
}

/** Does one thing after another per repository, so that refs are compared with what they were. */
export async function locked<T>(world: World, repository: Repository, work: () => Promise<T>): Promise<T> {
  const before = world.locks.get(repository.id) ?? Promise.resolve();
  const mine = before.then(work, work);
  world.locks.set(
    repository.id,
    mine.catch(() => undefined),
  );
  return mine;
}

/** GitHub's GraphQL id for an object: what it is and its number. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_kw${Buffer.from(String(id)).toString('base64url')}`;
}

/** What a GraphQL id names; undefined when it is none of ours. */
export function parseNodeId(text: string): { readonly kind: string; readonly id: number } | undefined {
  const [, kind, encoded] = /^([A-Z]+)_kw([\w-]+)$/.exec(text) ?? [];
  const id = Number(Buffer.from(encoded ?? '', 'base64url').toString('utf8'));
  return kind === undefined || !Number.isSafeInteger(id) || id === 0 ? undefined : { kind, id };
}
