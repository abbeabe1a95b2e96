// A repository's front page, folders, files, commits and branches.
import { listRefs, listTree, log, readBlob, readCommit, resolveCommit } from '../git/index.ts';
import type { TreeEntry } from '../git/index.ts';
import { marksOn, overallIcon } from './check-marks.ts';
import { addressOf, diffOf } from './diff.ts';
import { html } from './html/html.ts';
import type { Content, Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import { commitList, counted, timeAgo, titledBox, titleOf } from './parts.ts';
import { repositoryPageOf } from './shell.ts';
import type { Page } from './shell.ts';
import { markdownFileOf } from './visit.ts';
import type { Visit } from './visit.ts';

/** A commit as an address names it, and the path after it. */
interface Spot {
  readonly ref: string;
  readonly sha: string;
  readonly path: string;
}

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The front page: files, branches, README. */
export async function frontPage(visit: Visit): Promise<Page> {
  const { repository, home } = visit;
  const spot = await spotOf(visit, repository.defaultBranch);
  const branches = await branchesOf(visit);
  const head = html`<h1>${repository.name}</h1>
    ${repository.description === null ? undefined : html`<p class="lead">${repository.description}</p>`}
    <p class="links">
      <span class="branch">${icon('git-branch')} ${repository.defaultBranch}</span>
      <a href="${home}/branches">${counted(branches.length, 'branch').replace(/branchs$/, 'branches')}</a>
      <a href="${home}/commits/${repository.defaultBranch}">Commits</a>
    </p>`;
  const body =
    spot === undefined ? html`<p class="empty quiet">This repository is empty.</p>` : await folderBody(visit, spot);
  return repositoryPageOf(visit, {
    title: repository.description ?? repository.name,
    tab: 'code',
    body: html`${head}${body}`,
  });
}

/** A folder (`tree`) or a file (`blob`). */
export async function pathPage(visit: Visit, rest: string): Promise<Page | undefined> {
  const spot = await spotOf(visit, rest);
  if (spot === undefined) return undefined;
  const entry = await entryAt(visit, spot);
  const isFolder = spot.path === '' || entry?.type === 'tree';
  if (!isFolder && entry === undefined) return undefined;
  const body = isFolder || entry === undefined ? await folderBody(visit, spot) : await fileBody(visit, spot, entry);
  return repositoryPageOf(visit, {
    title: spot.path === '' ? spot.ref : spot.path,
    tab: 'code',
    body: html`<h1 class="path">${trail(visit, spot)}</h1>
      ${body}`,
  });
}

/** A commit. */
export async function commitPage(visit: Visit, id: string): Promise<Page | undefined> {
  const sha = await resolveCommit(visit.repository.dir, id);
  if (sha === undefined) return undefined;
  const commit = await readCommit(visit.repository.dir, sha);
  const [, ...rest] = commit.message.split('\n');
  const more = rest.join('\n').trim();
  const parents = commit.parents.map(
    (parent) => html` <a class="mono" href="${visit.home}/commit/${parent}">${parent.slice(0, 7)}</a>`,
  );
  return repositoryPageOf(visit, {
    title: `${titleOf(commit)} · ${sha.slice(0, 7)}`,
    tab: 'code',
    body: html`<h1>${titleOf(commit)} ${overallIcon(marksOn(visit.repository, sha, visit.home))}</h1>
      ${more === '' ? undefined : html`<pre class="words">${more}</pre>`}
      <p class="quiet">
        ${commit.author.name} committed ${timeAgo(visit.world, commit.committer.date)} · commit
        <span class="mono">${sha.slice(0, 7)}</span>${parents.length === 0 ? undefined : html` · parent${parents}`}
      </p>
      ${await diffOf(visit, commit.parents[0] ?? emptyTree, sha)}`,
  });
}

/** The commits of a branch. */
export async function commitsPage(visit: Visit, ref: string): Promise<Page | undefined> {
  const sha = await resolveCommit(visit.repository.dir, ref);
  if (sha === undefined) return undefined;
  const commits = await log(visit.repository.dir, sha, { limit: 100 });
  return repositoryPageOf(visit, {
    title: `Commits · ${ref}`,
    tab: 'code',
    body: html`<h1>Commits <span class="branch">${ref}</span></h1>
      <section class="box">${commitList(visit, commits)}</section>`,
  });
}

/** The branches. */
export async function branchesPage(visit: Visit): Promise<Page> {
  const branches = await branchesOf(visit);
  return repositoryPageOf(visit, {
    title: 'Branches',
    tab: 'code',
    body: html`<h1>Branches</h1>
      <section class="box">
        <ul class="rows">
          ${branches.map(
            (name) =>
              html`<li>
                ${icon('git-branch')}<a class="grow" href="${visit.home}/tree/${addressOf(name)}">${name}</a
                ><a href="${visit.home}/commits/${addressOf(name)}">Commits</a>
              </li>`,
          )}
        </ul>
      </section>`,
  });
}

async function branchesOf({ repository }: Visit): Promise<readonly string[]> {
  const refs = [...(await listRefs(repository.dir)).keys()].filter((ref) => ref.startsWith('refs/heads/'));
  return refs.map((ref) => ref.slice('refs/heads/'.length));
}

/** Names of branches may hold slashes: the longest that is one is meant. */
async function spotOf(visit: Visit, rest: string): Promise<Spot | undefined> {
  const branch = (await branchesOf(visit))
    .toSorted((a, b) => b.length - a.length)
    .find((name) => rest === name || rest.startsWith(`${name}/`));
  const ref = branch ?? rest.split('/')[0] ?? '';
  if (ref === '') return undefined;
  const sha = await resolveCommit(visit.repository.dir, branch === undefined ? ref : `refs/heads/${branch}`);
  return sha === undefined ? undefined : { ref, sha, path: rest.slice(ref.length + 1).replace(/\/$/, '') };
}

async function entryAt({ repository }: Visit, { sha, path }: Spot): Promise<TreeEntry | undefined> {
  return path === '' ? undefined : (await listTree(repository.dir, sha, { path })).find((entry) => entry.path === path);
}

function trail({ repository, home }: Visit, { ref, path }: Spot): Html {
  const parts = path === '' ? [] : path.split('/');
  return html`<a href="${home}/tree/${addressOf(ref)}">${repository.name}</a>${parts.map((part, index) => {
      const isLast = index === parts.length - 1;
      return html` /
      ${isLast ? part : html`<a href="${home}/tree/${addressOf([ref, ...parts.slice(0, index + 1)].join('/'))}">${part}</a>`}`;
    })}`;
}

async function folderBody(visit: Visit, spot: Spot): Promise<Content> {
  const { repository, home, world } = visit;
  const entries = await listTree(repository.dir, spot.sha, spot.path === '' ? {} : { path: `${spot.path}/` });
  const sorted = entries.toSorted(
    (a, b) => Number(b.type === 'tree') - Number(a.type === 'tree') || a.path.localeCompare(b.path),
  );
  const newest = await readCommit(repository.dir, spot.sha);
  const files = html`<section class="box">
    <div class="box-head">
      <h2 class="hidden">Files</h2>
      <span class="grow"
        ><strong>${newest.author.name}</strong> <a href="${home}/commit/${newest.sha}">${titleOf(newest)}</a></span
      >
      ${overallIcon(marksOn(repository, newest.sha, home))}
      <a class="mono quiet" href="${home}/commit/${newest.sha}">${newest.sha.slice(0, 7)}</a>
      <span class="quiet">${timeAgo(world, newest.committer.date)}</span>
    </div>
    <ul class="rows">
      ${sorted.map(
        (entry) =>
          html`<li>
            ${entry.type === 'tree' ? icon('file-directory-fill', { tone: 'accent', label: 'Folder' }) : icon('file', { label: 'File' })}<a
              class="grow"
              href="${home}/${entry.type === 'tree' ? 'tree' : 'blob'}/${addressOf(`${spot.ref}/${entry.path}`)}"
              >${entry.path.split('/').at(-1)}</a
            >
          </li>`,
      )}
    </ul>
  </section>`;
  const readme = sorted.find(({ type, path }) => type === 'blob' && /(?:^|\/)readme\.(?:md|markdown)$/i.test(path));
  if (readme === undefined) return files;
  const text = (await readBlob(repository.dir, readme.sha)).toString('utf8');
  const folder = `${home}/blob/${addressOf([spot.ref, spot.path].filter((part) => part !== '').join('/'))}`;
  return html`${files}${titledBox(readme.path.split('/').at(-1), html`<div class="markdown-body readme">${await markdownFileOf(visit, text, folder)}</div>`)}`;
}

async function fileBody(visit: Visit, spot: Spot, entry: TreeEntry): Promise<Content> {
  const bytes = await readBlob(visit.repository.dir, entry.sha);
  const name = entry.path.split('/').at(-1) ?? '';
  const title = html`${name} <span class="quiet">${bytes.length} bytes</span>`;
  if (bytes.includes(0) || bytes.length > 500_000)
    return titledBox(title, html`<p class="empty quiet">This file is not shown: it is binary or large.</p>`);
  const text = bytes.toString('utf8');
  if (/\.(?:md|markdown)$/i.test(name)) {
    const folder = `${visit.home}/blob/${addressOf([spot.ref, ...spot.path.split('/').slice(0, -1)].join('/'))}`;
    return titledBox(title, html`<div class="markdown-body readme">${await markdownFileOf(visit, text, folder)}</div>`);
  }
  const rows = text
    .replace(/\n$/, '')
    .split('\n')
    .map(
      (line, index) =>
        html`<tr id="L${index + 1}">
          <td>${index + 1}</td>
          <td><span class="text">${line}</span></td>
        </tr>`,
    );
  return titledBox(
    title,
    html`<div class="wide" tabindex="0" role="region" aria-label="${name}">
      <table class="lines file">
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`,
  );
}
