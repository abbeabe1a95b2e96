// Where a remote is, told to git so that no other user of the machine reads it: never among arguments, which everybody sees. Starts nothing.
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCloneUrl } from './arguments.ts';
import type { GitSetting } from './environment.ts';
import { pushProgram } from './push-program.ts';

/** What a remote is called among the arguments of git. */
export const remoteName = 'troupe';

/** The address that everybody may see: the `remote-repository` below stands for it. */
export const shownAddress = 'repository::origin';

/** How one call of git finds its remote. */
export interface RemotePlace {
  /** Where it runs: what is on this machine goes by `./`. */
  readonly cwd?: string;
  readonly settings: readonly GitSetting[];
  /** For helpers alone: git itself does not count them. */
  readonly hidden: readonly GitSetting[];
  readonly env: Readonly<Record<string, string>>;
  /** A protocol of our own that git may use, where it may use the real one. */
  readonly protocol?: { readonly ours: string; readonly real: string };
}

/**
 * git hands its helper for HTTP the address as an argument. Here the helper is an alias (`git remote-repository`), which gives git's own
 * helper a remote by name and, in its environment, one setting more than git counted: the address. A push, whose own helper would start a
 * program with address and branch as arguments, goes through a program of ours.
 */
export function remotePlace(
  cloneUrl: string,
  how: { readonly isPush: boolean; readonly settings: number; readonly environment: Readonly<Record<string, string>> },
): RemotePlace {
  const address = checkCloneUrl(cloneUrl);
  const folder = address.startsWith('/') ? address : address.startsWith('file:') ? fileURLToPath(address) : undefined;
  if (folder !== undefined) {
    // nobody can work in a folder that is not there: git says so by its name
    const about = statSync(folder, { throwIfNoEntry: false });
    // a bundle is a file
    const [cwd, url] = about?.isFile() === true ? [dirname(folder), `./${basename(folder)}`] : [folder, './'];
    return about !== undefined
      ? { cwd, settings: [[`remote.${remoteName}.url`, url]], hidden: [], env: {} }
      : { settings: [[`remote.${remoteName}.url`, address]], hidden: [], env: {} };
  }
  const real = new URL(address).protocol.slice(0, -1);
  const isOurs = how.isPush && !usesOddProxy(how.environment);
  const count = how.settings + 3;
  return {
    settings: [
      [`remote.${remoteName}.url`, shownAddress],
      [
        'alias.remote-repository',
        isOurs
          ? '!f() { exec "$TROUPE_NODE" -e "$TROUPE_PUSH"; }; f'
          : `!f() { GIT_CONFIG_COUNT=${count} exec git remote-${real} real; }; f`,
      ],
    ],
    hidden: [['remote.real.url', address]],
    env: isOurs
      ? {
          TROUPE_NODE: process.execPath,
          TROUPE_PUSH: pushProgram,
          ...certificates(how.environment),
        }
      : {},
    protocol: { ours: 'repository', real },
  };
}

/** One that Node does not know, or any before Node 24.5: git's own helper knows them all. */
function usesOddProxy(environment: Readonly<Record<string, string>>): boolean {
  const odd = knowsProxies(process.versions.node) ? /^all_proxy$/i : /^(?:all|https?)_proxy$/i;
  return Object.keys(environment).some((name) => odd.test(name));
}

function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}

/** The operator's own: Node reads these two when told to, the third it reads anyway. */
function certificates(environment: Readonly<Record<string, string>>): Record<string, string> {
  // what git trusts, Node is told to trust as well
  const more = environment['NODE_EXTRA_CA_CERTS'] ?? environment['GIT_SSL_CAINFO'];
  const isSet = Object.keys(environment).some((name) => /^ssl_cert_/i.test(name));
  return {
    ...(isSet ? { NODE_OPTIONS: '--use-openssl-ca' } : {}),
    ...(more === undefined ? {} : { NODE_EXTRA_CA_CERTS: more }),
  };
}
