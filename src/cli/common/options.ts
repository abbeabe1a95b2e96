// Options that many commands have, with one wording.
import { TroupeError } from '../../support/index.ts';
import { cliMessages } from './messages.ts';
import type { OutputName } from '../schemas/index.ts';

/** `--json`, with the schema that it prints by. */
export function jsonOption(name: OutputName): readonly ['--json', string] {
  return ['--json', `machine output, as schema/cli/${name}.schema.json says`];
}

/** How many `--limit` lets through. Throws `cli/bad-limit`. */
export function limitFrom(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit > 0 && Number.isSafeInteger(limit)) return limit;
  throw new TroupeError('cli/bad-limit', cliMessages.badLimit(text), { class: 'config' });
}
