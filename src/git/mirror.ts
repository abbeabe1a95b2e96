// What the parts of one repository share: its bare mirror, its remote, and how git is run in it.
import type { Sha } from '../support/index.ts';
import { isSha, TroupeError } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { lfsOf } from './lfs.ts';
import type { Lfs } from './lfs.ts';
import { messages } from './messages.ts';
import type { Git, GitCall, GitOutput } from './run-git.ts';
import type { RemoteRepository } from './types.ts';

/** A bare mirror and the way to its remote. */
export interface Mirror {
  readonly dir: string;
  readonly remote: RemoteRepository;
  /** Runs git in the mirror. */
  run(call: Omit<GitCall, 'gitDir'>): Promise<GitOutput>;
  line(call: Omit<GitCall, 'gitDir'>): Promise<string>;
  readonly git: Git;
  /** Knows the secrets that no commit may hold. */
  readonly redactor: Redactor;
  /** Blobs are fetched when they are read: for repositories that are too large to keep whole. */
  readonly isPartial: boolean;
  /** How Git LFS is run; undefined where the operator does not allow it. */
  readonly lfs: Lfs | undefined;
}

/** A mirror in a directory. */
export function createMirror(
  dir: string,
  remote: RemoteRepository,
  options: {
    readonly git: Git;
    readonly redactor: Redactor;
    readonly filters?: ReadonlySet<string>;
    readonly partial?: boolean;
    /** Makes the mirror again where it is damaged. */
    mend?(): Promise<void>;
  },
): Mirror {
  const isPartial = options.partial === true;
  const mending = options.mend === undefined ? options.git : withMending(options.git, options.mend);
  const git = isPartial ? withToken(mending, remote) : mending;
  const run = (call: Omit<GitCall, 'gitDir'>): Promise<GitOutput> => withFreshToken(git, { ...call, gitDir: dir });
  const lfs = options.filters?.has('lfs') === true ? lfsOf(remote.cloneUrl, dir) : undefined;
  const { redactor } = options;
  return { dir, remote, git, redactor, isPartial, lfs, run, line: async (call) => (await run(call)).stdout.trim() };
}

/** In a partial mirror every command may have to fetch. */
function withToken(git: Git, { cloneUrl, token }: RemoteRepository): Git {
  const run = (call: GitCall): Promise<GitOutput> =>
    git.run({ remote: cloneUrl, ...(token === undefined || call.token !== undefined ? call : { ...call, token }) });
  return { run, line: async (call) => (await run(call)).stdout.trim() };
}

/** Runs the command; once more when the mirror was damaged and is made again. */
function withMending(git: Git, mend: () => Promise<void>): Git {
  async function run(call: GitCall): Promise<GitOutput> {
    try {
      return await git.run(call);
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code !== 'git/mirror') throw error;
      await mend();
      return git.run(call);
    }
  }
  return { run, line: async (call) => (await run(call)).stdout.trim() };
}

/** Runs the command; once more with another token when the remote refused the first one: a refused command did nothing. */
async function withFreshToken(git: Git, call: GitCall): Promise<GitOutput> {
  const { token } = call;
  if (token === undefined) return git.run(call);
  let used: string | undefined;
  try {
    return await git.run({
      ...call,
      async token() {
        used = await token();
        return used;
      },
    });
  } catch (error) {
    if (used === undefined || !(error instanceof TroupeError) || error.code !== 'git/auth') throw error;
    const fresh = await token(used);
    if (fresh === undefined || fresh === used) throw error;
    return git.run({ ...call, token: async () => fresh });
  }
}

/** How the remote is called in messages: never with a query, never with credentials. */
export function nameOf(remote: RemoteRepository): string {
  if (!URL.canParse(remote.cloneUrl)) return remote.cloneUrl;
  const url = new URL(remote.cloneUrl);
  return `${url.host}${url.pathname.replace(/\.git$/, '')}`;
}

/** What git printed as a commit or tree id; throws when it is none. */
export function toSha(text: string, what: string): Sha {
  const sha = text.trim();
  if (!isSha(sha)) {
    throw new TroupeError('git/not-found', messages.failed(what, 'there is no such object'), {
      hint: messages.hint('git/not-found'),
    });
  }
  return sha;
}
