// What an operator told an agent is kept where Troupe tells it where its model is.
import { expect, test } from 'vitest';
import { mergedJson } from './merged-json.ts';

const said = JSON.stringify({ provider: { openai: { options: { baseURL: 'http://gateway/v1' } } } });

test('an operator’s model and settings stay, and the address is Troupe’s', () => {
  const own = {
    model: 'openai/gpt-5.4',
    provider: { openai: { options: { baseURL: 'https://elsewhere', timeout: 9 } }, mine: { npm: 'x' } },
  };
  expect(JSON.parse(mergedJson(JSON.stringify(own), said))).toEqual({
    model: 'openai/gpt-5.4',
    provider: { openai: { options: { baseURL: 'http://gateway/v1', timeout: 9 } }, mine: { npm: 'x' } },
  });
});

test.each([undefined, '', 'no JSON', '[1]', 'null', '7'])('of %j nothing is kept', (own) => {
  expect(mergedJson(own, said)).toBe(said);
});

test('no name of an object leads into its prototype', () => {
  const value = JSON.parse(mergedJson('{"__proto__":{"provider":1},"a":1}', said)) as object;
  expect(value).toMatchObject(JSON.parse(said) as object);
  expect(Object.hasOwn(Object.prototype, 'provider')).toBe(false);
});
