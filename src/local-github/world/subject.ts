// What every handler and every change takes: the world, the repository, and who acts there. Never decides who may.
import { defined } from '../../support/index.ts';
import type { Actor, App, Repository } from '../model/index.ts';
import type { World } from './world.ts';

/** A repository of a world: where something stands. */
export interface InRepository {
  readonly world: World;
  readonly repository: Repository;
}

/** A repository of a world, and who does something there. */
export interface Subject extends InRepository {
  readonly actor: Actor;
}

/** What a webhook says besides where it happened and who did it. */
export interface News {
  readonly event: string;
  readonly action?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Only this App hears of it, whatever it subscribed to. */
  readonly onlyApp?: App | undefined;
}

/** Sends the webhook of something that the actor did in the repository. */
export function tell({ world, repository, actor }: Subject, { onlyApp, ...news }: News): Promise<void> {
  return world.emit({ ...news, repository, sender: actor.user, ...defined({ onlyApp }) });
}
