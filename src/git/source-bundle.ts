// A commit with its whole history as one file that `git clone` takes, on any machine. Asks no remote, but where a partial mirror lacks contents.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { randomToken, TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { messages } from './messages.ts';
import type { Mirror } from './mirror.ts';
import type { GitRepository, SourceBundleFile } from './types.ts';

/** The branch that a bundle has. */
const branch = 'source';

/** The side of a repository that hands its code on. */
export function bundlesOf(mirror: Mirror): Pick<GitRepository, 'bundle'> {
  return { bundle: (commit, folder) => bundle(mirror, commit, folder) };
}

async function bundle(mirror: Mirror, commit: Sha, folder: string): Promise<SourceBundleFile> {
  if (existsSync(join(mirror.dir, 'shallow')))
    throw new TroupeError('git/failed', messages.failed('bundle the code', messages.shallow), {
      hint: messages.shallowHint,
    });
  const name = `making-${randomToken(8)}`;
  await mirror.run({
    what: 'bundle the code',
    // where it is written everybody may not read among the arguments
    cwd: folder,
    args: ['pack-objects', '--quiet', '--revs', '--delta-base-offset', name],
    input: `${commit}\n`,
  });
  const made = (await readdir(folder)).filter((one) => one.startsWith(`${name}-`));
  try {
    const pack = made.find((one) => one.endsWith('.pack'));
    if (pack === undefined) throw new Error('git made no pack');
    return await assemble({ folder, name, pack: join(folder, pack), commit });
  } finally {
    for (const one of [...made, name]) await rm(join(folder, one), { force: true });
  }
}

/** https://git-scm.com/docs/gitformat-bundle, version 2. It has its name once it is whole. */
async function assemble(parts: {
  readonly folder: string;
  readonly name: string;
  readonly pack: string;
  readonly commit: Sha;
}): Promise<SourceBundleFile> {
  const { folder, name, pack, commit } = parts;
  const digest = createHash('sha256');
  const making = join(folder, name);
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`# v2 git bundle\n${commit} HEAD\n${commit} refs/heads/${branch}\n\n`, 'latin1');
    for await (const chunk of createReadStream(pack)) yield chunk as Uint8Array;
  }
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of whole()) {
      digest.update(chunk);
      yield chunk;
    }
  }
  await pipeline(counted, createWriteStream(making, { mode: 0o600, flush: true }));
  const sha256 = digest.digest('hex');
  const path = join(folder, bundleName(sha256));
  await rename(making, path);
  return { path, sha256, bytes: (await stat(path)).size };
}

function bundleName(sha256: string): string {
  return `${sha256}.bundle`;
}

/** The bundle that lies in a folder already; undefined: none that is whole. */
export async function bundleIn(folder: string): Promise<SourceBundleFile | undefined> {
  const names = await readdir(folder);
  const sha256 = names.flatMap((name) => /^([0-9a-f]{64})\.bundle$/.exec(name)?.[1] ?? [])[0];
  if (sha256 === undefined) return undefined;
  const path = join(folder, bundleName(sha256));
  return { path, sha256, bytes: (await stat(path)).size };
}
