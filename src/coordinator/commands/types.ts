// What a command is. One file per command declares its usage, who may use it and an example; help is made from that.
import type { RunId } from '../../support/index.ts';
import type { Happening, Subject } from '../common/payload.ts';
import type { Action, Why } from '../common/types.ts';
import type { StartGrounds } from '../start/consider-start.ts';
import type { Command } from './parse.ts';

/** What a command may read to decide. */
export interface CommandContext extends StartGrounds {
  readonly happening: Happening;
  readonly subject: Subject;
}

/** What comes of a command: lines for people and actions. */
export interface CommandAnswer {
  readonly accepted: boolean;
  readonly lines: readonly string[];
  readonly actions: readonly Action[];
  /** A run that the same command started before. */
  readonly already?: RunId;
  readonly why: readonly Why[];
}

/** A command that people can write. A new one is a file with one of these and a line in the registry. */
export interface CommandType {
  readonly verb: string;
  /** Other words for the verb; they count after `/troupe` only. */
  readonly aliases?: readonly string[];
  /** After `/troupe `. */
  readonly usage: string;
  readonly summary: string;
  readonly example: string;
  readonly who: 'anyone' | 'trigger' | 'control' | 'approve';
  /** The command checks the permission in its own way; `who` then only tells people. */
  readonly checksItself?: boolean;
  decide(command: Command, context: CommandContext): Promise<CommandAnswer>;
}
