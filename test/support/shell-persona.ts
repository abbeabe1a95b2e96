// A persona that is a program: a script beside the server file that answers like the scripted ones and does mischief on the way.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../src/support/index.ts';
import { goodAnswers } from './story.ts';

/** The `providers:` of a server file whose folder holds the script. */
export function shellProviders(more: Readonly<Record<string, Json>> = {}): Readonly<Record<string, Json>> {
  return { program: { transport: 'shell', command: ['node', './persona.mjs'], timeout: 600, ...more } };
}

/** What a step's program does: by persona, the body of an async function that knows `answer`, `fs`, `path` and `sh`. */
export type Mischief = Readonly<Record<string, string>>;

/** Writes the script. `*` is done by every persona; what a persona does not change, it answers as a good one would. */
export function writePersona(dir: string, mischief: Mischief): void {
  const cases = Object.entries(mischief).map(
    ([persona, body]) => `  ${JSON.stringify(persona)}: async ({ answer, fs, path, sh }) => {\n${body}\n  },`,
  );
  writeFileSync(join(dir, 'persona.mjs'), script(cases.join('\n')));
}

function script(cases: string): string {
  return `import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
const answers = ${JSON.stringify(goodAnswers)};
const mischief = {
${cases}
};
const persona = process.env.TROUPE_PERSONA;
const { edits = {}, ...answer } = answers[persona] ?? { status: 'pass', summary: 'Done.' };
for (const [file, text] of Object.entries(edits)) fs.writeFileSync(file, text);
function sh(command) {
  try {
    return execFileSync('sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return String(error.stdout) + String(error.stderr);
  }
}
for (const name of ['*', persona]) await mischief[name]?.({ answer, fs, path, sh });
fs.writeFileSync(process.env.TROUPE_RESULT_FILE, JSON.stringify(answer));
`;
}
