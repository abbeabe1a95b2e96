// The transport contract for every transport of the list, and for one of each strategy that comes from outside.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { hostProviders, defaultServerFile } from '../../src/host/index.ts';
import { transports } from '../../src/personas/index.ts';
import type { Strategy, Transport } from '../../src/personas/index.ts';
import { transportContract } from './transport-contract.ts';

for (const transport of transports) transportContract(transport);

/** A transport that somebody brings along. */
function fromOutside(name: string, strategies: readonly Strategy[]): Transport<{ readonly url: string }> {
  return {
    name,
    summary: 'a service of a test',
    schema: Type.Object({ url: Type.String({ minLength: 1, description: 'Where it answers.' }) }),
    shared: ['env'],
    strategies,
    example: `{ transport: ${name}, url: 'https://example.com' }`,
    create: (config) => ({
      name: config.name,
      strategies: new Set(strategies),
      check: () => Promise.resolve([]),
      start: (task) => Promise.reject(new Error(`${config.options.url} is not asked about ${task.requestId}`)),
      resume: (task) => Promise.reject(new Error(`nobody asked about ${task.requestId}`)),
      release: () => Promise.resolve(),
    }),
  };
}

test('nothing else of src knows a transport by its name', () => {
  const src = resolve(import.meta.dirname, '../../src');
  // `stream` is a way to answer, too
  const words = [...transports.map(({ name }) => name).filter((name) => name !== 'stream'), 'acp', 'llm'];
  const named = new RegExp(`'(?:${words.join('|')})'`);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|\btesting\b|^personas\/transports\//.test(name),
  );
  expect(files.length).toBeGreaterThan(300);
  const text = (name: string): string => {
    const source = readFileSync(join(src, name), 'utf8');
    // what a step may have GitHub do
    if (name === 'definition/kinds/github.ts') return source.replaceAll("'dispatch'", '');
    // to git it is the protocol of that name
    return name.startsWith('git/') ? source.replaceAll("'http'", '') : source;
  };
  expect(files.filter((name) => named.test(text(name)))).toEqual([]);
});

describe('from outside', () => {
  transportContract(fromOutside('pigeon', ['poll', 'callback']));
  transportContract(fromOutside('river', ['stream']));
  // a word of later versions, taken by somebody who has it already
  transportContract(fromOutside('http', ['immediate', 'poll', 'callback']));

  test('a host takes it with the others', () => {
    const providers = { bird: { transport: 'pigeon', url: 'https://example.com' }, people: { transport: 'assisted' } };
    const host = hostProviders({
      serverFile: { ...defaultServerFile(), providers },
      baseDir: '/etc/troupe',
      secrets: {},
      transports: [...transports, fromOutside('pigeon', ['poll'])],
    });
    expect([...host.names]).toEqual(['bird', 'people']);
    expect([...(host.get('bird')?.strategies ?? [])]).toEqual(['poll']);
  });
});
