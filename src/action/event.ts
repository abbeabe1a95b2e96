// The event of the job → what it is about: which commit files are read at, who asks, from a fork or not. Pure.
import { isObject } from '../support/index.ts';
import type { JsonObject } from '../support/index.ts';
import type { RepositoryInfo } from '../github/index.ts';
import type { ActionContext } from './context.ts';

/** The event as the rest takes it. */
export interface ActionEvent {
  readonly name: string;
  /** With what Actions leaves out put in: installation, sender, repository. */
  readonly payload: JsonObject;
  readonly sender: string;
  /** A pull request of a fork with a token that can only read. */
  readonly fork: boolean;
  /** A schedule has no sender: whoever wrote its file could push to the default branch. */
  readonly isSchedule: boolean;
  readonly isComment: boolean;
  /** The label that was put on. */
  readonly label?: string;
}

const atTheJobsCommit = new Set(['push', 'schedule', 'workflow_dispatch', 'repository_dispatch']);

/** Whether files are read at the commit of the job; otherwise at the head of the default branch. */
export function isAtSha({ eventName }: Pick<ActionContext, 'eventName'>): boolean {
  return atTheJobsCommit.has(eventName);
}

/** Reads the event. */
export function readEvent(context: ActionContext, repository: RepositoryInfo): ActionEvent {
  const given: { readonly [key: string]: unknown } = isObject(context.payload) ? context.payload : {};
  const { eventName } = context;
  const sender = isObject(given['sender'])
    ? given['sender']
    : { login: context.actor, id: context.actorId, type: context.actor.endsWith('[bot]') ? 'Bot' : 'User' };
  const payload = {
    ...given,
    // pull_request_target and pull_request tell the same
    installation: { id: 0 },
    sender,
    repository: {
      id: repository.id,
      name: repository.name,
      owner: { login: repository.owner },
      private: repository.private,
      archived: repository.archived,
      default_branch: repository.defaultBranch,
      clone_url: repository.cloneUrl,
    },
  };
  const label = isObject(given['label']) ? given['label']['name'] : undefined;
  return {
    name: eventName === 'pull_request_target' ? 'pull_request' : eventName,
    // a payload is JSON: it was read from the event file
    payload: payload as unknown as JsonObject,
    sender: typeof sender['login'] === 'string' ? sender['login'] : context.actor,
    fork: eventName.startsWith('pull_request') && eventName !== 'pull_request_target' && isFork(given, repository.id),
    isSchedule: eventName === 'schedule',
    isComment: eventName === 'issue_comment',
    ...(given['action'] === 'labeled' && typeof label === 'string' ? { label } : {}),
  };
}

function isFork(payload: { readonly [key: string]: unknown }, repositoryId: number): boolean {
  const pull = payload['pull_request'];
  const head = isObject(pull) ? pull['head'] : undefined;
  if (!isObject(head)) return false;
  // a fork that was deleted has no repository any more
  return !isObject(head['repo']) || head['repo']['id'] !== repositoryId;
}
