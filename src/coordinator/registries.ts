// The lists that say what the coordinator can do. Whoever hands in lists of their own composes them from these, and so chooses the order.
import { commands } from './commands/index.ts';
import type { CommandType } from './commands/index.ts';
import { handlers } from './handlers/index.ts';
import type { Handler } from './handlers/index.ts';
import { startRules } from './start-rules/index.ts';
import type { StartRule } from './start-rules/index.ts';

/** What events are answered by, what a start has to pass, and what people can write. */
export interface Registries {
  readonly handlers: readonly Handler[];
  readonly startRules: readonly StartRule[];
  readonly commands: readonly CommandType[];
}

/** Troupe's own. */
export const registries: Registries = { handlers, startRules, commands };
