// Who may do what to a run: the permission a verb needs, asked fresh. The one place that both comments, buttons and labels go through.
import type { Permission } from '../../github/index.ts';
import type { RunSpec } from '../../engine/index.ts';
import { reasons } from '../messages.ts';
import type { Person } from '../payload.ts';
import { isAtLeast, isListedBot } from '../permission.ts';
import type { World } from '../world.ts';
import { controlRefusals } from './messages.ts';
import type { ControlVerb } from './types.ts';

/** Which of the configured permissions a verb needs. */
export const levelOf: Readonly<Record<ControlVerb, 'trigger' | 'control' | 'approve'>> = {
  pause: 'control',
  resume: 'control',
  cancel: 'control',
  stop: 'control',
  retry: 'control',
  rerun: 'control',
  skip: 'control',
  approve: 'approve',
  reject: 'approve',
  answer: 'control',
  budget: 'control',
  followup: 'trigger',
  review: 'trigger',
  ci: 'trigger',
};

/** What whoever asked for a run may do to it without the permission. */
const requesterMay: ReadonlySet<ControlVerb> = new Set(['cancel', 'stop', 'answer']);

/** Why the person may not; undefined when they may. A bot that is not listed gets no line. */
export async function refusalOfPerson(
  verb: ControlVerb,
  person: Person,
  specs: readonly RunSpec[],
  world: World,
): Promise<{ readonly line: string; readonly reason: string } | undefined> {
  const { permissions } = (await world.catalogue()).effective;
  const level = levelOf[verb];
  if (person.isBot) {
    // a gate is for people
    if (isListedBot(person.login, permissions) && level !== 'approve') return undefined;
    return { line: '', reason: reasons.unlistedBot(person.login) };
  }
  const needed: Permission = permissions[level];
  const has = await world.permission(person.login);
  if (isAtLeast(has, needed)) return undefined;
  const reason = reasons.permission(person.login, has, needed);
  if (!requesterMay.has(verb)) return { line: controlRefusals.permission(person.login, verb, needed, has), reason };
  const login = person.login.toLowerCase();
  const isRequester = specs.length > 0 && specs.every(({ requester }) => requester.login.toLowerCase() === login);
  // who has left the repository commands nothing here any more
  if (isRequester && isAtLeast(has, 'read')) return undefined;
  return { line: controlRefusals.permissionOrRequester(person.login, verb, needed, has), reason };
}
