// Transport `llm`: a model over HTTP for personas that read and judge. The conversation is in llm/, what is known of each API in llm/vendors.ts.
import Type from 'typebox';
import { vendors } from '../llm/vendors.ts';
import { createLlmProvider } from '../providers/llm.ts';
import type { LlmConfig } from '../providers/llm-config.ts';
import { namedHeaderPattern } from '../providers/named-headers.ts';
import type { Transport } from './transport.ts';

const variable = '^[A-Za-z_][A-Za-z0-9_]*$';

function dollars(description: string) {
  return Type.Unsafe<number | string>({
    type: ['number', 'string'],
    minimum: 0,
    pattern: '^[0-9]{1,9}(\\.[0-9]{1,9})?$',
    description,
  });
}

const schema = Type.Object({
  api: Type.Unsafe<string>({
    type: 'string',
    enum: vendors.map(({ name }) => name),
    description: `The API that the model is reached by: ${vendors.map(({ name }) => `\`${name}\``).join(', ')}.`,
  }),
  model: Type.Optional(
    Type.String({ minLength: 1, description: 'The model where neither the step nor the persona names one.' }),
  ),
  base_url: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'The address of the endpoint, up to and without `/chat/completions` and the like; `openai-compatible` needs one. A query (`?api-version=…`) goes with every request.',
    }),
  ),
  key: Type.Optional(
    Type.String({
      pattern: variable,
      description: 'The variable that holds the key. Left out: the usual one of the preset, or the first of `env`.',
    }),
  ),
  headers: Type.Optional(
    Type.Array(Type.String({ pattern: namedHeaderPattern }), {
      description:
        'Further headers, each with the name of the variable that holds its value: `["api-key: AZURE_API_KEY"]`.',
    }),
  ),
  allow_http: Type.Optional(
    Type.Boolean({ description: 'Plain HTTP to another machine is meant, over a way that is your own.' }),
  ),
  shape: Type.Optional(
    Type.Unsafe<'schema' | 'text'>({
      type: 'string',
      enum: ['schema', 'text'],
      description:
        '`schema` (default): the endpoint is asked to keep to the shape of a result. `text`: the model is told in words, for small models that lose their way otherwise.',
    }),
  ),
  tools: Type.Optional(
    Type.Boolean({ description: '`false`: the model can call no tools, and judges from its prompt alone.' }),
  ),
  requests: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 200,
      description: 'Answers of the model in one conversation at most, calls of tools included. Default: 24.',
    }),
  ),
  max_output_tokens: Type.Optional(Type.Integer({ minimum: 1, description: 'What the model may write at once.' })),
  temperature: Type.Optional(
    Type.Number({ minimum: 0, maximum: 2, description: 'Handed to the model. Left out: its own.' }),
  ),
  price: Type.Optional(
    Type.Object(
      {
        input: dollars('Of what is read.'),
        output: dollars('Of what is written.'),
        cache_read: Type.Optional(dollars('Of what a cache gives; left out, as `input`.')),
        cache_write: Type.Optional(dollars('Of what a cache takes; left out, as `input`.')),
      },
      {
        additionalProperties: false,
        description:
          'Dollars for a million tokens, `{ input: 0.5, output: 1.5 }`, where the published prices do not hold or there are none.',
      },
    ),
  ),
});

/** A model over HTTP. */
export const llm: Transport<LlmConfig['options']> = {
  name: 'llm',
  summary: 'a model over HTTP',
  schema,
  shared: ['env', 'timeout'],
  strategies: ['immediate'],
  example: '{ transport: llm, api: openai }',
  create: createLlmProvider,
};
