// A PATH on which everything is but one program: a machine that does not have it.
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const made = new Map<string, string>();

/** Made once per process, gone at its end. */
export function pathWithout(program: string): string {
  const known = made.get(program);
  if (known !== undefined) return known;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const path = folders.map((folder) => (existsSync(join(folder, program)) ? copyWithout(program, folder) : folder));
  const text = path.join(delimiter);
  made.set(program, text);
  return text;
}

/** Links to all that lies there, but for the one. */
function copyWithout(program: string, folder: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'path-without-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  for (const name of readdirSync(folder)) if (name !== program) symlinkSync(join(folder, name), join(dir, name));
  return dir;
}
