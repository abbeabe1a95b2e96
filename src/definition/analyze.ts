// What a workflow comes to before it ever runs: how deep it is, which chain takes longest, what may go wrong. Pure.
import { analysisTexts as say } from './model/messages.ts';
import { stepKinds } from './kinds/list.ts';
import { kindOf } from './source/step-kind.ts';
import type { StepKinds } from './source/step-kind.ts';
import { asksPersona, doesGit } from './model/step-facets.ts';
import { stepLists } from './model/step-lists.ts';
import type { AnalyzedPersona, Risk } from './model/risk.ts';
import type { Step, Workflow } from './model/types.ts';
import { allSteps } from './model/walk-steps.ts';

/** The analysis. */
export interface WorkflowAnalysis {
  /** Steps that the file names. */
  readonly steps: number;
  /** Of the longest chain. */
  readonly depth: number;
  /** About how many work side by side: the most at one distance from the start. */
  readonly widest: number;
  readonly criticalPath: {
    /** Ids, in the order in which they run. */
    readonly steps: readonly string[];
    /** If every attempt took all of its time. Waiting for people and rework are not in it, nor what needs no persona. */
    readonly atMostMs: number;
  };
  readonly risks: readonly Risk[];
}

const manyAttempts = 5;

/** Analyzes a checked workflow. */
export function analyzeWorkflow(
  workflow: Workflow,
  personas: ReadonlyMap<string, AnalyzedPersona> = new Map(),
  kinds: StepKinds = stepKinds,
): WorkflowAnalysis {
  const known = { personas, kinds };
  const longest = ofList(workflow.steps, known);
  const named = allSteps(workflow).filter(({ step }) => !step.implicit);
  return {
    steps: named.length,
    depth: longest.depth,
    widest: longest.widest,
    criticalPath: { steps: longest.ids, atMostMs: Math.round(longest.ms) },
    risks: [...risksOfAll(workflow, known), ...named.flatMap(({ step }) => risksOf(step, known))],
  };
}

interface Known {
  readonly personas: ReadonlyMap<string, AnalyzedPersona>;
  readonly kinds: StepKinds;
}

/** A chain of steps, and how many steps may run beside it. */
interface Extent {
  readonly ids: readonly string[];
  readonly ms: number;
  readonly depth: number;
  readonly widest: number;
}

const nothing: Extent = { ids: [], ms: 0, depth: 0, widest: 0 };

/** The longest chain through a list: by time, then by length. */
function ofList(steps: readonly Step[], known: Known): Extent {
  const ends = new Map<string, Extent>();
  const levels = new Map<number, number>();
  function endAt(step: Step): Extent {
    const found = ends.get(step.id);
    if (found !== undefined) return found;
    const before = steps.filter(({ id }) => step.dependencies.includes(id)).map((one) => endAt(one));
    const longest = before.reduce(longer, nothing);
    const own = ofStep(step, known);
    const depth = Math.max(0, ...before.map((one) => one.depth));
    levels.set(depth, (levels.get(depth) ?? 0) + own.widest);
    const end: Extent = {
      ids: [...longest.ids, ...own.ids],
      ms: longest.ms + own.ms,
      depth: depth + own.depth,
      widest: own.widest,
    };
    ends.set(step.id, end);
    return end;
  }
  const all = steps.map((step) => endAt(step));
  return {
    ...all.reduce(longer, nothing),
    depth: Math.max(0, ...all.map(({ depth }) => depth)),
    widest: Math.max(0, ...levels.values()),
  };
}

function longer(a: Extent, b: Extent): Extent {
  return b.ms > a.ms || (b.ms === a.ms && b.ids.length > a.ids.length) ? b : a;
}

function ofStep(step: Step, known: Known): Extent {
  const lists = stepLists(step).map(({ steps }) => ofList(steps, known));
  if (lists.length > 0)
    return {
      ...lists.reduce(longer, nothing),
      depth: Math.max(...lists.map(({ depth }) => depth)),
      widest: Math.max(...lists.map(({ widest }) => widest)),
    };
  if (step.implicit) return nothing;
  const own = kindOf(known.kinds, step.type)?.atMostMs?.(step, known.personas);
  const ms = own ?? (typeof step.timeout === 'number' ? step.timeout : 0);
  return { ids: [step.id], ms, depth: 1, widest: 1 };
}

function risksOfAll(workflow: Workflow, { personas, kinds }: Known): readonly Risk[] {
  const { budget, branch } = workflow;
  const steps = allSteps(workflow).map(({ step }) => step);
  const asks = steps.some((step) => asksPersona(step));
  const proves = steps.some(
    (step) =>
      asksPersona(step) &&
      (step.verify !== undefined ||
        (step.expect.length > 0 ? step.expect : (personas.get(step.persona)?.expect ?? [])).includes('tests')),
  );
  // whoever asks for verdicts gives the work to others
  const hands = steps.some((step) => doesGit(step) && kindOf(kinds, step.type)?.finishes?.(step) !== undefined);
  return [
    ...(asks && budget.costUsd === undefined ? [{ kind: 'no-budget' as const, message: say.noBudget }] : []),
    ...(branch !== false && hands && !proves ? [{ kind: 'unproven' as const, message: say.unproven }] : []),
  ];
}

function risksOf(step: Step, { personas, kinds }: Known): readonly Risk[] {
  const attempts = step.retry.limit + 1;
  const own = kindOf(kinds, step.type)?.risks?.(step, personas) ?? [];
  const risks: readonly Omit<Risk, 'step'>[] = [
    ...own,
    ...(step.onFailure === 'continue' ? [{ kind: 'may-fail' as const, message: say.mayFail(step.name) }] : []),
    ...(attempts >= manyAttempts
      ? [{ kind: 'many-attempts' as const, message: say.manyAttempts(step.name, attempts) }]
      : []),
  ];
  return risks.map((risk) => ({ kind: risk.kind, step: step.id, message: risk.message }));
}
