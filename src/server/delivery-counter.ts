// Counts webhook requests by what became of them, and writes all counters in Prometheus' text form.
import type { StoreCounts } from '../store/index.ts';

/** What became of a request. */
export type DeliveryOutcome = 'stored' | 'duplicate' | 'ignored' | 'refused' | 'unavailable';

/** Counters of this process. */
export interface DeliveryCounter {
  count(outcome: DeliveryOutcome): void;
  values(): Readonly<Record<DeliveryOutcome, number>>;
}

/** A counter at zero. */
export function createDeliveryCounter(): DeliveryCounter {
  const values = { stored: 0, duplicate: 0, ignored: 0, refused: 0, unavailable: 0 };
  return {
    count(outcome) {
      values[outcome] += 1;
    },
    values: () => ({ ...values }),
  };
}

/** The metrics as text. */
export function metricsText(
  requests: ReturnType<DeliveryCounter['values']>,
  counts: StoreCounts | undefined,
  halted: boolean,
): string {
  return [
    ...family(
      'troupe_webhook_requests_total',
      { type: 'counter', help: 'Webhook requests by outcome.', label: 'outcome' },
      requests,
    ),
    ...family('troupe_runs', { type: 'gauge', help: 'Runs by status.', label: 'status' }, counts?.runs ?? {}),
    ...figure('troupe_paused', 'Whether an operator has paused everything.', halted ? '1' : '0'),
    ...family(
      'troupe_deliveries',
      { type: 'gauge', help: 'Deliveries in the inbox by state.', label: 'state' },
      counts?.deliveries ?? {},
    ),
    ...(counts === undefined || Object.keys(counts.runs).length === 0
      ? []
      : [
          ...figure('troupe_cost_usd', 'What the runs that are kept cost, as far as it is known.', counts.costUsd),
          ...figure('troupe_runs_unpriced', 'Runs with a price that nobody knows.', String(counts.unpricedRuns)),
        ]),
    '',
  ].join('\n');
}

function figure(name: string, help: string, value: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}

function family(
  name: string,
  { type, help, label }: { readonly type: 'counter' | 'gauge'; readonly help: string; readonly label: string },
  values: Readonly<Record<string, number>>,
): string[] {
  const lines = Object.entries(values).map(([value, count]) => `${name}{${label}="${value}"} ${count}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}
