// Who sends a request, by token or App key, and what they may do. Never handles the request.
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { defined, isObject, parseJson, sha256 } from '../../support/index.ts';
import type { Actor, App, Grants, Installation, Repository, Token, User } from '../model/index.ts';
import { forbidden, notFound, unauthorized } from '../world/replies.ts';
import { clientId } from '../shapes/account.ts';
import { covers, mayAtLeast } from '../world/world.ts';
import type { World } from '../world/world.ts';

export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'app'; readonly app: App; readonly key: string }
  | { readonly kind: 'user'; readonly user: User; readonly key: string }
  | {
      readonly kind: 'installation';
      readonly installation: Installation;
      readonly token: Token;
      readonly key: string;
    };

/** One permission that opens a route, alone or with others as alternatives. */
export interface Grant {
  readonly name: string;
  readonly level: 'read' | 'write';
  /** What a person needs, where it is not read for read and write for write. */
  readonly person?: 'read' | 'triage' | 'write' | 'admin';
}

/** The caller behind an Authorization header. Throws 401 for anything that is not valid now. */
export function callerOf(world: World, authorization: string | undefined): Caller {
  if (authorization === undefined) return { kind: 'anonymous' };
  const [, scheme = '', value = ''] = /^(\w{1,40})\s+(\S.*)$/.exec(authorization) ?? [];
  const token = scheme.toLowerCase() === 'basic' ? passwordOf(value) : value;
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return { kind: 'app', app: appOfJwt(world, token), key: sha256(token) };
  return callerOfToken(world, token);
}

/** The caller behind a token. */
export function callerOfToken(world: World, text: string): Caller {
  const key = sha256(text);
  const token = world.tokens.get(key);
  if (token === undefined || token.revoked || token.expiresAt <= world.clock.now()) throw unauthorized();
  if (token.user !== undefined) return { kind: 'user', user: token.user, key };
  const { installation } = token;
  if (installation === undefined || !world.installations.has(installation.id)) throw unauthorized();
  if (installation.suspended) throw forbidden('This installation has been suspended');
  return { kind: 'installation', installation, token, key };
}

/** A token of about 520 characters, as GitHub gives them to installations. */
export function issueInstallationToken(
  world: World,
  installation: Installation,
  narrowed: { readonly permissions: Grants; readonly repositories: ReadonlySet<number> | undefined },
): { readonly text: string; readonly token: Token } {
  const text = `ghs_${installation.id}_${randomBytes(380).toString('base64url').slice(0, 506)}`;
  const token: Token = {
    hash: sha256(text),
    // whole seconds: that is what `expires_at` says
    expiresAt: Math.floor((world.clock.now() + world.tokenLifetimeMs) / 1000) * 1000,
    revoked: false,
    installation,
    permissions: narrowed.permissions,
    ...defined({ repositories: narrowed.repositories }),
  };
  world.tokens.set(token.hash, token);
  return { text, token };
}

/** A personal token. */
export function issueUserToken(world: World, user: User): string {
  const text = `ghp_${randomBytes(27).toString('base64url')}`;
  const hash = sha256(text);
  world.tokens.set(hash, { hash, expiresAt: Number.POSITIVE_INFINITY, revoked: false, user });
  return text;
}

/** Whether the caller may know of the repository. */
export function sees(caller: Caller, repository: Repository): boolean {
  if (caller.kind === 'user') return mayAtLeast(repository, caller.user, 'read');
  if (caller.kind !== 'installation') return !repository.private;
  if (!covers(caller.installation, repository)) return !repository.private && caller.token.repositories === undefined;
  return caller.token.repositories === undefined || caller.token.repositories.has(repository.id);
}

/** Throws what GitHub answers when none of the grants is there: 404 for what one may not see, 403 otherwise. */
export function requireGrant(caller: Caller, repository: Repository, grants: readonly Grant[]): void {
  if (!sees(caller, repository)) throw notFound();
  const writes = grants.some(({ level }) => level === 'write');
  if (writes && repository.archived) throw forbidden('Repository was archived so is read-only.');
  if (caller.kind === 'anonymous' || caller.kind === 'app') {
    if (writes || grants.some(({ person }) => person !== undefined)) throw unauthorized('Requires authentication');
    return;
  }
  if (caller.kind === 'user') {
    const allowed = grants.some(({ level, person }) => mayAtLeast(repository, caller.user, person ?? level));
    if (!allowed) throw writes ? forbidden('Must have admin rights to Repository.') : notFound();
    return;
  }
  const accepted = grants.map(({ name, level }) => `${name}=${level}`).join('; ');
  const held = caller.token.permissions ?? {};
  const covered = covers(caller.installation, repository);
  const allowed = grants.some(({ name, level }) => covered && holds(held, name, level));
  // what is public can be read without a grant
  const readsPublic = !writes && !repository.private && grants.some(({ name }) => publicRead.has(name));
  if (!allowed && !readsPublic)
    throw forbidden('Resource not accessible by integration', { 'x-accepted-github-permissions': accepted });
}

/** Who acts: the person, or the App's bot. Throws 401 without one. */
export function actorOf(caller: Caller): Actor {
  if (caller.kind === 'user') return { user: caller.user };
  if (caller.kind === 'installation') return { user: caller.installation.app.bot, app: caller.installation.app };
  throw unauthorized('Requires authentication');
}

/** Whether grants hold a level. */
export function holds(grants: Grants, name: string, level: 'read' | 'write'): boolean {
  if (name === 'metadata') return true;
  const held = grants[name];
  return held === 'write' || held === 'admin' || (held === 'read' && level === 'read');
}

const publicRead = new Set(['metadata', 'contents', 'issues', 'pull_requests']);

function passwordOf(basic: string): string {
  const text = Buffer.from(basic, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function appOfJwt(world: World, jwt: string): App {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const header = jsonOf(head);
  const claims = jsonOf(body);
  const issuer = String(claims['iss']);
  const app = [...world.apps.values()].find((one) => String(one.id) === issuer || clientId(one) === issuer);
  if (header['alg'] !== 'RS256' || app === undefined) throw unauthorized('A JSON web token could not be decoded');
  const signed = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    createPublicKey(app.publicKey),
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw unauthorized('A JSON web token could not be decoded');
  checkTimes(world, claims);
  return app;
}

function checkTimes(world: World, claims: Readonly<Record<string, unknown>>): void {
  const now = Math.floor(world.clock.now() / 1000);
  const expires = Number(claims['exp']);
  const issued = Number(claims['iat']);
  if (!Number.isInteger(expires) || expires <= now)
    throw unauthorized(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (expires > now + 600) throw unauthorized("'Expiration time' claim ('exp') is too far in the future");
  if (!Number.isInteger(issued) || issued > now + 5)
    throw unauthorized(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}

function jsonOf(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // falls through to the same answer
  }
  throw unauthorized('A JSON web token could not be decoded');
}
