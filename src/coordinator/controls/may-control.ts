// Who may do what to a run: the permission a verb needs, asked fresh. The one place that both comments, buttons and labels go through.
import type { Permission } from '../../github/index.ts';
import type { RunSpec } from '../../engine/index.ts';
import { reasons } from '../common/messages.ts';
import type { Person } from '../common/payload.ts';
import { isAtLeast, isListedBot } from '../common/permission.ts';
import type { Scene } from '../repository/scene.ts';
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

/** A verb, and the runs that it is said of. */
export interface WantedControl {
  readonly verb: ControlVerb;
  readonly specs: readonly RunSpec[];
}

/** Why the person may not; undefined when they may. A bot that is not listed gets no line. */
export async function refusalOfPerson(
  { verb, specs }: WantedControl,
  person: Person,
  scene: Scene,
): Promise<{ readonly line: string; readonly reason: string } | undefined> {
  const { permissions } = (await scene.catalogue()).effective;
  const level = levelOf[verb];
  if (person.isBot) {
    // a gate is for people
    if (isListedBot(person.login, permissions) && level !== 'approve') return undefined;
    return { line: '', reason: reasons.unlistedBot(person.login) };
  }
  const needed: Permission = permissions[level];
  const has = await scene.permission(person.login);
  if (isAtLeast(has, needed)) return undefined;
  const reason = reasons.permission(person.login, has, needed);
  const lack = { login: person.login, needed, has };
  if (!requesterMay.has(verb)) return { line: controlRefusals.permission(verb, lack), reason };
  const login = person.login.toLowerCase();
  const isRequester = specs.length > 0 && specs.every(({ requester }) => requester.login.toLowerCase() === login);
  // who has left the repository commands nothing here any more
  if (isRequester && isAtLeast(has, 'read')) return undefined;
  return { line: controlRefusals.permissionOrRequester(verb, lack), reason };
}
