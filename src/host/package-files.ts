// Finds what ships with Troupe: built-in workflows and personas, beside src or dist. Reads files only.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package: the nearest one above with `workflows` and `personas`. */
export function packageRoot(from: string = import.meta.dirname): string {
  if (
    existsSync(join(from, 'workflows')) &&
    existsSync(join(from, 'personas')) &&
    existsSync(join(from, 'package.json'))
  )
    return from;
  const above = dirname(from);
  if (above === from) throw new Error('The built-in workflows were not found beside the program');
  return packageRoot(above);
}

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
  const parsed: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '0.0.0';
}
