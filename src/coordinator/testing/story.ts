// Builders for the coordinator's stories: a repository, people and events with defaults; a test names what differs.
import { createCoordinator } from '../coordinator.ts';
import type { Coordinator } from '../coordinator.ts';
import type { Registries } from '../registries.ts';
import { createLocalLocks, silentLogger, systemClock } from '../../support/index.ts';
import type { CoordinatorPorts, DeliveryToHandle, HandleResult, OperatorSettings } from '../common/types.ts';
import { fakeRepository } from './fake-github.ts';
import type { FakeRepository } from './fake-github.ts';
import { fakeJournal } from './fake-journal.ts';
import type { FakeJournal } from './fake-journal.ts';

/** The bot of the stories. */
export const bot = { login: 'troupe[bot]', id: 99, type: 'Bot' };

/** The operator's settings of the stories. */
export const operator: OperatorSettings = {
  defaultProvider: 'scripted',
  limits: { concurrentRuns: 8, concurrentPerRepository: 2, costUsdPerRun: 10 },
  permissions: { trigger: 'write', control: 'write', approve: 'write', bots: ['renovate[bot]'] },
  trusted: [],
  allowAutoMerge: [],
};

/** A workflow of one persona that changes nothing. */
export function workflow(id: string, more = ''): string {
  return [
    `name: ${id}`,
    'version: "1.0.0"',
    `description: What ${id} does`,
    'branch: false',
    more,
    'steps:',
    '  - { id: look, name: Look, type: persona-request, persona: code-reviewer }',
    '',
  ].join('\n');
}

/** A world in which deliveries can be handled. */
export interface Story {
  readonly github: FakeRepository;
  readonly owners: FakeRepository;
  readonly runs: FakeJournal;
  readonly coordinator: Coordinator;
  readonly logged: string[];
  label(label: string, change?: Change): Promise<HandleResult>;
  comment(body: string, change?: Change): Promise<HandleResult>;
  send(event: string, payload: object, id?: string): Promise<HandleResult>;
  /** What the bot said, without its hidden marks. */
  said(): string[];
}

/** What differs from the usual issue #7 of alice, labelled by wendy. */
export interface Change {
  readonly sender?: { readonly login: string; readonly id: number; readonly type?: string };
  readonly author?: string;
  readonly issue?: object;
  readonly repository?: object;
  readonly at?: string;
  readonly commentId?: number;
  readonly delivery?: string;
  /** Do not put the label on: it is gone again. */
  readonly gone?: boolean;
}

/** The person with write permission. */
export const wendy = { login: 'wendy', id: 1, type: 'User' };

function portsOf({
  github,
  owners,
  runs,
  logged,
}: Pick<Story, 'github' | 'owners' | 'runs' | 'logged'>): CoordinatorPorts {
  return {
    locks: createLocalLocks(),
    journal: runs.journal,
    clock: systemClock,
    log: { ...silentLogger, info: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`) },
    operator,
    personas: {
      load: async () => ({
        known: new Map([
          ['code-reviewer', { edits: false }],
          ['lead-engineer', { edits: true }],
        ]),
        findings: [],
        copyOf: (ids) => ids,
      }),
    },
    providers: new Set(['scripted']),
    builtIn: new Map([
      ['feature', workflow('feature')],
      ['hotfix', workflow('hotfix')],
    ]),
    identity: async () => ({
      id: 5,
      slug: 'troupe',
      name: 'Troupe',
      owner: 'acme',
      botLogin: bot.login,
      botId: bot.id,
    }),
    api: (_installation, _owner, name) => (name === '.github' ? owners.api : github.api),
    listRuns: runs.list,
  };
}

/** A repository `acme/shop` with the workflows `feature` and `hotfix` built in, and wendy who may write. */
export function story(ports: Partial<CoordinatorPorts> = {}, registries: Partial<Registries> = {}): Story {
  const github = fakeRepository('acme', 'shop', bot.login);
  const owners = fakeRepository('acme', '.github', bot.login);
  const runs = fakeJournal();
  const logged: string[] = [];
  for (const [login, permission] of [
    ['wendy', 'write'],
    ['alice', 'read'],
    ['rita', 'read'],
    ['tom', 'triage'],
  ] as const)
    github.permissions.set(login, permission);
  const coordinator = createCoordinator({ ...portsOf({ github, owners, runs, logged }), ...ports }, registries);
  let count = 0;
  function send(event: string, payload: object, id = `delivery-${(count += 1)}`): Promise<HandleResult> {
    return coordinator.handle({ id, event, payload } satisfies DeliveryToHandle);
  }
  return {
    github,
    owners,
    runs,
    coordinator,
    logged,
    send,
    label(label, change = {}) {
      const labels = github.labelsOf.get(7) ?? new Set<string>();
      if (change.gone !== true) labels.add(label);
      github.labelsOf.set(7, labels);
      const payload = { ...base(change), action: 'labeled', label: { name: label }, issue: issue(change, [...labels]) };
      return send('issues', payload, change.delivery);
    },
    comment(body, change = {}) {
      const user = change.sender ?? wendy;
      const payload = {
        ...base(change),
        action: 'created',
        issue: issue(change, [...(github.labelsOf.get(7) ?? [])]),
        comment: { id: change.commentId ?? 501, body, user },
      };
      return send('issue_comment', payload, change.delivery);
    },
    said: () => github.comments.map((comment) => comment.body.replace(/\n\n<!-- troupe:[^<>]*-->$/, '')),
  };
}

/** What every payload has. */
export function base(change: Change = {}): object {
  return {
    installation: { id: 11 },
    repository: {
      id: 100,
      name: 'shop',
      owner: { login: 'acme' },
      private: false,
      archived: false,
      default_branch: 'main',
      clone_url: 'https://github.example/acme/shop.git',
      ...change.repository,
    },
    sender: change.sender ?? wendy,
  };
}

/** Issue #7 as payloads show it. */
export function issue(change: Change = {}, labels: readonly string[] = []): object {
  return {
    number: 7,
    title: 'The button is broken',
    body: 'Click it.',
    labels: labels.map((name) => ({ name })),
    user: { login: change.author ?? 'alice', id: 2, type: 'User' },
    html_url: 'https://github.example/acme/shop/issues/7',
    state: 'open',
    updated_at: change.at ?? '2026-11-20T12:00:00Z',
    milestone: null,
    ...change.issue,
  };
}
