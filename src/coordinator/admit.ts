// Whether an event is ours to look at: not our own doing, in a repository the operator allows, not archived. Decides only.
import type { AppIdentity } from '../github/index.ts';
import { isAllowed } from './common/allowed.ts';
import { reasons } from './common/messages.ts';
import type { Happening, Person } from './common/payload.ts';
import type { OperatorSettings, Why } from './common/types.ts';

/** The start of every hidden mark in a text of ours. */
const ownMark = '<!-- troupe:';

/** Why the event is not looked at; undefined when it is. */
export function refusalOf(happening: Happening, identity: AppIdentity, operator: OperatorSettings): Why | undefined {
  const { repository } = happening;
  const fullName = `${repository.owner}/${repository.name}`;
  if (!isAllowed(fullName, operator, identity)) return no(reasons.notAllowed(fullName));
  if (isUs(happening.sender, identity)) return no(reasons.own());
  if (happening.comment !== undefined) {
    if (isUs(happening.comment.author, identity)) return no(reasons.own());
    if (happening.comment.body.includes(ownMark)) return no(reasons.ownMarker());
  }
  return repository.archived ? no(reasons.archived()) : undefined;

  function no(detail: string): Why {
    return { topic: 'event', subject: happening.name, ok: false, detail };
  }
}

function isUs(person: Person, identity: AppIdentity): boolean {
  return person.id === identity.botId || person.login.toLowerCase() === identity.botLogin.toLowerCase();
}
