// A ready local GitHub: people of every permission, the App installed, a repository whose test fails, an issue about it. Used by the demo and by tests.
import { defined } from '../support/index.ts';
import { demoIssue, demoRepository } from './demo-repository.ts';
import { startLocalGitHub } from './local-github.ts';
import type { LocalGitHub, LocalGitHubOptions, RegisteredApp, RepositoryView } from './types/index.ts';

/** What may differ from the usual world. */
export interface DemoWorldOptions extends LocalGitHubOptions {
  readonly slug?: string;
  readonly permissions?: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
  readonly events?: readonly string[];
  /** Files of the repository instead of the cart, or more of them. */
  readonly files?: Readonly<Record<string, string>>;
  readonly private?: boolean;
  readonly defaultBranch?: string;
  readonly issue?: { readonly title: string; readonly body?: string };
}

/** A world that is ready for a label. */
export interface DemoWorld {
  readonly github: LocalGitHub;
  readonly app: RegisteredApp;
  readonly installationId: number;
  /** `playhouse/cart`. */
  readonly fullName: string;
  readonly repository: RepositoryView;
  /** The number of the issue, opened by `reporter`, who may only read. */
  readonly issue: number;
  /** Logins; each is what it is called: `admin`, `maintainer`, `writer`, `triager`, `reader`. */
  readonly people: readonly string[];
}

/** What app.yml asks for. */
export const appPermissions = {
  checks: 'write',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  metadata: 'read',
  members: 'read',
} as const;

/** What app.yml subscribes to, and the comments on lines of a review. */
export const appEvents: readonly string[] = [
  'check_run',
  'check_suite',
  'delete',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'repository',
  'repository_dispatch',
];

/** Starts a local GitHub and fills it. */
export async function createDemoWorld(options: DemoWorldOptions): Promise<DemoWorld> {
  const { slug = 'troupe', permissions = appPermissions, events = appEvents } = options;
  const github = await startLocalGitHub(options);
  const owner = 'playhouse';
  const fullName = `${owner}/cart`;
  github.createUser(owner, { type: 'Organization', name: 'Playhouse' });
  const app = github.createApp({ slug, owner, permissions, events });
  const repository = await github.createRepository({
    owner,
    name: 'cart',
    description: 'Adds up a shopping cart',
    files: { ...demoRepository, ...options.files },
    private: options.private ?? false,
    ...defined({ defaultBranch: options.defaultBranch }),
  });
  const people = ['admin', 'maintainer', 'writer', 'triager', 'reader'] as const;
  const permissionsOf = {
    admin: 'admin',
    maintainer: 'maintain',
    writer: 'write',
    triager: 'triage',
    reader: 'read',
  } as const;
  for (const login of people) {
    github.createUser(login);
    github.setPermission(fullName, login, permissionsOf[login]);
  }
  github.createUser('reporter');
  if (options.private === true) github.setPermission(fullName, 'reporter', 'read');
  const issue = await github.as('reporter').openIssue(fullName, options.issue ?? demoIssue);
  const installationId = await github.install(slug, owner, [fullName]);
  return { github, app, installationId, fullName, repository, issue, people };
}
