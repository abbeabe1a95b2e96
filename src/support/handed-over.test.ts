import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sealed, unsealed } from './handed-over.ts';

test('what is sealed comes back whole, however much it is', () => {
  const secrets = {
    KEY: 'line 1\nline 2\n',
    EMPTY: '',
    LONG: randomBytes(300_000).toString('base64'),
    ODD: '\u00fc\u0001"',
  };
  const { key, variables } = sealed(secrets);
  expect(Object.keys(variables).length).toBeGreaterThan(2);
  expect(Object.values(variables).every((piece) => piece.length < 128 * 1024)).toBe(true);
  expect(unsealed(variables, key)).toEqual(secrets);
});

test('neither half shows a secret, and another key opens nothing', () => {
  const { key, variables } = sealed({ KEY: 'CANARY-that-nobody-may-see' });
  const shown = JSON.stringify([key, variables]);
  expect(shown).not.toContain('CANARY');
  expect(shown).not.toContain(Buffer.from('CANARY-that').toString('base64').slice(0, 12));
  expect(() => unsealed(variables, sealed({}).key)).toThrow();
  expect(unsealed({}, key)).toBe(undefined);
});
