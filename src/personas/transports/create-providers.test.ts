// Who sends answers to Troupe needs an address of it: refused when providers are made, not when a run waits for what never comes.
import { describe, expect, test } from 'vitest';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { createProviders } from '../index.ts';
import type { Provider, ProviderConfig, Strategy, Transport } from '../index.ts';
import { assisted } from './assisted.ts';

function service(strategies: readonly Strategy[]): Transport {
  return {
    ...assisted,
    name: 'service',
    strategies,
    create: ({ name }): Provider => ({
      name,
      strategies: new Set(strategies),
      callsBack: true,
      check: () => Promise.resolve([]),
      start: () => Promise.reject(new Error('nobody is asked here')),
      resume: () => Promise.reject(new Error('nobody is asked here')),
      release: () => Promise.resolve(),
    }),
  };
}

function strategiesOf(
  strategies: readonly Strategy[],
  more: Partial<ProviderConfig> = {},
  publicUrl?: string,
): Strategy[] {
  const config = { name: 'tests', transport: 'service', env: [], options: {}, ...more };
  const services = servicesWith({}, publicUrl === undefined ? {} : { publicUrl });
  return [...(createProviders([config], services, [service(strategies)]).get('tests')?.strategies ?? [])];
}

describe('a provider that calls back', () => {
  test('is refused where nobody can reach this server', () => {
    expect(() => strategiesOf(['callback'])).toThrow(
      'Provider "tests" sends its answers to Troupe, and nobody told under which address Troupe is reached',
    );
    expect(() => strategiesOf(['poll', 'callback'], { strategy: 'callback' })).toThrow('sends its answers to Troupe');
  });

  test('answers in its other ways there', () => {
    expect(strategiesOf(['poll', 'callback'])).toEqual(['poll']);
  });

  test('calls back where somebody can', () => {
    expect(strategiesOf(['poll', 'callback'], {}, 'https://troupe.example.test')).toEqual(['poll', 'callback']);
    expect(strategiesOf(['callback'], { strategy: 'callback' }, 'https://troupe.example.test')).toEqual(['callback']);
  });
});

test('a person answers on the issue: no address is needed', () => {
  const config = { name: 'people', transport: 'assisted', env: [], options: {} };
  expect([...(createProviders([config], servicesWith(), [assisted]).get('people')?.strategies ?? [])]).toEqual([
    'callback',
  ]);
});
