// Workflows of GitHub Actions for providers: of the repository that the run of a request works in, wherever that is now. Decides nothing.
import type { Journal } from '../engine/index.ts';
import type { GitHubApp, RepositoryApi } from '../github/index.ts';
import type { Workflows } from '../personas/index.ts';
import { isRunId, TroupeError } from '../support/index.ts';
import { hostMessages } from './messages.ts';
import { apiAt } from './place-of.ts';

/** What they are made of. */
export interface WorkflowPorts {
  readonly app: Pick<GitHubApp, 'places' | 'repository'>;
  readonly journal: Pick<Journal, 'spec'>;
}

/** The calls of a repository that are needed. */
type Calls = Required<
  Pick<RepositoryApi, 'dispatchWorkflow' | 'findWorkflowRun' | 'workflowRun' | 'cancelWorkflowRun'>
> & { readonly branch: string };

/** The workflows. */
export function createWorkflows(ports: WorkflowPorts): Workflows {
  return {
    async dispatch(requestId, { workflow, ref, inputs }) {
      const { dispatchWorkflow, branch } = await callsFor(ports, requestId);
      return dispatchWorkflow(workflow, { ref: ref ?? branch, inputs });
    },
    async find(requestId, { workflow, since }) {
      const { findWorkflowRun } = await callsFor(ports, requestId);
      return findWorkflowRun(workflow, { word: requestId, since });
    },
    async run(requestId, id) {
      const { workflowRun } = await callsFor(ports, requestId);
      return workflowRun(id);
    },
    async cancel(requestId, id) {
      const { cancelWorkflowRun } = await callsFor(ports, requestId);
      await cancelWorkflowRun(id);
    },
  };
}

/** `requestId`: `<run>:<path>:<attempt>`. */
async function callsFor({ app, journal }: WorkflowPorts, requestId: string): Promise<Calls> {
  const run = requestId.slice(0, requestId.indexOf(':'));
  const spec = isRunId(run) ? await journal.spec(run) : undefined;
  const api = await apiAt(app, spec?.repository);
  const { dispatchWorkflow, findWorkflowRun, workflowRun, cancelWorkflowRun } = api ?? {};
  const isThere = dispatchWorkflow && findWorkflowRun && workflowRun && cancelWorkflowRun;
  if (!isThere) throw new TroupeError('host/no-repository', hostMessages.noWorkflows(requestId), { class: 'config' });
  const branch = spec?.repository?.defaultBranch ?? 'main';
  return { dispatchWorkflow, findWorkflowRun, workflowRun, cancelWorkflowRun, branch };
}
