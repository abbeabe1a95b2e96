// A command that could not be started: told by how its process ended. Starts nothing.
import { stripVTControlCharacters } from 'node:util';
import { PaidFailure } from '../../engine/index.ts';
import type { Usage } from '../../engine/index.ts';
import { TroupeError } from '../../support/index.ts';
import { providerMessages } from '../model/messages.ts';

/** What is known of a process that ended. */
export interface EndedCommand {
  readonly exitCode: number | null;
  readonly stderr: string;
  /** Whether it said anything on its standard output. */
  readonly spoke: boolean;
}

/** What a command takes that is not there. */
const nothing: Usage = { inputTokens: 0, outputTokens: 0, costUsd: '0', source: 'provider', complete: true };

/** The error for a program that is not there or not executable, as the shell's codes or bubblewrap say; undefined: it ran. */
export function missingCommand(program: string, { exitCode, stderr, spoke }: EndedCommand): Error | undefined {
  const isMissing = exitCode === 126 || exitCode === 127 || (exitCode === 1 && stderr.startsWith('bwrap: execvp '));
  if (!isMissing) return undefined;
  const missing = new TroupeError('persona/command', `${providerMessages.noCommand(program)}: ${tailOf(stderr)}`, {
    class: 'config',
    hint: providerMessages.noCommandHint(),
  });
  // who printed nothing was not there; who did may have asked a model before
  return spoke ? missing : new PaidFailure(missing, nothing);
}

/** The last words of a program. */
export function tailOf(text: string): string {
  return stripVTControlCharacters(text).trim().split('\n').slice(-20).join('\n').slice(-2_000);
}

/** A sentence with the last words behind it, where there are any. */
export function withTail(message: string, stderr: string): string {
  const last = tailOf(stderr);
  return last === '' ? message : `${message}. It said: ${last}`;
}
