// What may stand in a persona file's front matter: the one source for check, type and published schema. Holds no rules of its own.
import Type from 'typebox';
import type { Static } from 'typebox';
import { providerNames } from '../model/provider-names.ts';

const words = <Word extends string>(...list: readonly Word[]) => Type.Union(list.map((word) => Type.Literal(word)));

const profile = Type.Object(
  {
    model: Type.Optional(Type.String()),
    append: Type.Optional(Type.String({ description: 'Added to the end of the role prompt.' })),
    provider: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** The keys that are ours, under `x-troupe`. */
export const personaExtensionSchema = Type.Object(
  {
    provider: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        ...providerNames,
        description: 'A provider of the server file, or a list: the next one is asked where the one before it is out.',
      }),
    ),
    strategy: Type.Optional(words('immediate', 'poll', 'callback', 'stream')),
    timeout: Type.Optional(
      Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.String()], {
        description: 'Seconds, or "90s", "30m", "1h".',
      }),
    ),
    max_cost_usd: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'What one request is to cost at most, in USD; told to the provider, and a warning where it cost more.',
      }),
    ),
    retries: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10,
        description: 'Further attempts after a failed one, where neither the step nor the defaults say it.',
      }),
    ),
    sandbox: Type.Optional(words('off', 'env', 'fs', 'gateway')),
    info_requests: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10,
        description:
          'How often it may ask for files of the repository instead of answering; default: 3 where its tools see none, else 0.',
      }),
    ),
    skills: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }))),
    outputs: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'JSON Schema of `outputs`.' })),
    profiles: Type.Optional(Type.Record(Type.String(), profile)),
    expect: Type.Optional(
      Type.Union([
        words('changes', 'outputs', 'comment', 'tests'),
        Type.Array(words('changes', 'outputs', 'comment', 'tests')),
      ]),
    ),
  },
  { additionalProperties: false },
);

/** YAML reads `name: 7` as a number and `description:` as nothing. */
const text = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

/** JSON Schema of the front matter; published as schema/persona.schema.json. Keys of other tools are left alone. */
export const personaSchema = Type.Object(
  {
    name: Type.Optional(text),
    description: Type.Optional(text),
    // read by `readTools`, which knows what each spelling of each program means
    tools: Type.Optional(
      Type.Unknown({
        description:
          'What it may use: a list of read, search, edit, execute, web, or what other programs call them; left out: all.',
      }),
    ),
    disallowedTools: Type.Optional(Type.Unknown({ description: 'Tools that it has not, whatever else gives them.' })),
    permission: Type.Optional(Type.Unknown({ description: 'A map of tools to allow or deny; ask counts as deny.' })),
    readonly: Type.Optional(Type.Unknown({ description: 'True: it has neither edit nor execute.' })),
    model: Type.Optional(Type.Union([text, Type.Array(Type.String())])),
    'x-troupe': Type.Optional(personaExtensionSchema),
  },
  {
    additionalProperties: true,
    $id: 'https://troupe.dev/schema/persona.schema.json',
    title: 'Front matter of a persona file',
  },
);

export type PersonaFrontMatter = Static<typeof personaSchema>;
