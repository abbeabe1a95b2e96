// What our token may do: told with the token of an App's installation; of any other token found out by requests that can change nothing.
import { TroupeError } from '../../support/index.ts';
import type { Client, Request } from '../client/client.ts';
import { hints, messages } from '../client/messages.ts';
import type { TokenHolder } from '../client/permissions.ts';
import type { LackedPermission, NeededPermission, RepositoryApi } from '../client/types.ts';
import { at } from './scope.ts';
import type { Scope } from './scope.ts';

/** Asked of whoever knows what a token may do. */
export interface TokenRights {
  holder(): TokenHolder;
  /** Level by permission, as GitHub told it with the token; undefined where it tells nothing. `fresh`: of a new token. */
  told?(fresh: boolean): Promise<Readonly<Record<string, string>> | undefined>;
}

/** Which permissions are lacking. */
export function rightsCalls(scope: Scope): Pick<RepositoryApi, 'lackedPermissions'> {
  const { rights } = scope;
  if (rights === undefined) return {};
  return {
    async lackedPermissions(needed) {
      const lacked = (await lackedByName(needed, rights)) ?? (await lackedByTrial(needed, scope));
      return lacked.map((one) => asFound(one, rights.holder()));
    },
  };
}

/** A permission that was granted since counts for a new token only. */
async function lackedByName(
  needed: readonly NeededPermission[],
  rights: TokenRights,
): Promise<readonly NeededPermission[] | undefined> {
  const lacked = (held: Readonly<Record<string, string>>): readonly NeededPermission[] =>
    needed.filter(({ name }) => !['write', 'admin'].includes(held[name] ?? ''));
  const held = await rights.told?.(false);
  if (held === undefined || lacked(held).length === 0) return held === undefined ? undefined : [];
  return lacked((await rights.told?.(true)) ?? held);
}

async function lackedByTrial(needed: readonly NeededPermission[], scope: Scope): Promise<readonly NeededPermission[]> {
  const tried = await Promise.all(needed.map(({ name }) => isRefused(name, scope)));
  return needed.filter((_, index) => tried[index] === true);
}

/** No commit has this name. */
const nothing = '0'.repeat(40);

/**
 * Writes that GitHub cannot carry out whoever asks, because what they speak of is not there. It looks at the permission first: whoever lacks it
 * hears 403, or 404 where a token may not even know that such a thing can be asked for; everybody else hears 422.
 */
const trials: Readonly<Record<NeededPermission['name'], (request: Request, scope: Scope) => Promise<unknown>>> = {
  contents: (request, scope) =>
    request('POST /repos/{owner}/{repo}/git/refs', { ...at(scope), ref: 'refs/heads/troupe', sha: nothing }),
  pull_requests: (request, scope) =>
    request('POST /repos/{owner}/{repo}/pulls', { ...at(scope), title: 'Troupe', head: nothing, base: nothing }),
  issues: (request, scope) => request('POST /repos/{owner}/{repo}/issues', { ...at(scope), title: '' }),
  deployments: (request, scope) => request('POST /repos/{owner}/{repo}/deployments', { ...at(scope), ref: nothing }),
};

async function isRefused(name: NeededPermission['name'], scope: Scope): Promise<boolean> {
  const { client }: { readonly client: Client } = scope;
  try {
    // it writes nothing, so it waits for no other write
    await client.read(`try the permission ${name}`, (request) => trials[name](request, scope));
    return false;
  } catch (error) {
    return error instanceof TroupeError && ['github/permission', 'github/not-found'].includes(error.code);
  }
}

function asFound({ name, what }: NeededPermission, holder: TokenHolder): LackedPermission {
  const missing = [[{ name, level: 'write' }]];
  return { message: messages.permission(what, missing, holder), hint: hints.permission(missing, holder) };
}
