// JSON Schema of what stands under `providers:`, put together from the transports. Pure.
import Type from 'typebox';
import type { TObject, TSchema } from 'typebox';
import { presets } from './presets.ts';
import type { PoolKey, SharedKey, Transport } from './transport.ts';

const poolKeys: readonly PoolKey[] = ['concurrency', 'account', 'on_limit'];

const shared: Readonly<Record<SharedKey, TSchema>> = {
  env: Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), {
    description: 'Names of the operator’s variables that the provider gets; nothing else of them reaches it.',
  }),
  timeout: Type.Unsafe<number | string>({
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    description:
      'How long one answer may take at most, whatever the step allows, and where neither the step nor the persona says it: seconds, or text as `30m`.',
  }),
  concurrency: Type.Integer({
    minimum: 1,
    description: 'How many requests may be under way at once; steps of more wait for a slot. Left out: any number.',
  }),
  account: Type.String({
    minLength: 1,
    description: 'Providers with the same account share its slots, its limits and what is known of its failures.',
  }),
  on_limit: Type.Unsafe<'wait' | 'fail'>({
    type: 'string',
    enum: ['wait', 'fail'],
    description:
      '`wait` (default): a limit of the account is waited for until it resets, by all runs. `fail`: a step that reaches one of ten minutes or more fails at once.',
  }),
};

/** What an entry of the transport may say. */
export function entrySchema(transport: Transport): TObject {
  return Type.Object(
    {
      transport: Type.Optional(
        Type.Literal(transport.name, { description: `\`${transport.name}\`: ${transport.summary}.` }),
      ),
      preset: Type.Optional(Type.String({ minLength: 1 })),
      ...transport.schema.properties,
      ...Object.fromEntries(sharedKeys(transport).map((key) => [key, Type.Optional(shared[key])])),
      strategy: Type.Optional(
        Type.Unsafe<string>({
          type: 'string',
          enum: transport.strategies,
          description:
            'How the answer arrives, `immediate`, `poll`, `callback` or `stream`, where the transport has several ways; left out, the best of them.',
        }),
      ),
    },
    { additionalProperties: false },
  );
}

/** Keys of all transports that mean something here. */
export function sharedKeys({ shared: own, strategies, rehearses }: Transport): readonly SharedKey[] {
  return strategies.includes('immediate') && rehearses !== true ? [...own, ...poolKeys] : own;
}

/** What the section may hold, for editors: an entry of a transport or of one of its presets, or a word of a later version. */
export function providersSchema(transports: readonly Transport[]): TSchema {
  const names = transports.map(({ name }) => name);
  const later = presetsOf((transport) => !names.includes(transport));
  return Type.Unsafe({
    type: 'object',
    additionalProperties: {
      anyOf: [
        ...transports.flatMap(entriesOf),
        ...(later.length === 0
          ? []
          : [{ type: 'object', required: ['preset'], properties: { preset: { enum: later } } }]),
      ],
    },
    description: 'What executes personas, by name.',
  });
}

function entriesOf(transport: Transport): readonly object[] {
  const schema = entrySchema(transport);
  const required = schema.required ?? [];
  const words = presetsOf((name) => name === transport.name);
  const byPreset = words.map((word) => ({
    ...schema,
    properties: { ...schema.properties, preset: { const: word } },
    required: ['preset', ...required.filter((key) => !Object.hasOwn(presets[word]?.fills ?? {}, key))],
  }));
  return [{ ...schema, required: ['transport', ...required] }, ...byPreset];
}

function presetsOf(isWanted: (transport: string) => boolean): readonly string[] {
  return Object.keys(presets).filter((preset) => isWanted(presets[preset]?.transport ?? ''));
}
