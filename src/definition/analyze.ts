// What a workflow comes to before it ever runs: how deep it is, which chain takes longest, what may go wrong. Pure.
import { analysisTexts as say } from './messages.ts';
import type { GitStep, PersonaStep, Step, Workflow } from './types.ts';
import { allSteps } from './walk-steps.ts';

/** What is known of a persona. */
export interface AnalyzedPersona {
  /** The timeout in its file. */
  readonly timeoutMs?: number;
  readonly expect: readonly string[];
}

/** Something to think about. */
export interface Risk {
  readonly kind: 'no-budget' | 'no-timeout' | 'may-fail' | 'many-attempts' | 'rework' | 'unproven';
  /** The id of the step; absent: it is about the whole workflow. */
  readonly step?: string;
  readonly message: string;
}

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

/** How long a request may take where nothing says it. */
const usualTimeoutMs = 60 * 60_000;
const manyAttempts = 5;

/** Analyzes a checked workflow. */
export function analyzeWorkflow(
  workflow: Workflow,
  personas: ReadonlyMap<string, AnalyzedPersona> = new Map(),
): WorkflowAnalysis {
  const longest = ofList(workflow.steps, personas);
  const named = allSteps(workflow).filter(({ step }) => !step.implicit);
  return {
    steps: named.length,
    depth: longest.depth,
    widest: longest.widest,
    criticalPath: { steps: longest.ids, atMostMs: Math.round(longest.ms) },
    risks: [...risksOfAll(workflow, personas), ...named.flatMap(({ step }) => risksOf(step, personas))],
  };
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
function ofList(steps: readonly Step[], personas: ReadonlyMap<string, AnalyzedPersona>): Extent {
  const ends = new Map<string, Extent>();
  const levels = new Map<number, number>();
  function endAt(step: Step): Extent {
    const known = ends.get(step.id);
    if (known !== undefined) return known;
    const before = steps.filter(({ id }) => step.dependencies.includes(id)).map((one) => endAt(one));
    const longest = before.reduce(longer, nothing);
    const own = ofStep(step, personas);
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

function ofStep(step: Step, personas: ReadonlyMap<string, AnalyzedPersona>): Extent {
  if (step.type === 'parallel') return ofList(step.steps, personas);
  if (step.type === 'conditional') {
    const ways = [ofList(step.thenSteps, personas), ofList(step.elseSteps, personas)];
    const widest = Math.max(...ways.map((way) => way.widest));
    return { ...ways.reduce(longer, nothing), depth: Math.max(...ways.map(({ depth }) => depth)), widest };
  }
  if (step.implicit) return nothing;
  return { ids: [step.id], ms: atMost(step, personas), depth: 1, widest: 1 };
}

/** Every attempt to its end, and the pauses between them. */
function atMost(step: Step, personas: ReadonlyMap<string, AnalyzedPersona>): number {
  if (step.type === 'delay') return typeof step.config.duration === 'number' ? step.config.duration : 0;
  if (step.type !== 'persona-request') return typeof step.timeout === 'number' ? step.timeout : 0;
  const { limit, initialMs, factor, maxMs } = step.retry;
  const pauses = Array.from({ length: limit }, (_, index) => Math.min(maxMs, initialMs * factor ** index));
  return pauses.reduce((sum, ms) => sum + ms, (limit + 1) * timeoutOf(step, personas));
}

function timeoutOf(step: PersonaStep, personas: ReadonlyMap<string, AnalyzedPersona>): number {
  if (typeof step.timeout === 'number') return step.timeout;
  return personas.get(step.persona)?.timeoutMs ?? usualTimeoutMs;
}

function risksOfAll(workflow: Workflow, personas: ReadonlyMap<string, AnalyzedPersona>): readonly Risk[] {
  const { budget, branch } = workflow;
  const steps = allSteps(workflow).map(({ step }) => step);
  const asks = steps.some(({ type }) => type === 'persona-request');
  const proves = steps.some(
    (step) =>
      step.type === 'persona-request' &&
      (step.verify !== undefined ||
        (step.expect.length > 0 ? step.expect : (personas.get(step.persona)?.expect ?? [])).includes('tests')),
  );
  const hands = steps.some((step) => step.type === 'git-operation' && handsOver.has(step.operation));
  return [
    ...(asks && budget.costUsd === undefined ? [{ kind: 'no-budget' as const, message: say.noBudget }] : []),
    ...(branch !== false && hands && !proves ? [{ kind: 'unproven' as const, message: say.unproven }] : []),
  ];
}

/** Operations that give the work to others. */
const handsOver: ReadonlySet<GitStep['operation']> = new Set([
  'open-pull-request',
  'merge-pull-request',
  'finalize',
  'feature_complete',
  'hotfix_deploy',
]);

function risksOf(step: Step, personas: ReadonlyMap<string, AnalyzedPersona>): readonly Risk[] {
  const risk = (kind: Risk['kind'], message: string): Risk => ({ kind, step: step.id, message });
  const attempts = step.retry.limit + 1;
  const isUntimed =
    step.type === 'persona-request' &&
    step.timeout === undefined &&
    personas.get(step.persona)?.timeoutMs === undefined;
  return [
    ...(isUntimed ? [risk('no-timeout', say.noTimeout(step.name))] : []),
    ...(step.onFailure === 'continue' ? [risk('may-fail', say.mayFail(step.name))] : []),
    ...(attempts >= manyAttempts ? [risk('many-attempts', say.manyAttempts(step.name, attempts))] : []),
    ...(step.type === 'gate' && step.rework !== undefined
      ? [risk('rework', say.rework(step.name, step.rework, step.maxAttempts))]
      : []),
  ];
}
