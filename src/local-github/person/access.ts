// What a person may do where. Never does it.
import type { User } from '../model/index.ts';
import { forbidden } from '../world/replies.ts';
import type { Subject } from '../world/subject.ts';
import type { Permission } from '../types/index.ts';
import { findRepository, fullName, mayAtLeast, permissionOf } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** Finds repositories for one person. Both throw 403 in words that say what is missing. */
export interface Access {
  /** A repository `owner/name`, with the person as who acts there. */
  in(full: string, needed: Permission, doing: string): Subject;
  /** One's own issue or comment; somebody else's needs more, `triage` by default. */
  own(subject: Subject, author: User, more: { readonly doing: string; readonly needed?: Permission }): void;
}

/** The access of a person. */
export function accessOf(world: World, user: User): Access {
  function may(subject: Subject, needed: Permission, doing: string): Subject {
    const { repository } = subject;
    if (mayAtLeast(repository, user, needed)) return subject;
    const has = permissionOf(repository, user);
    throw forbidden(`${user.login} cannot ${doing} in ${fullName(repository)}: needs ${needed}, has ${has}`);
  }
  return {
    in: (full, needed, doing) =>
      may({ world, repository: findRepository(world, full), actor: { user } }, needed, doing),
    own(subject, author, { doing, needed = 'triage' }) {
      if (author.id !== user.id) may(subject, needed, doing);
    },
  };
}
