// How often and how long the process stood still, in Prometheus' text form. Counts nothing itself.
import type { StallFigures } from './types.ts';

/** The lines; none where nobody watches. */
export function stallText(stalls: StallFigures | undefined): string {
  if (stalls === undefined) return '';
  const { count, totalMs, longestMs } = stalls;
  return [
    ...figure('troupe_event_loop_stalls_total', 'Times in which nobody was served for over 200 ms.', count),
    ...figure('troupe_event_loop_stalled_seconds_total', 'How long these were together.', totalMs / 1_000),
    ...figure('troupe_event_loop_longest_stall_seconds', 'How long the longest was.', longestMs / 1_000),
    '',
  ].join('\n');
}

function figure(name: string, help: string, value: number): string[] {
  const type = name.endsWith('_total') ? 'counter' : 'gauge';
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`];
}
