// Providers in Prometheus' text form: closed or not, requests under way, steps that wait. Counts nothing itself.
import type { ProviderFigures } from './types.ts';

/** The lines; none where nothing is known of any provider. */
export function providerText(accounts: readonly ProviderFigures[]): string {
  if (accounts.length === 0) return '';
  const of = (value: (one: ProviderFigures) => number) => accounts.map((one) => ({ ...one, value: value(one) }));
  return [
    ...gauge('troupe_provider_closed', 'Whether nobody asks the provider now, by reason.', [
      ...of(({ closed }) => Number(closed === 'failures')).map((one) => ({ ...one, why: 'failures' })),
      ...of(({ closed }) => Number(closed === 'limit')).map((one) => ({ ...one, why: 'limit' })),
    ]),
    ...gauge(
      'troupe_provider_closed_seconds',
      'How long nobody asks it yet.',
      of(({ closedSeconds }) => closedSeconds),
    ),
    ...gauge(
      'troupe_provider_working',
      'Requests under way that hold a slot.',
      of(({ working }) => working),
    ),
    ...gauge(
      'troupe_provider_waiting',
      'Steps that wait for it.',
      of(({ waiting }) => waiting),
    ),
    '',
  ].join('\n');
}

interface Line {
  readonly account: string;
  readonly why?: string;
  readonly value: number;
}

function gauge(name: string, help: string, lines: readonly Line[]): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...lines.map(
      ({ account, why, value }) =>
        `${name}{provider="${escaped(account)}"${why === undefined ? '' : `,why="${why}"`}} ${value}`,
    ),
  ];
}

function escaped(label: string): string {
  return label
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
