// Small web pages behind `html_url`, so that people can look. Never takes input.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CheckRun, Issue, Repository } from '../model/index.ts';
import { commentsOf } from '../shapes/issue.ts';
import { isPull, pullCommits } from '../shapes/pull.ts';
import { changedFiles, filePatch, log } from '../git/index.ts';
import { fullName, repositoryNamed } from '../world.ts';
import type { World } from '../world.ts';

/** An HTML page; 404 where there is nothing. */
interface Page {
  readonly status: number;
  readonly html: string;
}

/** Adds the pages; whatever has none is not found. */
export function addPages(app: FastifyInstance, world: World): void {
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    const { status, html } = await pageAt(world, new URL(request.originalUrl, world.url));
    return reply.code(status).type('text/html; charset=utf-8').send(html);
  };
  for (const url of ['/', '/:owner/:repo', '/:owner/:repo/:kind/:id', '/:owner/:repo/:kind/:id/*']) app.get(url, show);
  app.setNotFoundHandler(show);
}

async function pageAt(world: World, url: URL): Promise<Page> {
  const [, owner = '', name = '', kind = '', id = ''] = url.pathname.split('/').map(decodeURIComponent);
  if (owner === '')
    return page(
      'Repositories',
      list([...world.repositories.values()].map((one) => link(`/${fullName(one)}`, fullName(one)))),
    );
  const repository = repositoryNamed(world, owner, name);
  if (repository === undefined || repository.private) return missing();
  if (kind === '') return page(fullName(repository), await repositoryBody(repository));
  const issue = repository.issues.get(Number(id));
  if ((kind === 'issues' || kind === 'pull') && issue !== undefined)
    return page(`${issue.title} #${issue.number}`, await issueBody(repository, issue));
  const check = kind === 'runs' ? repository.checks.get(Number(id)) : undefined;
  return check === undefined ? missing() : page(check.name, checkBody(repository, check));
}

async function repositoryBody(repository: Repository): Promise<string> {
  const issues = [...repository.issues.values()].map((issue) => issueLink(repository, issue));
  const commits = await log(repository.dir, repository.defaultBranch, 20);
  return `<h2>Issues and pull requests</h2>${list(issues)}<h2>Commits on ${text(repository.defaultBranch)}</h2>${list(
    commits.map((commit) => `<code>${commit.sha.slice(0, 7)}</code> ${text(commit.message.split('\n')[0] ?? '')}`),
  )}`;
}

async function issueBody(repository: Repository, issue: Issue): Promise<string> {
  const comments = commentsOf(repository, issue.number).map(
    (comment) => `<h3>${text(comment.user.login)}</h3>${reactions(comment.reactions)}<pre>${text(comment.body)}</pre>`,
  );
  const state = issue.pull?.merged === true ? 'merged' : issue.pull?.draft === true ? 'draft' : issue.state;
  const labels = issue.labels.map((label) => `<code>${text(label.name)}</code>`).join(' ');
  return `<p>${text(state)} · ${text(issue.user.login)} ${labels}</p><pre>${text(issue.body ?? '')}</pre>${
    isPull(issue) ? await pullBody(repository, issue) : ''
  }<h2>Comments</h2>${comments.join('')}`;
}

async function pullBody(repository: Repository, issue: Parameters<typeof pullCommits>[1]): Promise<string> {
  const { head, fork } = await pullCommits(repository, issue);
  const checks = [...repository.checks.values()].filter((check) => check.headSha === head);
  const files = await changedFiles(repository.dir, fork, head);
  const patches = await Promise.all(
    files.map(
      async (file) =>
        `<h3>${text(file.path)}</h3><pre>${text((await filePatch(repository.dir, { from: fork, to: head }, file)) ?? '')}</pre>`,
    ),
  );
  return `<h2>Checks on <code>${head.slice(0, 7)}</code></h2>${list(
    checks.map(
      (check) =>
        `${link(`/${fullName(repository)}/runs/${check.id}`, check.name)}: ${text(check.conclusion ?? check.status)}`,
    ),
  )}<h2>Files</h2>${patches.join('')}`;
}

function checkBody(repository: Repository, check: CheckRun): string {
  const notes = check.annotations.map(
    (one) => `${text(one.annotation_level)} <code>${text(one.path)}:${one.start_line}</code> ${text(one.message)}`,
  );
  const buttons =
    check.status === 'completed' ? check.actions.map((action) => `<code>${text(action.label)}</code>`).join(' ') : '';
  return `<p>${text(check.conclusion ?? check.status)} · ${text(fullName(repository))} <code>${check.headSha.slice(0, 7)}</code> ${buttons}</p><h2>${text(
    check.title ?? '',
  )}</h2><pre>${text(check.summary ?? '')}</pre><pre>${text(check.text ?? '')}</pre>${list(notes)}`;
}

function issueLink(repository: Repository, issue: Issue): string {
  const kind = isPull(issue) ? 'pull' : 'issues';
  return `${link(`/${fullName(repository)}/${kind}/${issue.number}`, `#${issue.number} ${issue.title}`)} ${text(issue.state)}`;
}

function reactions(all: Issue['reactions']): string {
  return all.length === 0 ? '' : `<p>${all.map(({ content }) => text(content)).join(' ')}</p>`;
}

function page(title: string, body: string, status = 200): Page {
  const style =
    'body{font:15px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;background:#f6f8fa;padding:1rem}';
  return {
    status,
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${text(title)}</title><style>${style}</style><h1>${text(title)}</h1>${body}</html>`,
  };
}

function missing(): Page {
  return page('Not found', '<p>Nothing is here.</p>', 404);
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function link(path: string, label: string): string {
  return `<a href="${text(encodeURI(path))}">${text(label)}</a>`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
