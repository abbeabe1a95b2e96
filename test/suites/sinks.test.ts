// Every place where text leaves: all forms of three secrets are uttered into it, and none of them comes out; where it redacts nothing, that is found.
import { describe, expect, test } from 'vitest';
import { cameOut, sinks } from '../support/sinks.ts';
import { searchForForms, threeSecrets, uttered } from '../support/uttered-forms.ts';

const secrets = threeSecrets();
const words = secrets.flatMap(uttered);
const search = searchForForms(secrets);
const found = (name: string, text: string): readonly string[] => search([{ name, bytes: Buffer.from(text) }]);

describe.for(sinks)('$name', (sink) => {
  test('lets nothing out', async () => {
    const text = await cameOut(sink, { words, secrets, planted: false });
    expect(text).toContain(sink.sign ?? '[redacted]');
    expect(found(sink.name, text)).toEqual([]);
  });

  test('would be found if it did not redact', async () => {
    // one form of each is enough: what is searched for is the same
    const few = secrets.map((secret) => uttered(secret)[0] ?? '');
    const text = await cameOut(sink, { words: few, secrets, planted: true });
    const which = found(sink.name, text).map((one) => /secret (\d)/.exec(one)?.[1]);
    // a private key is known by its shape as well, where a command makes a redactor of its own
    expect(which).toEqual(expect.arrayContaining(['0', '1']));
  });
});
