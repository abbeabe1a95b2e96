// Shows a run in the log of the job while it goes on: a group per step that ended, annotations for what is wrong. Never touches the run.
import { defined } from '../support/index.ts';
import type { RunEvent, RunState, StepState } from '../engine/index.ts';
import type { Redactor } from '../support/index.ts';
import { showStep } from '../view/index.ts';
import type { ShownRow } from '../view/index.ts';
import type { ActionConsole } from './console.ts';

/** Shows events of a run. */
export type Progress = (state: RunState, events: readonly RunEvent[]) => void;

const ended: ReadonlySet<RunEvent['type']> = new Set([
  'step.succeeded',
  'step.failed',
  'step.skipped',
  'step.cancelled',
  'step.reused',
]);
/** GitHub shows ten annotations of each level per step. */
const mostAnnotations = 10;

/** Progress on the runner's log. */
export function createProgress(console: ActionConsole, redactor: Redactor): Progress {
  const left = { notice: mostAnnotations, warning: mostAnnotations, error: mostAnnotations };
  function annotate(...[level, message, place]: Parameters<ActionConsole['annotate']>): void {
    if (left[level] <= 0) return;
    left[level] -= 1;
    console.annotate(level, redactor.text(message), place);
  }
  return function show(state, events) {
    for (const event of events) {
      if (event.step === undefined) continue;
      const step = state.steps.get(event.step);
      const row = showStep({ state }, event.step);
      if (step === undefined || row === undefined) continue;
      const { name } = row;
      if (event.type === 'step.started')
        console.info(`▸ ${name}${(event.attempt ?? 1) > 1 ? ` (attempt ${event.attempt})` : ''}`);
      if (event.type === 'step.retry_scheduled') console.info(`↻ ${name}: ${redactor.text(event.data.reason)}`);
      if (event.type === 'step.waiting')
        console.info(`✋ ${name}: ${redactor.text(event.data.message ?? event.data.for)}`);
      if (!ended.has(event.type)) continue;
      console.group(
        title(row),
        linesOf(step).map((line) => redactor.text(line)),
      );
      if (step.error !== undefined && step.status !== 'cancelled')
        annotate('error', [step.error.message, step.error.hint ?? ''].join('\n').trim(), { title: name });
      for (const finding of step.result?.findings ?? [])
        annotate(finding.level === 'failure' ? 'error' : finding.level, finding.message, {
          title: finding.title ?? name,
          file: finding.path,
          startLine: finding.startLine,
          ...defined({ endLine: finding.endLine }),
        });
      for (const warning of step.result?.warnings ?? []) annotate('warning', warning, { title: name });
    }
  };
}

function title({ mark, name, verdict, status, took }: ShownRow): string {
  return `${mark} ${name}: ${verdict ?? status}${took === '' ? '' : ` (${took})`}`;
}

function linesOf({ error, result, skipped }: StepState): string[] {
  return [
    ...(error === undefined ? [] : [error.message, ...(error.hint === undefined ? [] : [error.hint])]),
    ...(skipped === undefined ? [] : [skipped.because ?? skipped.reason]),
    ...(result?.summary === undefined ? [] : [result.summary]),
    ...(result?.verdictReason === undefined ? [] : [result.verdictReason]),
    ...(result?.undone === undefined ? [] : [result.undone]),
    ...(result?.filesChanged ?? []).map((file) => `changed ${file}`),
    ...(result?.evidence ?? []).flatMap((one) => [`$ ${one.command.join(' ')} → ${one.exitCode}`, one.output ?? '']),
  ].filter((line) => line !== '');
}
