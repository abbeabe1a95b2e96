// What changed between two commits, line by line with numbers and colours. Long diffs are cut and say so.
import { changedFiles, filePatch } from '../git/index.ts';
import type { FileChange } from '../git/index.ts';
import { html } from './html/html.ts';
import type { Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import { counted } from './parts.ts';
import type { Visit } from './visit.ts';

const mostFiles = 100;
const mostLines = 2_000;

/** The changed files, each with its patch. */
export async function diffOf({ repository, home }: Visit, from: string, to: string): Promise<Html> {
  const files = await changedFiles(repository.dir, from, to);
  const shown = files.slice(0, mostFiles);
  const patches = await Promise.all(shown.map((file) => filePatch(repository.dir, { from, to }, file)));
  const added = files.reduce((sum, { additions }) => sum + additions, 0);
  const removed = files.reduce((sum, { deletions }) => sum + deletions, 0);
  return html`<p class="quiet">
      ${counted(files.length, 'changed file')} with <strong class="added">${counted(added, 'addition')}</strong> and
      <strong class="removed">${counted(removed, 'deletion')}</strong>.${
        files.length > shown.length ? ` The first ${shown.length} are shown.` : undefined
      }
    </p>
    ${shown.map((file, index) => fileDiff(file, patches[index], `${home}/blob/${to}`))}`;
}

function fileDiff(file: FileChange, patch: string | undefined, blobs: string): Html {
  const { path, previousPath, status, additions, deletions } = file;
  const name = previousPath === undefined ? path : `${previousPath} → ${path}`;
  const title =
    status === 'removed'
      ? html`<span class="mono">${name}</span>`
      : html`<a class="mono" href="${blobs}/${addressOf(path)}">${name}</a>`;
  return html`<section class="box diff">
    <div class="box-head">
      ${icon('file-diff', { label: status })}
      <h3>${title}</h3>
      <span class="added">+${additions}</span> <span class="removed">−${deletions}</span>
    </div>
    ${
      patch === undefined
        ? html`<p class="empty quiet">
            ${status === 'renamed' ? 'File renamed without changes.' : 'Binary file or no lines to show.'}
          </p>`
        : patchTable(patch, path)
    }
  </section>`;
}

function patchTable(patch: string, path: string): Html {
  const lines = patch.split('\n');
  let [before, after] = [0, 0];
  const rows = lines.slice(0, mostLines).map((line) => {
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (start !== null) {
      [before, after] = [Number(start[1]), Number(start[2])];
      return html`<tr class="line-place">
        <td></td>
        <td></td>
        <td><span class="text">${line}</span></td>
      </tr>`;
    }
    const sign = line.charAt(0);
    if (sign === '\\')
      return html`<tr class="line-place">
        <td></td>
        <td></td>
        <td><span class="text">${line.slice(2)}</span></td>
      </tr>`;
    const kind = sign === '+' ? 'added' : sign === '-' ? 'removed' : 'same';
    const cells = html`<td>${sign === '+' ? undefined : before}</td>
      <td>${sign === '-' ? undefined : after}</td>`;
    if (sign !== '+') before += 1;
    if (sign !== '-') after += 1;
    return html`<tr class="line-${kind}">
      ${cells}
      <td><span class="sign">${sign}</span><span class="text">${line.slice(1)}</span></td>
    </tr>`;
  });
  const rest = lines.length - rows.length;
  return html`<div class="wide" tabindex="0" role="region" aria-label="Changes of ${path}">
      <table class="lines">
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${rest > 0 ? html`<p class="empty quiet">${counted(rest, 'more line')} not shown.</p>` : undefined}`;
}

/** A path of a file as it stands in an address. */
export function addressOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
