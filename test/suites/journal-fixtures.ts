// What the journal suites start runs with. Defaults here, the difference in the test.
import type { Claim, NewEvent, RunEnd, RunEvent, RunSpec, SummaryPatch } from '../../src/engine/index.ts';
import { runIdOf } from '../../src/support/index.ts';
import type { RunId, StepPath } from '../../src/support/index.ts';

let made = 0;

/** A run id that no other test has. */
export function newRunId(): RunId {
  made += 1;
  return runIdOf('suite', process.pid, made, performance.now());
}

/** A run of a workflow without steps. */
export function specOf(change: Partial<RunSpec> = {}): RunSpec {
  return {
    id: newRunId(),
    workflow: {
      irVersion: 1,
      id: 'feature',
      name: 'Feature',
      version: '1.0.0',
      description: 'for tests',
      trigger: { labels: ['troupe:feature'], events: [], assignees: [], priority: 0 },
      inputs: {},
      variables: {},
      concurrency: { group: '', onConflict: 'queue' },
      budget: {},
      branch: false,
      permissive: false,
      steps: [],
      onFailure: [],
      finally: [],
      outputs: {},
      hash: 'abc',
    },
    workflowSource: { path: '.github/troupe/workflows/feature.yml', blobSha: '0'.repeat(40) },
    task: { kind: 'issue', number: 7, title: 'Crash on empty input', body: '', labels: [], slug: 'crash', fields: {} },
    inputs: {},
    event: { name: 'issues', action: 'labeled' },
    repository: repositoryOf(1),
    requester: { login: 'ada', outsider: false },
    host: 'bot',
    rehearsal: false,
    settings: {
      defaultProvider: 'scripted',
      variables: {},
      environments: {},
      protectedPaths: [],
      budget: {},
      allowAutoMerge: false,
    },
    personas: {},
    ...change,
  };
}

/** A repository by its number. */
export function repositoryOf(id: number): NonNullable<RunSpec['repository']> {
  return {
    id,
    owner: 'acme',
    name: `shop-${id}`,
    defaultBranch: 'main',
    cloneUrl: `https://github.test/acme/${id}.git`,
  };
}

/** An event of a step, told apart by its text. */
export function progress(text: string, step = 'plan'): NewEvent {
  // A step id is a step path.
  return { type: 'step.progress', step: step as StepPath, attempt: 1, data: { text } };
}

/** The end of a run. */
export function finished(status: 'succeeded' | 'failed' = 'succeeded', reason = 'done'): RunEnd {
  return { type: 'run.finished', data: { status, reason, outputs: {} } };
}

/** Ends the run of a claim after all that is in its journal. */
export async function finishRun(
  claim: Claim,
  event: RunEnd = finished(),
  summary: SummaryPatch = {},
): Promise<RunEvent | undefined> {
  const events = await claim.load();
  return claim.finish(events.length, event, summary);
}

/** A value that arrives later, to wait for an event by name. */
export function deferred<Value = void>(): PromiseWithResolvers<Value> {
  return Promise.withResolvers<Value>();
}
