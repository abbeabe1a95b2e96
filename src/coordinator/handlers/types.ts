// What a handler is: it answers to some events, and decides what is to be done about them. One file each; a line in the list.
import type { CommandBook } from '../commands/index.ts';
import type { Command } from '../commands/parse.ts';
import type { Happening, InstallationChange } from '../common/payload.ts';
import type { StartGrounds } from '../start/consider-start.ts';
import type { CoordinatorPorts, Decision, HandleResult } from '../common/types.ts';
import type { Memory } from '../repository/scene.ts';

/** What happened, with the commands of its comment. */
export type Heard = Happening & { readonly commands: readonly Command[] };

/** What a handler may read to decide. */
export interface HandlerContext extends StartGrounds {
  readonly commands: CommandBook;
}

/** One answer to events of a repository. A new one is a file with one of these and a line in the list, at its place in the order. */
export interface Handler<Event extends Heard = Heard> {
  readonly name: string;
  /** What it answers to: a sentence for `explain`. */
  readonly answersTo: string;
  /** Whether the handlers behind it that match are asked too: always, never, or only where this one found nothing to do. */
  readonly then: 'go on' | 'stop' | 'go on if idle';
  /** What people decide about runs is decided one after another in a repository: two at once are one decision. */
  readonly isControl?: boolean;
  matches(happening: Heard): happening is Event;
  /** What is to be done; where nothing is, the decision's reason says why. Writes nothing. */
  decide(happening: Event, context: HandlerContext): Promise<Decision>;
}

/** One answer to a change of an installation, which is about many repositories at once. */
export interface InstallationHandler {
  readonly name: string;
  readonly answersTo: string;
  matches(change: InstallationChange): boolean;
  handle(change: InstallationChange, ports: CoordinatorPorts, memory: Memory): Promise<HandleResult>;
}
