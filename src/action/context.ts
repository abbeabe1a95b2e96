// The job that the Action runs in, as plain data. Holds no rules.
import { context } from '@actions/github';
import { isObject, defined } from '../support/index.ts';
import type { Variables } from './environment.ts';

/** What is known of the job. */
export interface ActionContext {
  readonly eventName: string;
  /** The payload of the event file: outside data. */
  readonly payload: unknown;
  readonly sha: string;
  readonly owner: string;
  readonly repo: string;
  readonly actor: string;
  readonly actorId: number;
  /** The job's run in Actions, the job, the step, the try. */
  readonly job: { readonly runId: number; readonly name: string; readonly step: string; readonly attempt: number };
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly temp: string;
  readonly workspace?: string;
  readonly eventPath?: string;
}

/** The page of a job's run in Actions. */
export function jobUrl({ serverUrl, owner, repo }: ActionContext, runId: number): string {
  return `${serverUrl}/${owner}/${repo}/actions/runs/${runId}`;
}

/** The job of this process. */
export function readContext(variables: Variables): ActionContext {
  const [owner = '', repo = ''] = (variables['GITHUB_REPOSITORY'] ?? '').split('/');
  // without an event file the payload is an empty object
  const payload: unknown = isObject(context.payload) ? context.payload : {};
  const workspace = variables['GITHUB_WORKSPACE'];
  const eventPath = variables['GITHUB_EVENT_PATH'];
  return {
    eventName: context.eventName,
    payload,
    sha: context.sha,
    owner,
    repo,
    actor: context.actor,
    actorId: Number(variables['GITHUB_ACTOR_ID'] ?? 0),
    job: { runId: context.runId, name: context.job, step: context.action, attempt: context.runAttempt },
    apiUrl: context.apiUrl,
    serverUrl: context.serverUrl,
    temp: variables['RUNNER_TEMP'] ?? '',
    ...defined({ workspace, eventPath }),
  };
}
