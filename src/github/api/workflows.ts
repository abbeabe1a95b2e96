// Workflow runs of GitHub Actions: dispatched, found again, looked at, cancelled. Never makes or changes a workflow.
import { TroupeError } from '../../support/index.ts';
import { allPages, orUndefined } from '../client/client.ts';
import type { RepositoryApi, WorkflowRunInfo } from '../client/types.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

type WorkflowCalls = Required<
  Pick<RepositoryApi, 'dispatchWorkflow' | 'findWorkflowRun' | 'workflowRun' | 'cancelWorkflowRun'>
>;

interface RunAnswer {
  readonly id: Id;
  readonly html_url: string;
  readonly display_title: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly created_at: string;
}

/** What GitHub's clock and ours may be apart. */
const apartMs = 10 * 60_000;

/** Calls about workflow runs. */
export function workflowCalls(scope: Scope): WorkflowCalls {
  return { ...startingCalls(scope), ...runCalls(scope) };
}

function startingCalls(scope: Scope): Pick<WorkflowCalls, 'dispatchWorkflow' | 'findWorkflowRun'> {
  const { client } = scope;

  function dispatch(workflow: string, request: Parameters<WorkflowCalls['dispatchWorkflow']>[1], details: boolean) {
    return client.once(`dispatch ${workflow} of ${named(scope)}`, {}, (send) =>
      send('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
        ...at(scope),
        workflow_id: workflow,
        ref: request.ref,
        inputs: { ...request.inputs },
        ...(details ? { return_run_details: true } : {}),
      }),
    );
  }

  function runsOf(workflow: string, isLast: (run: RunAnswer) => boolean): Promise<readonly RunAnswer[]> {
    return allPages(async (page) => {
      const asked = { ...at(scope), ...page, workflow_id: workflow, event: 'workflow_dispatch' };
      const { data } = await client.read(`list the runs of ${workflow} of ${named(scope)}`, (send) =>
        send('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', asked),
      );
      return data.workflow_runs;
    }, isLast);
  }

  return {
    async dispatchWorkflow(workflow, request) {
      try {
        const { data } = await dispatch(workflow, request, true);
        // 204 has none: https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
        return runIn(data);
      } catch (error) {
        if (!isUnknownKey(error)) throw error;
        await dispatch(workflow, request, false);
        return undefined;
      }
    },

    async findWorkflowRun(workflow, { word, since }) {
      const isBefore = (run: RunAnswer): boolean => Date.parse(run.created_at) < since - apartMs;
      const isIt = (run: RunAnswer): boolean => run.display_title.split(/\s/).includes(word);
      const rows = await runsOf(workflow, (run) => isIt(run) || isBefore(run));
      const found = rows.find((run) => isIt(run) && !isBefore(run));
      return found === undefined ? undefined : toInfo(found);
    },
  };
}

function runCalls(scope: Scope): Pick<WorkflowCalls, 'workflowRun' | 'cancelWorkflowRun'> {
  const { client } = scope;
  return {
    async workflowRun(id) {
      const answer = await orUndefined(
        client.read(`read the workflow run ${id} of ${named(scope)}`, (send) =>
          send('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...at(scope), run_id: id }),
        ),
      );
      return answer === undefined ? undefined : toInfo(answer.data);
    },

    async cancelWorkflowRun(id) {
      try {
        await client.change(`cancel the workflow run ${id} of ${named(scope)}`, {}, (send) =>
          send('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', { ...at(scope), run_id: id }),
        );
      } catch (error) {
        // it has ended, or somebody deleted it
        if (!(error instanceof TroupeError) || !['github/conflict', 'github/not-found'].includes(error.code))
          throw error;
      }
    },
  };
}

function toInfo({ id, html_url: url, status, conclusion }: RunAnswer): WorkflowRunInfo {
  return { id: idOf(id), url, isOver: status === 'completed', conclusion };
}

function runIn(data: unknown): number | undefined {
  const { workflow_run_id: id } = Object(data) as { readonly workflow_run_id?: unknown }; // whatever came, looked at below
  return typeof id === 'number' ? id : undefined;
}

/** GitHub Enterprise Server before it told the run. */
function isUnknownKey(error: unknown): boolean {
  return error instanceof TroupeError && error.message.includes('return_run_details');
}
