// Who may do what in a story, said by the story and not by the machine: whoever writes its tasks may push, and the operator trusts the code.
import type { DemoWorld } from '../../src/local-github/index.ts';

/** The part of a server file that lets a bot work for the repository of a story, with or without a boundary around personas. */
export const ownRepositories = { allow: ['playhouse/*'], trusted: ['playhouse/*'] } as const;

/** `reporter`, who wrote the issue of the world, may push: his tasks are no outsider's. */
export function letAuthorsPush({ github, fullName }: Pick<DemoWorld, 'github' | 'fullName'>): void {
  github.setPermission(fullName, 'reporter', 'write');
}
