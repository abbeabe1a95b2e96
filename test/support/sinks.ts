// Where text leaves the process, one line for each place: how everything is uttered into it through its own code, and what comes out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createRedactor } from '../../src/support/index.ts';
import type { Redactor } from '../../src/support/index.ts';
import type { Sink } from './sink.ts';
import { actionSinks } from './sinks-of-action.ts';
import { gitSinks } from './sinks-of-git.ts';
import { githubSinks } from './sinks-of-github.ts';
import { recordSinks } from './sinks-of-cli.ts';
import { httpSinks } from './sinks-of-http.ts';
import { localSinks } from './sinks-of-machine.ts';

/** All of them that one call reaches; those of a whole run are in `test/stories/security-uttered-forms.test.ts`. */
export const sinks: readonly Sink[] = [
  ...actionSinks,
  ...gitSinks,
  ...githubSinks,
  ...httpSinks,
  ...localSinks,
  ...recordSinks,
];

/** What comes out of a sink when the words are uttered into it. `planted`: it redacts nothing. */
export async function cameOut(
  sink: Sink,
  how: { readonly words: readonly string[]; readonly secrets: readonly string[]; readonly planted: boolean },
): Promise<string> {
  const { words, secrets, planted } = how;
  const dir = mkdtempSync(join(tmpdir(), 'troupe-sink-'));
  vi.stubEnv('TMPDIR', dir);
  try {
    const named = secrets.map((secret, index) => [`KEY_${index}`, secret] as const);
    return await sink.utter({
      words,
      redactor: planted ? passing : createRedactor(secrets),
      environment: planted ? {} : Object.fromEntries(named),
      dir,
    });
  } finally {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A redactor that forgot what it is for. */
const passing: Redactor = {
  add() {},
  text: (text) => text,
  head: (text, characters) => text.slice(0, characters),
  tail: (text, characters) => text.slice(-characters),
  json: (value) => value,
  lookThrough: () => Promise.resolve(),
  secretsIn: () => new Set(),
};
