// Looks through everything that a push would publish for the first time, however it came to be: the last place before the remote. Reads only.
import { messages } from './messages.ts';
import type { Mirror } from './mirror.ts';
import { rawFields, rawName } from './names.ts';
import { changedBlob, refusedForSecrets, requireNoSecret, secretError } from './secret-guard.ts';
import type { ChangedBlob } from './secret-guard.ts';
import type { GitRepository } from './types.ts';

/** Throws `git/refused` when a new branch, or a commit that the remote does not have, brings a secret that Troupe knows by now. */
export async function requireNothingSecret(
  mirror: Mirror,
  { commit, branch, expected }: Omit<Parameters<GitRepository['push']>[0], 'signal'>,
): Promise<void> {
  if (expected === null) requireNoSecret(mirror.redactor, branch, messages.nameOfBranch);
  // what the remote has is published already
  const range = [commit, '--not', '--remotes=origin', '--'];
  const what = 'look through what is pushed';
  const format = '--format=%an <%ae>%n%cn <%ce>%n%B';
  const said = await mirror.run({ what, args: ['log', '--no-show-signature', '--no-color', format, ...range] });
  if (said.bytes.length === 0) return;
  requireNoSecret(mirror.redactor, said.bytes, messages.aMessage);
  const raw = ['-c', '--raw', '-r', '--root', '-z', '--no-renames', '--no-abbrev', '--ignore-submodules=all'];
  const args = ['log', '--no-show-signature', '--no-color', '--format=%H', ...raw, ...range];
  const { bytes } = await mirror.run({ what, args });
  const refused = await refusedForSecrets(mirror, changesIn(rawFields(bytes)));
  if (refused.length > 0) throw secretError(refused);
}

/**
 * The changes of each commit: its id, then rows and names. A merge has a mode and an id for each parent, and only files that differ from all
 * of them.
 */
function changesIn(fields: readonly string[]): readonly (readonly ChangedBlob[])[] {
  const commits: ChangedBlob[][] = [];
  for (let n = 0; n < fields.length; n += 1) {
    const [, colons, row = ''] = /^\s*(:+)(.*)$/s.exec(fields[n] ?? '') ?? [];
    if (colons === undefined) {
      commits.push([]);
      continue;
    }
    const words = row.split(' ');
    const [modes, ids] = [words.slice(0, colons.length + 1), words.slice(colons.length + 1, 2 * colons.length + 2)];
    const isNew = modes.slice(0, -1).every((mode) => mode === '000000');
    n += 1;
    commits.at(-1)?.push(changedBlob({ name: rawName(fields[n] ?? ''), isNew, modes, ids }));
  }
  return commits;
}
