// What a sink is, and how one is heard that writes to standard output.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Redactor } from '../../src/support/index.ts';

/** What is uttered into a sink, and what stands there against it. */
export interface Uttering {
  /** Every form of every secret. */
  readonly words: readonly string[];
  /** Knows the secrets; where a leak is planted, lets everything through. */
  readonly redactor: Redactor;
  /** The variables that hold the secrets; none where a leak is planted. */
  readonly environment: Readonly<Record<string, string>>;
  /** Empty, for files. */
  readonly dir: string;
}

/** A place where text leaves. */
export interface Sink {
  readonly name: string;
  /** What stands there instead of a secret. Default: the mark of the redactor. */
  readonly sign?: string;
  /** Utters each word. Resolves to all that came out. */
  utter(uttering: Uttering): Promise<string>;
}

/** The runner's library asks only once where the summary lies: the same place for all. */
const commands = mkdtempSync(join(tmpdir(), 'troupe-runner-'));
process.once('exit', () => rmSync(commands, { recursive: true, force: true }));

/** What is written to standard output meanwhile, and to the named file of the runner. */
export async function written(variable: string, act: () => unknown): Promise<string> {
  const file = join(commands, variable);
  writeFileSync(file, '');
  vi.stubEnv(variable, file);
  let said = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    said += String(chunk);
    return true;
  });
  try {
    await act();
  } finally {
    spy.mockRestore();
  }
  return said + readFileSync(file, 'utf8');
}
