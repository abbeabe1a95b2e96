// Changed files as GitHub's API shows them.
import { defined } from '../../support/index.ts';
import { changedFiles, filePatch } from '../git/index.ts';
import type { FileChange } from '../git/index.ts';
import type { InRepository } from '../world/subject.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

/** `diff-entry` for each file of a pull request or comparison. */
export async function fileShapes(here: InRepository, range: { readonly from: string; readonly to: string }) {
  const { repository } = here;
  const files = await changedFiles(repository.dir, range.from, range.to);
  return Promise.all(files.map((file) => fileShape(here, { ...range, file })));
}

async function fileShape(
  here: InRepository,
  at: { readonly from: string; readonly to: string; readonly file: FileChange },
) {
  const { world, repository } = here;
  const { file } = at;
  const page = repositoryPage(world, repository);
  const patch = await filePatch(repository.dir, at, file);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${at.to}/${encodeURI(file.path)}`,
    raw_url: `${page}/raw/${at.to}/${encodeURI(file.path)}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${encodeURI(file.path)}?ref=${at.to}`,
    ...defined({ patch, previous_filename: file.previousPath }),
  };
}
