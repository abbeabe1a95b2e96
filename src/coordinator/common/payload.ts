// Reads what the coordinator needs out of a webhook's payload. Trusts nothing: `unknown` until its shape has been checked.
import Type from 'typebox';
import type { Static } from 'typebox';
import { milestoneFacts, schemaCheck, defined } from '../../support/index.ts';
import type { JsonObject, MilestoneFacts } from '../../support/index.ts';
import type { DeliveryToHandle } from './types.ts';

/** Somebody on GitHub as a payload names them. */
export interface Person {
  readonly login: string;
  readonly id: number;
  readonly isBot: boolean;
}

/** The repository of an event. */
export interface RepositoryOfEvent {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly archived: boolean;
  readonly defaultBranch: string;
  readonly cloneUrl: string;
}

/** The issue or pull request of an event, with its text as it was when the event happened. */
export interface Subject {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: string;
  readonly url: string;
  readonly state: string;
  readonly updatedAt: string;
  /** When it was closed, in milliseconds since 1970; absent while it is open. */
  readonly closedAt?: number;
  readonly isPullRequest: boolean;
  /** Its conversation was ended. */
  readonly locked?: boolean;
  readonly type?: string;
  readonly milestone?: string;
  readonly milestoneFacts?: MilestoneFacts;
  readonly head?: {
    readonly ref: string;
    readonly sha: string;
    readonly fork: boolean;
    readonly base: string;
    readonly merged: boolean;
  };
}

/** One thing that happened on GitHub. `name` is the event with its action, `issues.labeled`. */
export interface Happening {
  readonly delivery: string;
  readonly event: string;
  readonly action: string;
  readonly name: string;
  readonly installationId: number;
  readonly repository: RepositoryOfEvent;
  readonly sender: Person;
  readonly subject?: Subject;
  readonly comment?: { readonly id: number; readonly body: string; readonly author: Person };
  readonly label?: string;
  readonly assignee?: string;
  readonly review?: { readonly id: number; readonly state: string; readonly body: string; readonly author: string };
  /** A check run of ours on which somebody did something. */
  readonly checkRun?: { readonly externalId: string; readonly name: string; readonly headSha: string };
  /** A suite of checks, of ours or of another App. */
  readonly checkSuite?: {
    readonly headSha: string;
    readonly id?: number;
    readonly branch?: string;
    readonly conclusion?: string;
    /** The App's slug. */
    readonly app?: string;
  };
  /** The identifier of the button that was pressed. */
  readonly button?: string;
  /** The branch that was pushed or deleted. */
  readonly branch?: {
    readonly name: string;
    readonly forced: boolean;
    readonly deleted: boolean;
    /** The new head; absent when it was deleted. */
    readonly sha?: string;
  };
  /** What whoever dispatched an event sent with it. */
  readonly clientPayload?: JsonObject;
  /** What was filled in where a workflow of Actions was started by hand. */
  readonly dispatchInputs?: JsonObject;
  /** The cron expression of a schedule of Actions. */
  readonly schedule?: string;
  /** Paths a push changed on the default branch. */
  readonly changedPaths?: readonly string[];
}

/** Which repositories an installation event is about. */
export interface InstallationChange {
  readonly installationId: number;
  readonly account: string;
  /** Nothing of the installation is left. */
  readonly ended: boolean;
  /** Ids of repositories that it has lost. */
  readonly removed: readonly number[];
  readonly repositories: readonly { readonly owner: string; readonly name: string }[];
}

const person = Type.Object({ login: Type.String(), id: Type.Integer(), type: Type.Optional(Type.String()) });
const maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));
const repository = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  owner: Type.Object({ login: Type.String() }),
  private: Type.Optional(Type.Boolean()),
  archived: Type.Optional(Type.Boolean()),
  default_branch: Type.String(),
  clone_url: Type.String(),
});
const side = Type.Object({
  ref: Type.String(),
  sha: Type.String(),
  repo: maybe(Type.Object({ id: Type.Integer() })),
});
const subject = Type.Object({
  number: Type.Integer(),
  title: Type.String(),
  body: maybe(Type.String()),
  labels: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
  user: maybe(person),
  html_url: Type.String(),
  state: Type.Optional(Type.String()),
  locked: maybe(Type.Boolean()),
  updated_at: Type.Optional(Type.String()),
  closed_at: maybe(Type.String()),
  milestone: maybe(Type.Object({ title: Type.String() })),
  type: maybe(Type.Object({ name: Type.String() })),
  pull_request: Type.Optional(Type.Object({})),
  head: Type.Optional(side),
  base: Type.Optional(side),
  merged: maybe(Type.Boolean()),
});
const payloadSchema = Type.Object({
  action: Type.Optional(Type.String()),
  installation: Type.Object({ id: Type.Integer() }),
  repository,
  sender: person,
  issue: Type.Optional(subject),
  pull_request: Type.Optional(subject),
  comment: Type.Optional(Type.Object({ id: Type.Integer(), body: maybe(Type.String()), user: maybe(person) })),
  label: maybe(Type.Object({ name: Type.String() })),
  assignee: maybe(person),
  review: Type.Optional(
    Type.Object({ id: Type.Integer(), state: Type.String(), body: maybe(Type.String()), user: maybe(person) }),
  ),
  check_run: Type.Optional(
    Type.Object({
      external_id: maybe(Type.String()),
      name: Type.Optional(Type.String()),
      head_sha: Type.Optional(Type.String()),
    }),
  ),
  check_suite: Type.Optional(
    Type.Object({
      id: Type.Optional(Type.Integer()),
      head_sha: Type.Optional(Type.String()),
      head_branch: maybe(Type.String()),
      conclusion: maybe(Type.String()),
      app: maybe(Type.Object({ slug: Type.Optional(Type.String()) })),
    }),
  ),
  requested_action: maybe(Type.Object({ identifier: Type.String() })),
  ref: maybe(Type.String()),
  ref_type: maybe(Type.String()),
  after: maybe(Type.String()),
  client_payload: maybe(Type.Record(Type.String(), Type.Unknown())),
  inputs: maybe(Type.Record(Type.String(), Type.Unknown())),
  schedule: maybe(Type.String()),
  forced: maybe(Type.Boolean()),
  deleted: maybe(Type.Boolean()),
  commits: maybe(
    Type.Array(
      Type.Object({
        added: Type.Optional(Type.Array(Type.String())),
        modified: Type.Optional(Type.Array(Type.String())),
        removed: Type.Optional(Type.Array(Type.String())),
      }),
    ),
  ),
});
const named = Type.Array(Type.Object({ full_name: Type.String() }));
const installationSchema = Type.Object({
  action: Type.Optional(Type.String()),
  installation: Type.Object({ id: Type.Integer(), account: Type.Object({ login: Type.String() }) }),
  repositories: Type.Optional(named),
  repositories_added: Type.Optional(named),
  repositories_removed: Type.Optional(Type.Array(Type.Object({ id: Type.Integer() }))),
});

const firstOnly = { allErrors: false };
type Payload = Static<typeof payloadSchema>;
const isPayload = schemaCheck<Payload>(payloadSchema, firstOnly);
const isInstallation = schemaCheck<Static<typeof installationSchema>>(installationSchema, firstOnly);

/** The happening a delivery tells of; undefined when the payload is not of a repository's event as an App receives it. */
export function readHappening(delivery: DeliveryToHandle): Happening | undefined {
  const payload: unknown = delivery.payload;
  if (!isPayload(payload)) return undefined;
  const about = payload.pull_request ?? payload.issue;
  const action = payload.action ?? '';
  return {
    delivery: delivery.id,
    event: delivery.event,
    action,
    name: action === '' ? delivery.event : `${delivery.event}.${action}`,
    installationId: payload.installation.id,
    repository: {
      id: payload.repository.id,
      owner: payload.repository.owner.login,
      name: payload.repository.name,
      private: payload.repository.private ?? false,
      archived: payload.repository.archived ?? false,
      defaultBranch: payload.repository.default_branch,
      cloneUrl: payload.repository.clone_url,
    },
    sender: personOf(payload.sender),
    ...(about === undefined
      ? {}
      : { subject: subjectOf(about, payload.repository.id, payload.pull_request !== undefined) }),
    ...writtenParts(payload),
    ...(payload.check_suite ? { checkSuite: suiteOf(payload.check_suite) } : {}),
    ...(payload.requested_action ? { button: payload.requested_action.identifier } : {}),
    ...branchOf(delivery.event, payload),
    // parsed from JSON
    ...(delivery.event === 'workflow_dispatch' && payload.inputs
      ? { dispatchInputs: payload.inputs as JsonObject }
      : {}),
    ...(delivery.event === 'schedule' && payload.schedule ? { schedule: payload.schedule } : {}),
    ...(payload.client_payload ? { clientPayload: payload.client_payload as JsonObject } : {}),
    ...(payload.ref === `refs/heads/${payload.repository.default_branch}` && payload.commits
      ? {
          changedPaths: payload.commits.flatMap((c) => [
            ...(c.added ?? []),
            ...(c.modified ?? []),
            ...(c.removed ?? []),
          ]),
        }
      : {}),
  };
}

/** What somebody wrote or pressed, where the event is about that. */
function writtenParts(payload: Payload): Pick<Happening, 'comment' | 'label' | 'assignee' | 'review' | 'checkRun'> {
  return {
    ...(payload.comment?.user
      ? {
          comment: {
            id: payload.comment.id,
            body: payload.comment.body ?? '',
            author: personOf(payload.comment.user),
          },
        }
      : {}),
    ...(payload.label ? { label: payload.label.name } : {}),
    ...(payload.assignee ? { assignee: payload.assignee.login } : {}),
    ...(payload.review
      ? {
          review: {
            id: payload.review.id,
            state: payload.review.state,
            body: payload.review.body ?? '',
            author: payload.review.user?.login ?? '',
          },
        }
      : {}),
    ...(payload.check_run
      ? {
          checkRun: {
            externalId: payload.check_run.external_id ?? '',
            name: payload.check_run.name ?? '',
            headSha: payload.check_run.head_sha ?? '',
          },
        }
      : {}),
  };
}

/** The repositories an `installation` or `installation_repositories` event brings; undefined when it is neither. */
export function readInstallation(delivery: DeliveryToHandle): InstallationChange | undefined {
  if (delivery.event !== 'installation' && delivery.event !== 'installation_repositories') return undefined;
  const payload: unknown = delivery.payload;
  if (!isInstallation(payload)) return undefined;
  const ended = delivery.event === 'installation' && payload.action === 'deleted';
  const listed = ended ? [] : (payload.repositories_added ?? payload.repositories ?? []);
  return {
    installationId: payload.installation.id,
    account: payload.installation.account.login,
    ended,
    removed: (payload.repositories_removed ?? []).map(({ id }) => id),
    repositories: listed.flatMap(({ full_name: full }) => {
      const [owner, name] = full.split('/');
      return owner === undefined || name === undefined ? [] : [{ owner, name }];
    }),
  };
}

function suiteOf(suite: NonNullable<Payload['check_suite']>): NonNullable<Happening['checkSuite']> {
  const { id, head_branch: branch, conclusion, app } = suite;
  return {
    headSha: suite.head_sha ?? '',
    ...defined({ id }),
    ...(branch ? { branch } : {}),
    ...(conclusion ? { conclusion } : {}),
    ...(app?.slug === undefined ? {} : { app: app.slug }),
  };
}

function branchOf(event: string, payload: Static<typeof payloadSchema>): Pick<Happening, 'branch'> {
  const { ref, ref_type: type } = payload;
  if (!ref) return {};
  if (event === 'delete' && type === 'branch') return { branch: { name: ref, forced: false, deleted: true } };
  if (event !== 'push' || !ref.startsWith('refs/heads/')) return {};
  const name = ref.slice('refs/heads/'.length);
  const sha = payload.deleted === true || !payload.after ? {} : { sha: payload.after };
  return { branch: { name, forced: payload.forced ?? false, deleted: payload.deleted ?? false, ...sha } };
}

function personOf(value: Static<typeof person>): Person {
  return { login: value.login, id: value.id, isBot: value.type === 'Bot' || value.login.endsWith('[bot]') };
}

function subjectOf(value: Static<typeof subject>, repositoryId: number, isPullRequest: boolean): Subject {
  const facts = milestoneFacts(value.milestone);
  return {
    number: value.number,
    title: value.title,
    body: value.body ?? '',
    labels: (value.labels ?? []).map((label) => label.name),
    author: value.user?.login ?? 'ghost',
    url: value.html_url,
    state: value.state ?? 'open',
    updatedAt: value.updated_at ?? '',
    ...(value.closed_at ? { closedAt: Date.parse(value.closed_at) } : {}),
    isPullRequest: isPullRequest || value.pull_request !== undefined,
    ...(value.locked ? { locked: true } : {}),
    ...(value.type ? { type: value.type.name } : {}),
    ...(value.milestone ? { milestone: value.milestone.title } : {}),
    ...defined({ milestoneFacts: facts }),
    ...(value.head
      ? {
          head: {
            ref: value.head.ref,
            sha: value.head.sha,
            // a fork that was deleted has no repository any more
            fork: value.head.repo?.id !== repositoryId,
            base: value.base?.ref ?? '',
            merged: value.merged ?? false,
          },
        }
      : {}),
  };
}
