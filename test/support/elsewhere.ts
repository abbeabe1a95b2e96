// Another copy of a remote, where somebody works with their own git and sends what they changed.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainGit } from './git-world.ts';
import type { GitWorld } from './git-world.ts';

/** What was changed there on top of `main`, as a result carries it. */
export function sentFrom(
  { dir, remote }: GitWorld,
  files: Readonly<Record<string, string>>,
): { readonly patch: string; readonly bundle: string; readonly base: string } {
  const clone = mkdtempSync(join(dir, 'elsewhere-'));
  plainGit(dir, 'clone', '--quiet', remote, clone);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  plainGit(clone, 'add', '--all', '--force');
  plainGit(clone, 'commit', '--quiet', '--message', 'Work done elsewhere');
  plainGit(clone, 'format-patch', '--quiet', '--output', 'sent.patch', 'origin/main');
  plainGit(clone, 'bundle', 'create', '--quiet', 'sent.bundle', 'origin/main..HEAD');
  return {
    patch: readFileSync(join(clone, 'sent.patch'), 'utf8'),
    bundle: readFileSync(join(clone, 'sent.bundle')).toString('base64'),
    base: plainGit(clone, 'rev-parse', 'origin/main'),
  };
}
