// What a command does with an error that nobody expected: a sentence for the screen, the rest in a file. Never shows a stack.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { troupeVersion } from '../host/index.ts';
import { createRedactor, oneLine, processClock, wallOf } from '../support/index.ts';
import type { Environment } from './common/handover-environment.ts';
import { mishapMessages } from './messages-mishap.ts';

/** What is known where the error was caught. */
export interface Mishap {
  readonly error: unknown;
  readonly argv: readonly string[];
  readonly environment: Environment;
}

/** Values of the environment that say nothing of who runs us: all others are taken for secrets. */
const harmless = /^(TERM|LANG|LC_\w+|SHELL|PWD|HOME|USER|PATH|TMPDIR|CI)$/;

/**
 * Writes a report of the error into a file of its own that only its owner can read, and returns what people are told, with the file's
 * path. The report holds the command, versions and the stack, past the redaction gate.
 */
export function reportInternalError({ error, argv, environment }: Mishap): {
  readonly message: string;
  readonly hint: string;
} {
  const values = Object.entries(environment).flatMap(([name, value]) => (harmless.test(name) ? [] : (value ?? [])));
  const redactor = createRedactor(values);
  const told = oneLine(redactor.text(error instanceof Error ? error.message : String(error)), 300);
  const command = redactor.text(['troupe', ...argv].join(' '));
  const lines = [
    `command: ${command}`,
    `version: ${troupeVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `time: ${wallOf(processClock).toISOString()}`,
    '',
    redactor.text(stackOf(error)),
  ];
  const message = mishapMessages.internalError(argv[0] ?? '', told);
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'troupe-report-')), 'error.txt');
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    return { message, hint: mishapMessages.internalErrorHint(file) };
  } catch {
    // nowhere to write: the sentence is what is left
    return { message, hint: mishapMessages.internalErrorHint(undefined) };
  }
}

/** The stack with those of its causes. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackOf(error.cause)}`;
}
