// From what a persona said, what changed and what Troupe ran itself: the verdict, or why the step failed. Pure. Doubt is never a pass.
import { defined } from '../support/index.ts';
import type { Evidence, StepError, Verdict } from '../engine/index.ts';
import type { Persona, PersonaResult } from '../personas/index.ts';
import { verdictMessages } from './common/messages.ts';

/** Everything the judgement rests on. */
export interface Case {
  readonly stepName: string;
  readonly result: PersonaResult;
  readonly expect: Persona['expect'];
  readonly changed: boolean;
  /** Troupe's and the persona's. Only the former counts. */
  readonly evidence: readonly Evidence[];
}

/** A verdict with its reason where it differs from what was said; or the step's failure. */
export type Judgement =
  | {
      readonly kind: 'judged';
      readonly verdict: Verdict;
      readonly reason?: string;
      readonly noop?: string;
      readonly warning?: string;
    }
  | { readonly kind: 'failed'; readonly error: StepError };

/** Judges one step. */
export function judge(given: Case): Judgement {
  const noop = given.changed ? undefined : noopOf(given);
  const warning = given.changed && given.result.noop !== undefined ? { warning: verdictMessages.noopButChanged() } : {};
  const rest = { ...defined({ noop }), ...warning };
  const said = saidBy(given.result);
  if (said.verdict === 'fail') return { kind: 'judged', ...said, ...rest };
  const missing = missingOf(given, noop);
  if (missing !== undefined) return { kind: 'failed', error: { class: 'failed', ...missing } };
  const proof = proofOf(given, said.verdict);
  return { kind: 'judged', ...worse(said, proof), ...rest };
}

/** Who ends the run because nothing has to be done declares with it that nothing had to change. */
function noopOf({ result: { noop, next }, expect }: Case): string | undefined {
  return noop ?? (next?.action === 'stop' && expect.includes('changes') ? next.reason : undefined);
}

interface Said {
  readonly verdict: Verdict;
  readonly reason?: string;
}

function saidBy(result: PersonaResult): Said {
  if (result.status === 'fail') return { verdict: 'fail' };
  if (result.next?.action === 'ask')
    return { verdict: 'unknown', reason: verdictMessages.asks(result.next.questions ?? []) };
  if (result.status !== 'pass') return { verdict: 'unknown', reason: verdictMessages.unknownWord() };
  return { verdict: 'pass' };
}

function missingOf(
  { stepName, result, expect, changed }: Case,
  noop: string | undefined,
): Omit<StepError, 'class'> | undefined {
  if (expect.includes('changes') && !changed && noop === undefined) {
    return {
      code: 'step/no-changes',
      message: verdictMessages.noChanges(stepName),
      hint: verdictMessages.noChangesHint(),
    };
  }
  if (expect.includes('outputs') && Object.keys(result.outputs).length === 0 && noop === undefined) {
    return { code: 'step/no-outputs', message: verdictMessages.noOutputs(stepName) };
  }
  if (expect.includes('comment') && result.summary.trim() === '')
    return { code: 'step/no-comment', message: verdictMessages.noComment(stepName) };
  return undefined;
}

/** What Troupe's own commands say; undefined when they say nothing against. */
function proofOf({ expect, evidence }: Case, said: Verdict): Said | undefined {
  const own = evidence.filter((one) => one.by === 'troupe');
  const red = own.find((one) => one.exitCode !== 0);
  if (red !== undefined) return { verdict: 'fail', reason: verdictMessages.red(words(red), red.exitCode, said) };
  const failing = own.find((one) => (one.tests?.failed ?? 0) > 0);
  if (failing !== undefined)
    return { verdict: 'fail', reason: verdictMessages.failedTests(words(failing), failing.tests?.failed ?? 0) };
  if (!expect.includes('tests')) return undefined;
  if (own.length === 0) return { verdict: 'unknown', reason: verdictMessages.notVerified() };
  const counted = own.filter((one) => one.tests !== undefined);
  const empty = counted.length > 0 && counted.every((one) => one.tests?.run === 0);
  return empty ? { verdict: 'fail', reason: verdictMessages.noTestsRan(counted.map(words).join('`, `')) } : undefined;
}

const order: readonly Verdict[] = ['pass', 'unknown', 'fail'];

function worse(said: Said, proof: Said | undefined): Said {
  if (proof === undefined) return said;
  return order.indexOf(proof.verdict) > order.indexOf(said.verdict) ? proof : said;
}

function words(evidence: Evidence): string {
  return evidence.command.join(' ');
}
