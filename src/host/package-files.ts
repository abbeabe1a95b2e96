// Finds what ships with Troupe: built-in workflows and personas, beside src or dist. Reads files only.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, parseJson } from '../support/index.ts';

/** The built-in workflows: id → text of the file. */
export function builtInWorkflows(root: string = packageRoot()): ReadonlyMap<string, string> {
  const folder = join(root, 'workflows');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  return new Map(
    files.toSorted().map((name) => [name.slice(0, -'.yml'.length), readFileSync(join(folder, name), 'utf8')]),
  );
}

/** Where the built-in personas lie. */
export function builtInPersonasDir(root: string = packageRoot()): string {
  return join(root, 'personas');
}

/** The version of Troupe. */
export function troupeVersion(root: string = packageRoot()): string {
  const parsed: unknown = parseJson(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '0.0.0';
}
