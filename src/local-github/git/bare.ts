// Makes bare repositories and commits on their branches. Never reads a history.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git-process.ts';
import { resolveCommit } from './refs.ts';
import type { Signature } from './shapes.ts';

/** Makes an empty bare repository whose HEAD names the branch. `hooks` is a folder of hook programs. */
export async function createBare(dir: string, branch: string, hooks: string): Promise<void> {
  // without the samples that git would put into each
  await git(dir, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`, dir]);
  await appendFile(
    join(dir, 'config'),
    [
      '[receive]\n\thideRefs = refs/pull\n\tadvertisePushOptions = false\n\tautogc = false',
      '[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true',
      `[core]\n\thooksPath = ${JSON.stringify(hooks)}\n`,
    ].join('\n'),
  );
}

/** What makes a commit on a branch. A file that is null is removed. */
export interface CommitRequest {
  readonly branch: string;
  readonly message: string;
  readonly author: Signature;
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
  /** Where the branch starts when it is not there yet. */
  readonly from?: string;
}

/** Makes a commit that changes files on a branch, and gives its id. */
export async function commitFiles(dir: string, request: CommitRequest): Promise<string> {
  const ref = `refs/heads/${request.branch}`;
  const parent = (await resolveCommit(dir, ref)) ?? request.from;
  const who = `${request.author.name} <${request.author.email}> ${Math.floor(Date.parse(request.author.date) / 1000)} +0000`;
  const message = Buffer.from(request.message, 'utf8');
  const parts: Uint8Array[] = [
    Buffer.from(`commit ${ref}\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n`),
    message,
    Buffer.from(`\n${parent === undefined ? '' : `from ${parent}\n`}`),
  ];
  for (const [path, content] of Object.entries(request.files)) {
    if (content === null) parts.push(Buffer.from(`D ${quotePath(path)}\n`));
    else {
      const bytes = Buffer.from(content);
      parts.push(Buffer.from(`M 100644 inline ${quotePath(path)}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n'));
    }
  }
  await git(dir, ['fast-import', '--quiet'], { input: Buffer.concat(parts) });
  const sha = await resolveCommit(dir, ref);
  if (sha === undefined) throw new Error(`the commit on ${request.branch} was not made`);
  return sha;
}

/** Copies a branch of another repository on this machine to a ref here. */
export async function fetchFrom(dir: string, other: string, refspec: string): Promise<void> {
  await git(dir, ['fetch', '--quiet', '--no-tags', other, refspec], { env: { GIT_ALLOW_PROTOCOL: 'file' } });
}

function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
