// The contract of providers for every transport of the list: one that nobody plays is a mistake here, so that none is left out in silence.
import { afterEach, describe, expect, inject, test } from 'vitest';
import { transports } from '../../src/personas/index.ts';
import { openMocks, providerSetups } from '../support/provider-setups.ts';
import { providerContract } from './provider-contract.ts';

afterEach(async () => {
  for (const mock of openMocks.splice(0)) await mock.stop();
});

test('every transport of this version is played', () => {
  expect(Object.keys(providerSetups).toSorted()).toEqual(transports.map(({ name }) => name).toSorted());
});

for (const setup of Object.values(providerSetups))
  describe.skipIf(setup.needs !== undefined && inject('lacks').includes(setup.needs))('', () =>
    providerContract(setup),
  );
