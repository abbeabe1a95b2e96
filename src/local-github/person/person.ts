// What a person does on the web page, with the permissions it needs there. Webhooks follow from the changes, never from here.
import { issueUserToken } from '../traffic/caller.ts';
import type { Person } from '../types/index.ts';
import { findUser } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { accessOf } from './access.ts';
import { onCode } from './code.ts';
import { onComments, onIssues } from './issues.ts';
import { onChecks, onPulls } from './pulls.ts';

/** A person at the keyboard. */
export function personOf(world: World, login: string): Person {
  const user = findUser(world, login);
  const access = accessOf(world, user);
  let token: string | undefined;
  return {
    login,
    token: () => (token ??= issueUserToken(world, user)),
    ...onIssues(access),
    ...onComments(access),
    ...onPulls(access),
    ...onChecks(access),
    ...onCode(access),
  };
}
