// JSON Schema of what stands under `providers:`, put together from the transports. Pure.
import Type from 'typebox';
import type { TObject, TSchema } from 'typebox';
import { laterTransports } from './list.ts';
import { presets } from './presets.ts';
import type { SharedKey, Transport } from './transport.ts';

const shared: Readonly<Record<SharedKey, TSchema>> = {
  env: Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), {
    description: 'Names of the operator’s variables that the provider gets; nothing else of them reaches it.',
  }),
  timeout: Type.Unsafe<number | string>({
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    description: 'How long one answer may take at most, whatever the step allows: seconds, or text as `30m`.',
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
      ...Object.fromEntries(transport.shared.map((key) => [key, Type.Optional(shared[key])])),
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

/** What the section may hold, for editors: an entry of a transport or of one of its presets, or a word of a later version. */
export function providersSchema(transports: readonly Transport[]): TSchema {
  const names = transports.map(({ name }) => name);
  const later = [
    { key: 'transport', words: laterTransports.filter((word) => !names.includes(word)) },
    { key: 'preset', words: presetsOf((transport) => !names.includes(transport)) },
  ];
  return Type.Unsafe({
    type: 'object',
    additionalProperties: {
      anyOf: [
        ...transports.flatMap(entriesOf),
        ...later
          .filter(({ words }) => words.length > 0)
          .map(({ key, words }) => ({ type: 'object', required: [key], properties: { [key]: { enum: words } } })),
      ],
    },
    description: 'What executes personas, by name.',
  });
}

function entriesOf(transport: Transport): readonly object[] {
  const schema = entrySchema(transport);
  const required = schema.required ?? [];
  const words = presetsOf((name) => name === transport.name);
  const byPreset = {
    ...schema,
    properties: { ...schema.properties, preset: { enum: words } },
    required: ['preset', ...required],
  };
  return [{ ...schema, required: ['transport', ...required] }, ...(words.length === 0 ? [] : [byPreset])];
}

function presetsOf(isWanted: (transport: string) => boolean): readonly string[] {
  return Object.keys(presets).filter((preset) => isWanted(presets[preset] ?? ''));
}
