// What every kind of step must do, whatever it is: run by the kinds and git operations that come with Troupe, and by those of a test.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  allSteps,
  checkWorkflow,
  describeWorkflow,
  languagePage,
  stepLists,
  workflowGraph,
} from '../../src/definition/index.ts';
import type { Finding, Workflow } from '../../src/definition/index.ts';
import type { RunState, StepContext, StepError, StepExecutor } from '../../src/engine/index.ts';
import { createExecutor } from '../../src/steps/index.ts';
import type { RunnableKind, StepServices } from '../../src/steps/index.ts';
import { createRedactor, silentLogger, systemClock, TroupeError, defined } from '../../src/support/index.ts';
import type { JsonObject, StepPath } from '../../src/support/index.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { createFakePulls } from '../support/fake-pulls.ts';
import { createMemoryTickets } from '../support/memory-tickets.ts';
import { makePersonaWorld } from '../support/persona-world.ts';
import type { PersonaWorld } from '../support/persona-world.ts';
import { playOn, setUpRun } from '../support/play-run.ts';
import { spec } from '../support/run-builder.ts';

/** How a kind is put to the test. */
export interface KindSetup {
  readonly kind: RunnableKind;
  /** All kinds that the file may name, this one among them. */
  readonly kinds: readonly RunnableKind[];
  /** Keys of a step that runs to its end; absent: the kind's own example. */
  readonly running?: JsonObject;
  /** Keys of a step that fails by itself; absent: its services fail. */
  readonly failing?: JsonObject;
}

const id = 'it' as StepPath; // a path of the test's own workflow

/** Registers the contract's tests for one kind that a file may write. */
export function stepKindContract(setup: KindSetup): void {
  const { kind } = setup;
  describe('in a file', () => {
    test('its smallest step passes the check, and a key that it does not have is told with line and column', () => {
      expect(check(setup, kind.example ?? {}).findings).toEqual([]);
      const wrong = fileOf(setup, { ...kind.example, no_such_key: 1 });
      const [found] = checked(setup, wrong).findings.filter(({ code }) => code === 'schema/unknown-key');
      expect(placeOf(found, wrong)).toBe('"no_such_key"');
      expect(found?.hint).toBeDefined();
    });

    test('it says for every required key that is missing that it is missing', () => {
      const required: readonly string[] = kind.schema?.required ?? [];
      for (const key of required.filter((one) => one !== 'id' && one !== 'type')) {
        const { [key]: _gone, ...others } = kind.example ?? {};
        const codes = check(setup, others).findings.map(({ code }) => code);
        expect(codes).toContain('schema/missing-key');
      }
    });

    test('the same text is the same step, plain JSON that a run can store', () => {
      const [first, second] = [workflowOf(setup), workflowOf(setup)];
      expect(second).toEqual(first);
      expect(JSON.parse(JSON.stringify(first))).toEqual(first);
      expect(stepOf(first)).toMatchObject({ id: 'it', type: kind.type });
    });

    test('it is told in words, drawn, and has a section on the page of the language', () => {
      const workflow = workflowOf(setup);
      expect(kind.describe(stepOf(workflow))).toMatch(/\w/);
      expect(describeWorkflow(workflow, setup.kinds)).toContain(
        kind.describe(stepOf(workflow)).replaceAll('<', '&lt;'),
      );
      expect(workflowGraph(workflow, {}, setup.kinds)).toContain('s_it');
      expect(languagePage(setup.kinds)).toContain(`### \`${kind.type}\``);
      expect(kind.schema).toMatchObject({ description: expect.stringMatching(/\.$/) });
    });

    test('the steps in it are found: where it holds any, and only there', () => {
      const workflow = workflowOf(setup);
      const branches = kind.children?.branches.map(({ name }) => name) ?? [];
      expect(stepLists(stepOf(workflow)).map(({ branch }) => branch)).toEqual(branches);
      const inside = allSteps(workflow).filter(({ parent }) => parent?.id === 'it');
      expect(inside.length > 0).toBe(branches.length > 0);
    });
  });

  test('something ends it: what executes it, the steps in it, or the engine', () => {
    const ways = [kind.execute !== undefined, kind.children !== undefined, kind.isDecided === true];
    expect(ways.filter(Boolean)).toHaveLength(1);
  });

  describe('in a run', () => executionContract(setup));
}

/** Registers the tests of what a step does when it runs. One run tells it all: the step is first tried where it must not go on. */
export function executionContract(setup: KindSetup): void {
  const { kind } = setup;
  let world: PersonaWorld;
  let run: Observed;
  let failing: Observed | undefined;
  beforeAll(async () => {
    world = await makePersonaWorld({ answers });
    const { api } = createFakePulls(world.git);
    const workplace: StepServices['workplace'] = async (context) => ({
      ...(await world.services.workplace(context)),
      api,
      botLogin: 'troupe[bot]',
    });
    const services = { ...world.services, workplace };
    run = await observe(setup, world, services);
    if (setup.failing !== undefined) failing = await observe({ ...setup, running: setup.failing }, world, services);
  });
  afterAll(() => world.remove());

  test('it ends with an outcome, or waits for somebody and says for what', () => {
    const step = run.state.steps.get(id);
    expect(step?.error).toBeUndefined();
    if (step?.status === 'waiting') expect(step.waitingFor?.message).toMatch(/\w/);
    else expect(step?.status).toBe('succeeded');
  });

  if (kind.execute === undefined) return;

  test('it does nothing outside once its signal is aborted', () => {
    expect(run.aborted?.before).toMatch(/refs/);
    expect(run.aborted?.after).toBe(run.aborted?.before);
  });

  test('when it fails, the error has a class and says what to do', () => {
    const error = failing === undefined ? run.broken : failing.state.steps.get(id)?.error;
    expect(error).toMatchObject({ class: expect.stringMatching(/\w/), hint: expect.stringMatching(/\w/) });
  });
}

/** What a run of the kind's workflow showed. */
interface Observed {
  readonly state: RunState;
  /** The remote before and after a call whose signal was aborted. */
  readonly aborted?: { readonly before: string; readonly after: string };
  /** How it failed where everything that it asks for fails. */
  readonly broken?: StepError | undefined;
}

const answers = `
code-reviewer: { status: pass, summary: Reads well, outputs: { risk: low } }
lead-engineer: { status: pass, summary: Done, edits: { "src/sum.js": "module.exports = (a, b) => a + b;\\n" } }
`;

async function observe(setup: KindSetup, world: PersonaWorld, services: StepServices): Promise<Observed> {
  const clock = createManualClock();
  const executor = createExecutor(setup.kinds, { ...services, clock });
  let tried: Omit<Observed, 'state'> = {};
  const made = await world.specOf([], {});
  const run = spec(workflowOf(setup), {
    personas: made.personas,
    repository: { id: 42, owner: 'acme', name: 'widgets', defaultBranch: 'main', cloneUrl: 'unused' },
    settings: { ...made.settings, allowAutoMerge: true },
  });
  const execute: StepExecutor['execute'] = async (context) => {
    if (context.path === id && tried.aborted === undefined)
      tried = {
        aborted: await abortedCall(executor, context, world),
        broken: await brokenCall(setup, context),
      };
    return executor.execute(context);
  };
  const played = await setUpRun(run, { execute }, { clock });
  return { state: await playOn(played), ...tried };
}

async function abortedCall(
  executor: StepExecutor,
  context: StepContext,
  { git }: PersonaWorld,
): Promise<{ before: string; after: string }> {
  const before = git.git('for-each-ref');
  const signal = AbortSignal.abort(new Error('the run was cancelled'));
  await executor.execute({ ...context, signal }).catch(() => undefined);
  return { before, after: git.git('for-each-ref') };
}

/** The error of a call where everything that the step asks for fails. */
async function brokenCall({ kinds }: KindSetup, context: StepContext): Promise<StepError | undefined> {
  const fail = (): never => {
    const hint = 'Look at its status.';
    throw new TroupeError('github/unreachable', 'GitHub does not answer', { class: 'config', hint });
  };
  const reject = async (): Promise<never> => fail();
  const services: StepServices = {
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(),
    workplace: reject,
    sandbox: fail,
    provider: fail,
    providerNames: [],
    keepArtifact: reject,
    pullRequestPart: fail,
    isPaused: reject,
    tickets: createMemoryTickets(systemClock),
    blobs: { put: reject, get: reject },
  };
  const deaf = { ...context, record: reject, checkpoint: reject, effect: reject, fence: reject };
  try {
    const outcome = await createExecutor(kinds, services).execute(deaf);
    return outcome.kind === 'failed' ? outcome.error : undefined;
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    const { code, message, hint } = error;
    return { class: error.class, code, message, ...defined({ hint }) };
  }
}

function fileOf({ kind }: KindSetup, keys: JsonObject): string {
  const before = { id: 'qa', type: 'persona-request', persona: 'lead-engineer' };
  const step = { id: 'it', type: kind.type, dependencies: ['qa'], ...keys };
  return `steps:\n  - ${JSON.stringify(before)}\n  - ${JSON.stringify(step)}\n`;
}

function checked({ kinds }: KindSetup, text: string): ReturnType<typeof checkWorkflow> {
  const personas = new Map([
    ['lead-engineer', { edits: true }],
    ['code-reviewer', { edits: false }],
  ]);
  return checkWorkflow({ id: 'contract', file: 'contract.yml', text }, { kinds, personas, allowAutoMerge: true });
}

function check(setup: KindSetup, keys: JsonObject): ReturnType<typeof checkWorkflow> {
  return checked(setup, fileOf(setup, keys));
}

function workflowOf(setup: KindSetup): Workflow {
  const found = check(setup, setup.running ?? setup.kind.example ?? {});
  if (!found.ok) throw new Error(JSON.stringify(found.findings, null, 2));
  return found.workflow;
}

function stepOf(workflow: Workflow): Workflow['steps'][number] {
  const found = workflow.steps.find((step) => step.id === 'it');
  if (found === undefined) throw new Error('the step is not in the workflow');
  return found;
}

/** What stands where a finding points. */
function placeOf(found: Finding | undefined, text: string): string | undefined {
  const line = text.split('\n')[(found?.line ?? 0) - 1];
  return /^"[^"]*"/.exec(line?.slice((found?.column ?? 0) - 1) ?? '')?.[0];
}
