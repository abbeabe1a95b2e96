// What every transport must do, whoever registers it: run for each one of the list, and by whoever brings one from outside.
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  createProviders,
  deriveStrategy,
  filesNamed,
  parseProviderConfigs,
  providersSchema,
  transports,
} from '../../src/personas/index.ts';
import type { Persona, Provider, ProviderServices, Strategy, Transport } from '../../src/personas/index.ts';
import { canonicalJson, isObject, schemaCheck } from '../../src/support/index.ts';
import type { Json, JsonObject } from '../../src/support/index.ts';
import { servicesWith } from '../support/provider-services.ts';
import { taskIn } from './provider-contract.ts';

const everyStrategy: readonly Strategy[] = ['immediate', 'poll', 'callback', 'stream'];
/** A value that stands nowhere else: where it is seen, a secret was told. */
const secret = 'S3CRET-that-no-sentence-may-hold';

const publicUrl = 'https://troupe.example.test';
/** A server that others can call back. */
const reachable = servicesWith({}, { publicUrl });

/** Registers the contract's tests for one transport, beside the others that are known. */
export function transportContract(transport: Transport): void {
  const known = [...transports.filter(({ name }) => name !== transport.name), transport];
  const example = exampleOf(transport);
  function read(entry: Json) {
    return parseProviderConfigs({ mine: entry }, { baseDir: '/etc/troupe', transports: known });
  }
  function make(services: ProviderServices = reachable, entry: JsonObject = example): Provider {
    const provider = createProviders(read(entry).configs, services, known).get('mine');
    if (provider === undefined) throw new Error('its own example makes no provider');
    return provider;
  }

  describe(`the transport ${transport.name}`, () => {
    test('its example is the smallest entry that works', () => {
      const { configs, problems } = read(example);
      expect(problems).toEqual([]);
      expect(configs).toMatchObject([{ name: 'mine', transport: transport.name }]);
      for (const key of transport.schema.required ?? []) {
        const { [key]: _left, ...rest } = example;
        const [problem] = read(rest).problems;
        expect(problem).toMatchObject({
          path: ['mine'],
          message: `needs \`${key}\` for the transport ${transport.name}`,
        });
      }
      expect(Object.keys(example).toSorted()).toEqual(['transport', ...(transport.schema.required ?? [])].toSorted());
    });

    test('each of its keys is described, and none is one that all have', () => {
      for (const [key, schema] of Object.entries(transport.schema.properties)) {
        expect([key, isObject(schema) ? schema['description'] : '']).toEqual([key, expect.stringMatching(/^\S.*\.$/s)]);
        expect(['transport', 'preset', 'strategy', 'env', 'timeout']).not.toContain(key);
      }
    });

    test('a key that it does not have is refused where it stands, with the one that was meant', () => {
      const { configs, problems } = read({ ...example, strateggy: 'immediate', 'no such key': 1 });
      expect(configs).toEqual([]);
      expect(problems).toMatchObject([
        { path: ['mine', 'strateggy'], ofKey: true, hint: 'Did you mean "strategy"?' },
        { path: ['mine', 'no such key'], ofKey: true, message: 'has the unknown key "no such key"' },
      ]);
    });

    test('every key refuses what is no value for it, and says where', () => {
      const keys = [...Object.keys(transport.schema.properties), ...transport.shared, 'strategy'];
      for (const key of keys) {
        const { configs, problems } = read({ ...example, [key]: { not: 'this' } });
        expect([key, configs, problems[0]?.path.slice(0, 2)]).toEqual([key, [], ['mine', key]]);
      }
    });

    test('its strategies are those that its provider has, each can be asked for and no other', () => {
      expect(transport.strategies.length).toBeGreaterThan(0);
      expect([...make().strategies].toSorted()).toEqual(transport.strategies.toSorted());
      for (const strategy of everyStrategy) {
        const entry = { ...example, strategy };
        if (transport.strategies.includes(strategy)) {
          expect(deriveStrategy(undefined, make(reachable, entry))).toBe(strategy);
        } else expect(read(entry).problems).toMatchObject([{ path: ['mine', 'strategy'] }]);
      }
    });

    test('a provider is made of its configuration alone: the world is for later', () => {
      function tooEarly(): never {
        throw new Error('nothing is asked of the world before somebody asks the provider');
      }
      const clock = { now: tooEarly, after: tooEarly };
      const services = servicesWith({}, { secret: tooEarly, fetch: tooEarly, sandbox: tooEarly, clock, publicUrl });
      expect(make(services).name).toBe('mine');
    });

    test('secrets are asked for by name, and stand in no problem', async () => {
      const named = { ...example, env: ['MY_KEY'] };
      // one that has none takes none
      if (!transport.shared.includes('env')) {
        expect(read(named).problems).toMatchObject([{ path: ['mine', 'env'], ofKey: true }]);
        return;
      }
      const mayAsk = new Set<unknown>(['MY_KEY', ...Object.values(example)]);
      const asked: string[] = [];
      const services = servicesWith(
        {},
        {
          publicUrl,
          secret(name) {
            asked.push(name);
            return secret;
          },
        },
      );
      const problems = await make(services, named).check(persona);
      expect(asked.filter((name) => !mayAsk.has(name))).toEqual([]);
      expect(canonicalJson(problems)).not.toContain(secret);
      // one that is not named is not had, whatever the host holds
      const without = await make(services).check(persona);
      expect(canonicalJson(without)).not.toContain(secret);
      expect(asked.filter((name) => !mayAsk.has(name))).toEqual([]);
    });

    test('doctor has a line for it: that it works, or a sentence and what to do', async () => {
      for (const { severity, message, hint } of await make().check(persona)) {
        expect(['error', 'warning']).toContain(severity);
        expect([message, hint]).toEqual([expect.stringMatching(/^[A-Z"].+/s), expect.stringMatching(/^.+/s)]);
      }
    });

    test('paths stand against the file, and files are told before any is read', () => {
      const section = { mine: example };
      for (const file of filesNamed(section, known)) expect(file.startsWith('/')).toBe(false);
      const placed = canonicalJson(read(example).configs[0]?.options);
      for (const file of filesNamed(section, known)) expect(placed).not.toContain(`"${file}"`);
    });

    test('editors know it: its example fits the published schema, and a slip in it does not', () => {
      const accepts = schemaCheck(providersSchema(known));
      expect(accepts({ mine: example })).toBe(true);
      expect(accepts({ mine: { ...example, 'no such key': 1 } })).toBe(false);
    });
  });
}

const { persona }: { readonly persona: Persona } = taskIn('/nowhere');

function exampleOf({ example }: Transport): JsonObject {
  const entry: unknown = parse(example);
  if (!isObject(entry)) throw new Error('an example is a map');
  // JSON read from YAML
  return entry as JsonObject;
}
