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
          description: 'How the answer arrives; left out, what the transport does.',
        }),
      ),
    },
    { additionalProperties: false },
  );
}

/** What the section may hold, for editors: an entry of a transport, of a later version's, or a preset. */
export function providersSchema(transports: readonly Transport[]): TSchema {
  const entries = transports.map((transport) => {
    const schema = entrySchema(transport);
    return { ...schema, required: ['transport', ...(schema.required ?? [])] };
  });
  const ofLater = { type: 'object', required: ['transport'], properties: { transport: { enum: laterTransports } } };
  const ofPreset = { type: 'object', required: ['preset'], properties: { preset: { enum: Object.keys(presets) } } };
  return Type.Unsafe({
    type: 'object',
    additionalProperties: { anyOf: [...entries, ofLater, ofPreset] },
    description: 'What executes personas, by name.',
  });
}
