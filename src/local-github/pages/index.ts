// The web pages behind `html_url`, as GitHub would show them. Never takes input and never changes anything.
import { isPull } from '../shapes/pull.ts';
import { fullName, repositoryNamed } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { checkPage } from './checks.ts';
import { branchesPage, commitPage, commitsPage, frontPage, pathPage } from './code.ts';
import { issueListPage, issuePage } from './issue.ts';
import { accountPage, missingPage, startPage } from './people.ts';
import { pullPage } from './pull.ts';
import type { Page } from './shell.ts';
import type { Visit } from './visit.ts';

export { assetNamed } from './assets.ts';
export type { Page } from './shell.ts';

/** The page at an address; one that says so where there is nothing. */
export async function pageAt(world: World, url: URL): Promise<Page> {
  return (await found(world, url)) ?? missingPage();
}

async function found(world: World, url: URL): Promise<Page | undefined> {
  const [owner = '', name = '', kind = '', ...rest] = segmentsOf(url);
  if (owner === '') return startPage(world);
  if (name === '') {
    const user = world.users.get(owner.toLowerCase());
    return user === undefined ? undefined : accountPage(world, user);
  }
  const repository = repositoryNamed(world, owner, name);
  if (repository === undefined || repository.private) return undefined;
  return inRepository({ world, repository, home: `/${fullName(repository)}`, url }, kind, rest);
}

async function inRepository(visit: Visit, kind: string, rest: readonly string[]): Promise<Page | undefined> {
  const { repository } = visit;
  const [id = '', tab = ''] = rest;
  const issue = repository.issues.get(Number(id));
  switch (kind) {
    case '':
      return frontPage(visit);
    case 'issues':
    case 'pull':
      if (id === '' && kind === 'issues') return issueListPage(visit, 'issues');
      if (issue === undefined) return undefined;
      return isPull(issue) ? pullPage(visit, issue, tab) : issuePage(visit, issue);
    case 'pulls':
      return issueListPage(visit, 'pulls');
    case 'runs': {
      const check = repository.checks.get(Number(id));
      return check === undefined ? undefined : checkPage(visit, check);
    }
    case 'tree':
    case 'blob':
      return pathPage(visit, rest.join('/'));
    case 'commit':
      return commitPage(visit, id);
    case 'commits':
      return commitsPage(visit, rest.length === 0 ? repository.defaultBranch : rest.join('/'));
    case 'branches':
      return branchesPage(visit);
    default:
      return undefined;
  }
}

/** The parts of a path; an escape that is none is taken as it is written. */
function segmentsOf(url: URL): readonly string[] {
  return url.pathname
    .slice(1)
    .split('/')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}
