// Options that many commands have, with one wording.
import { parseDuration, processClock, TroupeError } from '../../support/index.ts';
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

/** The port that `--port` names; 0: any free one. Throws `cli/bad-port`. */
export function portFrom(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new TroupeError('cli/bad-port', cliMessages.badPort(text), { class: 'config' });
}

/** The moment that `--since` names, in milliseconds since 1970. Throws `cli/bad-since`. */
export function sinceFrom(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return processClock.now() - duration;
  const date = Date.parse(text);
  if (!Number.isNaN(date)) return date;
  throw new TroupeError('cli/bad-since', cliMessages.badSince(text), { class: 'config' });
}
