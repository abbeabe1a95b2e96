// Transport `http`: a service that plays personas over HTTP. What is sent and how answers are read is in providers/http.ts and http/.
import Type from 'typebox';
import { createHttpProvider } from '../providers/http.ts';
import type { HttpConfig } from '../providers/http-config.ts';
import { namedHeaderPattern } from '../providers/named-headers.ts';
import { sourceKey } from './source-key.ts';
import type { Transport } from './transport.ts';

const variable = '^[A-Za-z_][A-Za-z0-9_]*$';

const schema = Type.Object({
  url: Type.String({ minLength: 1, description: 'Where requests are posted to.' }),
  key: Type.Optional(
    Type.String({
      pattern: variable,
      description: 'The variable that holds the key, sent as `Authorization: Bearer …`.',
    }),
  ),
  headers: Type.Optional(
    Type.Array(Type.String({ pattern: namedHeaderPattern }), {
      description: 'Further headers, each with the name of the variable that holds its value: `["x-api-key: MY_KEY"]`.',
    }),
  ),
  signing_secret: Type.Optional(
    Type.String({
      pattern: variable,
      description:
        'The variable that holds the secret which requests are signed with, as Standard Webhooks has it (`whsec_…`): by it the service knows that Troupe sent them.',
    }),
  ),
  source: Type.Optional(sourceKey),
  allow_http: Type.Optional(
    Type.Boolean({ description: 'Plain HTTP to another machine is meant, over a way that is your own.' }),
  ),
});

/** A service over HTTP. */
export const http: Transport<HttpConfig['options']> = {
  name: 'http',
  summary: 'a service over HTTP',
  schema,
  shared: ['env', 'timeout'],
  strategies: ['immediate', 'poll', 'callback'],
  example: '{ transport: http, url: https://personas.example.com/requests }',
  create: createHttpProvider,
};
