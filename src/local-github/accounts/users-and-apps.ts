// Makes accounts and Apps. Never installs one.
import { generateKeyPairSync } from 'node:crypto';
import { randomToken } from '../../support/index.ts';
import type { App, Grants, User } from '../model/index.ts';
import { unprocessable } from '../world/replies.ts';
import type { RegisteredApp } from '../types/index.ts';
import { findUser } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** A new account. Again the same one changes nothing. */
export function createUser(
  world: World,
  login: string,
  options: { readonly type?: User['type']; readonly name?: string } = {},
): User {
  const found = world.users.get(login.toLowerCase());
  if (found !== undefined) return found;
  const user: User = { id: world.nextId(), login, type: options.type ?? 'User', name: options.name ?? login };
  world.users.set(login.toLowerCase(), user);
  return user;
}

function newKeys() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

const madeKeys: ReturnType<typeof newKeys>[] = [];

/** Every App of a world has keys of its own; worlds of one process share them, because making them takes long. */
function keysOf(index: number): ReturnType<typeof newKeys> {
  return (madeKeys[index] ??= newKeys());
}

/** Registers an App with its bot, key and hook. */
export function createApp(
  world: World,
  wish: {
    readonly slug: string;
    readonly owner: string;
    readonly name?: string;
    readonly permissions: Grants;
    readonly events: readonly string[];
    readonly url: string | undefined;
    readonly secret: string | undefined;
  },
): RegisteredApp {
  const { publicKey, privateKey } = keysOf(world.apps.size);
  const secret = wish.secret ?? randomToken();
  const bot = createUser(world, `${wish.slug}[bot]`, { type: 'Bot' });
  const app: App = {
    id: world.nextId(),
    slug: wish.slug,
    name: wish.name ?? wish.slug,
    owner: findUser(world, wish.owner),
    bot,
    publicKey,
    permissions: { metadata: 'read', ...wish.permissions },
    events: wish.events,
    hook: { id: world.nextId(), url: wish.url, secret },
    createdAt: world.now(),
  };
  world.apps.set(app.id, app);
  return { appId: app.id, slug: app.slug, botLogin: bot.login, privateKey, webhookSecret: secret };
}

/** An App by slug. */
export function findApp(world: World, slug: string): App {
  for (const app of world.apps.values()) if (app.slug === slug) return app;
  throw unprocessable(`There is no App "${slug}"`);
}
