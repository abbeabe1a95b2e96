// Shows a run in the log of the job while it goes on: a group per step that ended, annotations for what is wrong. Never touches the run.
import { defined } from '../support/index.ts';
import type { RunEvent, RunState } from '../engine/index.ts';
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
export function createProgress(console: ActionConsole): Progress {
  const left = { notice: mostAnnotations, warning: mostAnnotations, error: mostAnnotations };
  function annotate(...[level, message, place]: Parameters<ActionConsole['annotate']>): void {
    if (left[level] <= 0) {
      console.info(message);
      return;
    }
    left[level] -= 1;
    console.annotate(level, message, place);
  }
  return function show(state, events) {
    for (const event of events) {
      if (event.step === undefined) continue;
      const row = showStep({ state }, event.step);
      if (row === undefined) continue;
      const { name, told } = row;
      if (event.type === 'step.started')
        console.info(`▸ ${name}${(event.attempt ?? 1) > 1 ? ` (attempt ${event.attempt})` : ''}`);
      if (event.type === 'step.retry_scheduled') console.info(`↻ ${name}: ${event.data.reason}`);
      if (event.type === 'step.waiting') console.info(`✋ ${name}: ${event.data.message ?? event.data.for}`);
      if (!ended.has(event.type)) continue;
      const lines = linesOf(told);
      if (lines.length === 0) console.info(title(row));
      else console.group(title(row), lines);
      if (told.error !== undefined && row.status !== 'cancelled')
        annotate('error', [told.error.message, told.error.hint ?? ''].join('\n').trim(), { title: name });
      for (const finding of told.findings)
        annotate(finding.level === 'failure' ? 'error' : finding.level, finding.message, {
          title: finding.title ?? name,
          file: finding.path,
          startLine: finding.startLine,
          ...defined({ endLine: finding.endLine }),
        });
      for (const warning of told.warnings) annotate('warning', warning, { title: name });
    }
  };
}

function title({ mark, name, verdict, status, took }: ShownRow): string {
  return `${mark} ${name}: ${verdict ?? status}${took === '' ? '' : ` (${took})`}`;
}

/** An error is an annotation, which the log shows as well. */
function linesOf({ skipped, ...told }: ShownRow['told']): string[] {
  return [
    ...(skipped === undefined ? [] : [skipped.because ?? skipped.reason]),
    told.summary ?? '',
    told.verdictReason ?? '',
    told.undone ?? '',
    ...told.files.map((file) => `changed ${file}`),
    ...told.evidence.flatMap((one) => [`$ ${one.command} → ${one.exitCode}`, one.output ?? '']),
  ].filter((line) => line !== '');
}
